// What of a connection's numbers was seen before, is missing, or comes too late. RFC 9293 section 3.4.
#include <algorithm>

#include "tcp/flow.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// Beyond so many holes an end's oldest is forgotten: a capture with more has lost too much to tell.
constexpr std::size_t most_holes = 64;
/// Where no round trip was seen: nobody learns of a loss sooner.
constexpr std::chrono::microseconds least_round_trip{3000};

}  // namespace

/// Whether the segment is the first to tell what numbers its sender has.
bool Flow::begin_numbers(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const bool begins_again = segment.has(syn) && side.has_iss && side.iss != segment.seq;
  const bool is_late_syn = segment.has(syn) && side.has_iss && !side.sent_syn && !begins_again;
  if (segment.has(syn)) side.sent_syn = true;
  if (is_late_syn) return true;
  if (side.has_iss && !begins_again) return false;
  side.has_iss = true;
  side.iss = segment.has(syn) ? segment.seq : segment.seq - 1;
  side.next = segment.sequence_end();
  return true;
}

void Flow::note_numbers(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  if (begin_numbers(segment)) return;
  Side& side = of(segment.from);
  notes.again = classify(segment, time);
  if (notes.again != SentAgain::no) count_again(segment, notes.again);
  const bool is_beside = notes.again == SentAgain::keep_alive || notes.again == SentAgain::window_probe;
  if (is_beside || segment.sequence_length() == 0 || side.sent_fin) return;
  if (segment.seq > side.next) {
    notes.after_hole = true;
    add_hole(segment.from, segment.seq, time);
  }
  if (segment.sequence_end() > side.next) side.next = segment.sequence_end();
}

SentAgain Flow::classify(const SegmentHeader& segment, Timestamp time) {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool is_plain = !segment.has(syn) && !segment.has(fin);
  if (is_plain && segment.length <= 1 && segment.seq + 1 == side.next && peer.has_acked && peer.acked >= side.next &&
      side.spoke)
    return peer.window == 0 ? SentAgain::window_probe : SentAgain::keep_alive;
  if (is_plain && segment.length == 1 && segment.seq == side.next && peer.was_seen && peer.window == 0)
    return SentAgain::window_probe;
  if (segment.sequence_length() == 0 || segment.seq >= side.next) return SentAgain::no;
  if (segment.has(syn) && segment.has(ack) && !side.sent_syn_ack) return SentAgain::no;
  // Some repeat a FIN with the ACK of the peer's instead of a bare one.
  const bool acks_fin_anew = segment.has(fin) && side.sent_fin && peer.sent_fin && segment.has(ack) &&
                             segment.ack >= peer.next && side.acked < peer.next;
  if (acks_fin_anew || (segment.has(fin) && !side.sent_fin && segment.length == 0)) return SentAgain::no;
  return classify_old(segment, time);
}

/// Of a segment that has numbers below those already seen.
SentAgain Flow::classify_old(const SegmentHeader& segment, Timestamp time) {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const SeqNum first = segment.seq, end = segment.sequence_end();
  if (rare_) {
    auto& holes = rare_->holes[static_cast<std::size_t>(segment.from)];
    const auto hole = std::ranges::find_if(holes, [&](const auto& one) { return first < one.end && one.first < end; });
    if (hole != holes.end()) {
      const bool is_overtaken = time - hole->since < (round_trip_us_ != 0 && of(End::client).completed
                                                          ? std::chrono::microseconds(round_trip_us_)
                                                          : least_round_trip);
      if (first <= hole->first && hole->end <= end)
        holes.erase(hole);
      else if (first <= hole->first)
        hole->first = end;
      else
        hole->end = first;
      if (is_overtaken) return SentAgain::out_of_order;
      return peer.duplicate_acks == 3 ? SentAgain::fast : SentAgain::after_timeout;
    }
  }
  const bool has_same_identification =
      segment.ip_identification != 0 && static_cast<std::uint16_t>(segment.ip_identification) == side.ip_identification;
  const bool is_like_latest =
      end == side.next && segment.has(syn) == !side.spoke && (side.sent_fin || !segment.has(fin));
  if (has_same_identification && is_like_latest) return SentAgain::copy;
  if (peer.has_acked && peer.acked >= end) return SentAgain::spurious;
  return peer.duplicate_acks == 3 && segment.seq == peer.acked ? SentAgain::fast : SentAgain::after_timeout;
}

void Flow::count_again(const SegmentHeader& segment, SentAgain again) {
  Side& side = of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  if (is_retransmission(again)) ++rare().retransmissions[static_cast<std::size_t>(segment.from)];
  // Of a window that is sent again, the segment that the peer waits for counts, not each.
  const bool is_outstanding = !peer.has_acked || segment.seq <= peer.acked;
  const bool wants_answer = again == SentAgain::after_timeout || again == SentAgain::fast;
  const bool is_probe = again == SentAgain::keep_alive || again == SentAgain::window_probe;
  if (((wants_answer && is_outstanding) || is_probe) && side.unanswered < 3) ++side.unanswered;
}

std::uint64_t Flow::retransmissions(End end) const {
  return rare_ ? rare_->retransmissions[static_cast<std::size_t>(end)] : 0;
}

std::optional<SeqNum> Flow::iss(End end) const {
  if (!of(end).has_iss) return std::nullopt;
  return of(end).iss;
}

/// The capture has not seen what the other end has received.
void Flow::acknowledge_unseen(const SegmentHeader& segment, Timestamp time) {
  const End peer = peer_of(segment.from);
  add_hole(peer, segment.ack, time);
  if (!of(peer).sent_fin) of(peer).next = segment.ack;
}

/// From the last number seen on.
void Flow::add_hole(End end, SeqNum hole_end, Timestamp time) {
  auto& holes = rare().holes[static_cast<std::size_t>(end)];
  if (holes.size() == most_holes) holes.erase(holes.begin());
  holes.push_back({of(end).next, hole_end, time});
}

}  // namespace tcplab
