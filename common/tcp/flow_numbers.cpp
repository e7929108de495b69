// What of a connection's numbers was seen before, is missing, or comes too late. RFC 9293 section 3.4.
#include <algorithm>

#include "tcp/flow.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// Beyond so many holes an end's oldest is forgotten: a capture with more has lost too much to tell.
constexpr std::size_t most_holes = 64;
/// Where no round trip was seen: nobody learns of a loss sooner.
constexpr std::chrono::microseconds least_round_trip{3000};

/// A keep-alive asks who was silent for so long at least: no system can be set to less.
constexpr std::chrono::seconds least_probe_interval{1};
/// What comes so soon answers what came before it.
constexpr std::chrono::milliseconds least_delay{1};

}  // namespace

/// Whether the segment is the first to tell what numbers its sender has.
bool Flow::begin_numbers(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const bool begins_again = segment.has(syn) && side.has_iss && side.iss != segment.seq;
  // Of two SYNs of its own the first was answered.
  const Side& peer = of(peer_of(segment.from));
  const bool takes_first = rare_ && rare_->is_other_answered && side.is_opening() && !segment.has(syn) &&
                           segment.seq == peer.acked && (segment.seq > side.next || segment.seq <= side.iss);
  const bool is_late_syn = segment.has(syn) && side.has_iss && !side.sent_syn && !begins_again;
  if (segment.has(syn)) side.sent_syn = true;
  if (is_late_syn) return true;
  if (side.has_iss && !begins_again && !takes_first) return false;
  if (begins_again) side.sent_fin = side.fin_acked = side.fin_had_data = false;  // it was of another connection
  if (begins_again && segment.has(ack)) rare().earlier_answers[index_of(segment.from)] = side.iss;
  side.has_iss = true;
  side.iss = segment.has(syn) ? segment.seq : segment.seq - 1;
  side.next = segment.sequence_end();
  return true;
}

void Flow::note_numbers(const SegmentHeader& segment, Timestamp time, Timestamp before, Notes& notes) {
  if (begin_numbers(segment)) return;
  Side& side = of(segment.from);
  if (is_copy(segment, time, before) || is_piece_of_latest(segment, time, before)) {
    notes.again = SentAgain::copy;
    return;
  }
  notes.again = classify(segment, time, before);
  if (notes.again != SentAgain::no) {
    count_again(segment, notes.again);
    if (!is_behind_latest(segment))
      rare().latest_again[index_of(segment.from)] = {segment, time, side.ip_identification};
  }
  const bool is_beside = notes.again == SentAgain::keep_alive || notes.again == SentAgain::window_probe;
  if (is_beside || segment.sequence_length() == 0 || side.sent_fin) return;
  if (segment.seq > side.next) {
    notes.after_hole = true;
    add_hole(segment.from, segment.seq, time, false);
  }
  if (segment.sequence_end() > side.next) side.next = segment.sequence_end();
}

SentAgain Flow::classify(const SegmentHeader& segment, Timestamp time, Timestamp before) {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool is_plain = !segment.has(syn) && !segment.has(fin);
  // One byte that was acknowledged may also be sent again, as that ACK was lost: no probe comes so soon. And a bare ACK
  // may say the number before, where that is the end of the peer's window: a probe acknowledges nothing new, and
  // answers nothing.
  const bool says_new = segment.has(ack) && side.has_acked && segment.ack > side.acked;
  const bool is_soon = is_within(segment.length == 0 ? least_delay : least_probe_interval, time, before);
  const bool may_probe =
      segment.length == 0 ? !says_new && !is_soon : segment.length == 1 && (peer.window == 0 || !is_soon);
  if (is_plain && may_probe && segment.seq + 1 == side.next && peer.has_acked && peer.acked >= side.next && side.spoke)
    return peer.window == 0 ? SentAgain::window_probe : SentAgain::keep_alive;
  if (is_plain && segment.length == 1 && segment.seq == side.next && peer.was_seen && peer.window == 0)
    return SentAgain::window_probe;
  if (segment.sequence_length() == 0 || segment.seq >= side.next) return SentAgain::no;
  if (segment.has(syn) && segment.has(ack) && !side.sent_syn_ack) return SentAgain::no;
  // Some repeat a FIN with the ACK of the peer's instead of a bare one; one number that was not seen may be that FIN.
  const SeqNum behind_fin = peer.sent_fin ? peer.next : peer.next + 1;
  const bool acks_fin_anew = segment.has(fin) && side.sent_fin && segment.has(ack) && side.acked < behind_fin &&
                             (peer.sent_fin ? segment.ack >= behind_fin : segment.ack == behind_fin);
  if (acks_fin_anew) return SentAgain::no;
  if (segment.has(fin) && !side.sent_fin && segment.length == 0) {
    fill_hole(segment);
    return SentAgain::no;
  }
  const bool is_overtaken =
      is_behind_latest(segment) || (bits_.last_from == segment.from && is_within(least_round_trip, time, before));
  if (is_before_all_seen(segment) && is_overtaken && retransmissions(segment.from) == 0) return SentAgain::out_of_order;
  return classify_old(segment, time, before);
}

/// Of a segment that has numbers below those already seen.
SentAgain Flow::classify_old(const SegmentHeader& segment, Timestamp time, Timestamp before) {
  const Side& peer = of(peer_of(segment.from));
  if (const auto hole = fill_hole(segment)) {
    if (hole->is_told && is_within(longest_disorder, time, hole->since)) return SentAgain::out_of_order;
    const bool is_soon = time - hole->since < (round_trip_us_ != 0 && of(End::client).completed
                                                   ? std::chrono::microseconds(round_trip_us_)
                                                   : least_round_trip);
    const bool is_overtaken = is_soon && !hole->is_told && !is_next_of_latest(segment);
    return is_overtaken ? SentAgain::out_of_order : retransmission(segment, time, before, true);
  }
  // An ACK of what an end that only asks for a connection has not sent is of another connection.
  const bool is_of_other = of(segment.from).is_opening() && peer.acked > of(segment.from).next;
  if (peer.has_acked && peer.acked >= segment.sequence_end() && !is_of_other) return SentAgain::spurious;
  return retransmission(segment, time, before, false);
}

void Flow::count_again(const SegmentHeader& segment, SentAgain again) {
  Side& side = of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  if (is_retransmission(again)) ++rare().retransmissions[index_of(segment.from)];
  // Of a window that is sent again, the segment that the peer waits for counts, not each.
  const bool is_outstanding = !peer.has_acked || segment.seq <= peer.acked;
  const bool wants_answer = is_retransmission(again) && again != SentAgain::spurious;
  const bool is_probe = again == SentAgain::keep_alive || again == SentAgain::window_probe;
  if (((wants_answer && is_outstanding) || is_probe) && side.unanswered < 3) ++side.unanswered;
}

/// The capture has not seen what the other end has received.
void Flow::acknowledge_unseen(const SegmentHeader& segment, Timestamp time) {
  const End peer = peer_of(segment.from);
  add_hole(peer, segment.ack, time, true);
  if (!of(peer).sent_fin) of(peer).next = segment.ack;
}

/// The segment brings all of a hole, or some: the hole as it was.
std::optional<Flow::Rare::Hole> Flow::fill_hole(const SegmentHeader& segment) {
  if (!rare_) return std::nullopt;
  const SeqNum first = segment.seq, end = segment.sequence_end();
  auto& holes = rare_->holes[index_of(segment.from)];
  const auto hole = std::ranges::find_if(holes, [&](const auto& one) { return first < one.end && one.first < end; });
  if (hole == holes.end()) return std::nullopt;
  const Rare::Hole before = *hole;
  if (first <= hole->first && before.end <= end) {
    holes.erase(hole);
  } else if (first <= hole->first) {
    hole->first = end;
  } else {
    hole->end = first;
    if (end < before.end && holes.size() < most_holes)
      holes.insert(hole + 1, {end, before.end, before.since, before.is_told});
  }
  return before;
}

/// From the last number seen on.
void Flow::add_hole(End end, SeqNum hole_end, Timestamp time, bool is_told) {
  auto& holes = rare().holes[index_of(end)];
  if (is_told && !holes.empty() && holes.back().is_told && holes.back().end == of(end).next &&
      hole_end - holes.back().first <= largest_window) {
    holes.back().end = hole_end;
    holes.back().since = time;
    return;
  }
  if (holes.size() == most_holes) holes.erase(holes.begin());
  holes.push_back({of(end).next, hole_end, time, is_told});
}

}  // namespace tcplab
