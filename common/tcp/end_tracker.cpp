#include "tcp/end_tracker.hpp"

#include <algorithm>
#include <cassert>

namespace tcplab {

using enum TcpFlags::Bit;

void EndTracker::move(Event event) {
  const Transition* edge = find_transition(*state_, event, passive_);
  assert(edge != nullptr && "the tracker took an edge that the table does not have");
  if (edge != nullptr) state_ = edge->to;
}

// --- What it sends -------------------------------------------------------------------------------------------------

void EndTracker::sent_any(const Segment& segment) {
  if (segment.has(rst)) return sent_reset(segment);
  if (state_ == State::closed && segment.has(syn) && segment.has(TcpFlags::ack) && syn_number_ != segment.seq) {
    forget();  // it had no connection, and meanwhile somebody listens
    move(Event::passive_open);
  }
  if (segment.has(TcpFlags::ack)) prove_receipt(segment);
  count_sent(segment);
  if (segment.has(syn)) {
    if (state_ == State::closed && !segment.has(TcpFlags::ack)) move(Event::active_open);
    if (!state_) enter_unseen(segment.has(TcpFlags::ack) ? State::syn_received : State::syn_sent);
  }
  if (segment.has(fin)) {
    if (state_ && (may_send(*state_) || state_ == State::syn_received)) move(Event::close_call);
    // Begun before the capture: our FIN tells where we are only if we know what became of the peer's.
    if (!state_ && peer_fin_reached()) enter_unseen(State::last_ack);
  }
}

/// In CLOSED, LISTEN and SYN-SENT an RST answers a segment that belongs to no connection of ours; elsewhere it is our
/// own abort, or the kernel's on our behalf. One with a number that we never reached is somebody else's in our name.
void EndTracker::sent_reset(const Segment& segment) {
  const bool said_nothing = syn_number_ && snd_nxt_ == *syn_number_ + 1;
  if (snd_nxt_ && segment.seq > *snd_nxt_ && !(said_nothing && is_behind_unseen(segment, *snd_nxt_))) return;
  if (!state_) return enter_unseen(State::closed);
  if (*state_ != State::closed && *state_ != State::listen && *state_ != State::syn_sent) move(Event::abort_call);
}

/// Whether it comes behind numbers that nobody saw, of an end of which only the SYN was seen: the capture, not the
/// wire, lacks what lies between, as with a filter that passes SYN, FIN and RST.
bool EndTracker::is_behind_unseen(const Segment& reset, SeqNum next) {
  return reset.has(TcpFlags::ack) && is_within_reach(reset.seq, next);
}

/// What an end acknowledges it has received, also where the capture has not: every segment but the first SYN carries
/// its latest acknowledgment.
void EndTracker::prove_receipt(const Segment& segment) {
  if (segment.has(syn)) {
    if (state_ == State::listen) {
      passive_ = true;
      rcv_nxt_ = segment.ack;
      move(Event::receive_syn);
    }
    return;
  }
  if (state_ == State::syn_sent) {
    rcv_nxt_ = segment.ack;
    move(Event::receive_syn_ack);
    return;
  }
  if (state_ == State::syn_received && is_beyond_handshake(segment)) move(Event::receive_ack_of_syn);
  if (!rcv_nxt_ || segment.ack <= *rcv_nxt_) return;
  const bool reached_before = peer_fin_reached();
  receive_up_to(segment.ack);
  if (reached_before || !peer_fin_reached()) return;
  if (state_ == State::established || state_ == State::fin_wait_1 || state_ == State::fin_wait_2)
    move(Event::receive_fin);
}

/// In SYN-RECEIVED an end takes in no data, and sends none unless the SYN had some (RFC 9293 section 3.10.2, RFC 7413
/// section 4.1.2): the ACK of its SYN must have come, though it was not captured.
bool EndTracker::is_beyond_handshake(const Segment& segment) const {
  if (rcv_nxt_ && segment.ack > *rcv_nxt_) return true;
  return segment.length > 0 && !syn_had_data_ && syn_number_ && segment.seq > *syn_number_;
}

void EndTracker::count_sent(const Segment& segment) {
  const bool opening = !state_ || !is_synchronized(*state_);
  if (segment.has(syn) && opening) {
    syn_number_ = segment.seq;
    snd_nxt_ = segment.sequence_end();
  }
  if (segment.has(fin)) fin_number_ = segment.fin_number();
  if (!snd_nxt_ || segment.sequence_end() > *snd_nxt_) snd_nxt_ = segment.sequence_end();
  if (!rcv_nxt_ && segment.has(TcpFlags::ack) && !segment.has(syn)) rcv_nxt_ = segment.ack;
}

// --- What it receives ----------------------------------------------------------------------------------------------

void EndTracker::received_any(const Segment& segment) {
  if (state_ == State::closed) return;
  if (state_ == State::listen) return received_by_listener(segment);
  if (state_ == State::syn_sent) return received_in_syn_sent(segment);
  received_synchronized(segment);
}

void EndTracker::received_by_listener(const Segment& segment) {
  if (segment.has(rst) || segment.has(TcpFlags::ack) || !segment.has(syn)) return;
  begin_receiving(segment);
  passive_ = true;
  syn_number_.reset();
  snd_nxt_.reset();
  move(Event::receive_syn);
}

void EndTracker::received_in_syn_sent(const Segment& segment) {
  if (segment.has(TcpFlags::ack) && !acknowledges_syn(segment)) return;  // answered with an RST; nothing changes
  if (segment.has(rst)) {
    if (segment.has(TcpFlags::ack)) move(Event::receive_rst);
    return;
  }
  if (!segment.has(syn)) return;
  begin_receiving(segment);
  move(segment.has(TcpFlags::ack) ? Event::receive_syn_ack : Event::receive_syn);
}

void EndTracker::received_synchronized(const Segment& segment) {
  if (segment.has(rst)) {
    // Only an RST at exactly the next number expected counts; any other is answered with a challenge ACK. RFC 5961
    // section 3.
    const bool is_behind = rcv_nxt_ && !heard_more_ && is_behind_unseen(segment, *rcv_nxt_);
    if (rcv_nxt_ && segment.seq != *rcv_nxt_ && !is_behind) return;
    if (!state_) return enter_unseen(State::closed);
    if (is_behind && state_ == State::syn_received) move(Event::receive_ack_of_syn);
    move(Event::receive_rst);
    return;
  }
  if (segment.has(syn)) {
    // In simultaneous open the peer's SYN,ACK repeats its SYN and acknowledges ours; any other SYN is challenged.
    if (state_ == State::syn_received && segment.has(TcpFlags::ack) && acknowledges_syn(segment))
      move(Event::receive_ack_of_syn);
    if (!state_) begin_receiving(segment);
    return;
  }
  if (!segment.has(TcpFlags::ack)) return;  // dropped by the fifth check of RFC 9293 section 3.10.7.4
  heard_more_ = true;
  const bool reached_before = peer_fin_reached();
  const bool had_acknowledged = segment.has(fin) && rcv_nxt_ && *rcv_nxt_ > segment.fin_number();
  take_in(segment);
  const bool fin_reached = !reached_before && peer_fin_reached();
  // Begun before the capture: both FINs, of which the peer's came behind ours, tell where we are.
  if (!state_ && fin_reached && !had_acknowledged && acknowledges_fin(segment)) return enter_unseen(State::time_wait);
  process_ack_and_fin(segment, fin_reached);
}

void EndTracker::process_ack_and_fin(const Segment& segment, bool fin_reached) {
  if (!state_) return;
  if (state_ == State::syn_received && acknowledges_syn(segment)) move(Event::receive_ack_of_syn);
  const bool fin_acknowledged = acknowledges_fin(segment);
  switch (*state_) {
    case State::syn_received:
    case State::established:
      if (fin_reached) move(Event::receive_fin);
      break;
    case State::fin_wait_1:
      if (fin_reached && fin_acknowledged)
        move(Event::receive_fin_and_ack_of_fin);
      else if (fin_reached)
        move(Event::receive_fin);
      else if (fin_acknowledged)
        move(Event::receive_ack_of_fin);
      break;
    case State::fin_wait_2:
      if (fin_reached) move(Event::receive_fin);
      break;
    case State::closing:
    case State::last_ack:
      if (fin_acknowledged) move(Event::receive_ack_of_fin);
      break;
    default:
      break;
  }
}

void EndTracker::begin_receiving(const Segment& syn_segment) {
  rcv_nxt_ = syn_segment.sequence_end();
  syn_had_data_ = syn_segment.length > 0;
  peer_fin_.reset();
  beyond_gap_.clear();
}

/// Counts what the segment brings, also ahead of a gap; rcv_nxt_ moves as far as there is none.
void EndTracker::take_in(const Segment& segment) {
  if (segment.has(fin)) peer_fin_ = segment.fin_number();
  if (!rcv_nxt_) {
    rcv_nxt_ = segment.sequence_end();
    return;
  }
  SeqNum first = segment.seq, end = segment.sequence_end();
  if (segment.sequence_length() == 0 || end <= *rcv_nxt_) return;
  if (first <= *rcv_nxt_) return receive_up_to(end);
  const auto touches = [&](const auto& range) { return range.first <= end && first <= range.second; };
  const auto from = std::ranges::find_if(beyond_gap_, touches);
  auto to = from;
  for (; to != beyond_gap_.end() && touches(*to); ++to) {
    if (to->first < first) first = to->first;
    if (to->second > end) end = to->second;
  }
  const auto place = from == to
                         ? std::ranges::find_if(beyond_gap_, [&](const auto& range) { return first < range.first; })
                         : beyond_gap_.erase(from, to);
  beyond_gap_.insert(place, {first, end});
}

/// Everything before `end` is there, and with it what was waiting behind a gap that is now filled.
void EndTracker::receive_up_to(SeqNum end) {
  rcv_nxt_ = end;
  auto next = beyond_gap_.begin();
  for (; next != beyond_gap_.end() && next->first <= *rcv_nxt_; ++next) {
    if (next->second > *rcv_nxt_) rcv_nxt_ = next->second;
  }
  beyond_gap_.erase(beyond_gap_.begin(), next);
}

bool EndTracker::acknowledges_syn(const Segment& segment) const {
  return segment.has(TcpFlags::ack) && syn_number_ && snd_nxt_ && segment.ack > *syn_number_ &&
         segment.ack <= *snd_nxt_;
}

bool EndTracker::acknowledges_fin(const Segment& segment) const {
  return segment.has(TcpFlags::ack) && fin_number_ && segment.ack == *fin_number_ + 1;
}

bool EndTracker::peer_fin_reached() const {
  return peer_fin_ && rcv_nxt_ && *rcv_nxt_ > *peer_fin_;
}

}  // namespace tcplab
