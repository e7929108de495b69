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
/// Nobody sends again as soon as this: RFC 6298 asks for a second, Linux waits 200 ms, and no round trip is shorter
/// than what two records of one packet are apart.
constexpr std::chrono::milliseconds least_timeout{1};

/// A keep-alive asks who was silent for so long at least: no system can be set to less.
constexpr std::chrono::seconds least_probe_interval{1};

/// Captures' times may be anything, so nothing is subtracted that could overflow.
bool is_within(std::chrono::nanoseconds span, Timestamp one, Timestamp other) {
  const auto count = [](Timestamp time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); };
  const auto length = static_cast<std::uint64_t>(span.count());
  return count(one) - count(other) + length - 1 < 2 * length - 1;
}

/// The same packet by all that is kept of it, but for its hop limit: it may be captured before and behind a router.
bool is_same_packet(const SegmentHeader& one, const SegmentHeader& other) {
  return one.seq == other.seq && one.length == other.length && one.flags == other.flags && one.ack == other.ack &&
         one.window == other.window && one.ip_identification == other.ip_identification;
}

}  // namespace

/// Whether the segment is the first to tell what numbers its sender has.
bool Flow::begin_numbers(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const bool begins_again = segment.has(syn) && side.has_iss && side.iss != segment.seq;
  // Of two SYNs of its own the first was answered.
  const Side& peer = of(peer_of(segment.from));
  const bool takes_first = side.is_opening() && !segment.has(syn) && peer.sent_syn_ack && segment.seq == peer.acked &&
                           (segment.seq > side.next || segment.seq <= side.iss);
  const bool is_late_syn = segment.has(syn) && side.has_iss && !side.sent_syn && !begins_again;
  if (segment.has(syn)) side.sent_syn = true;
  if (is_late_syn) return true;
  if (side.has_iss && !begins_again && !takes_first) return false;
  side.has_iss = true;
  side.iss = segment.has(syn) ? segment.seq : segment.seq - 1;
  side.next = segment.sequence_end();
  return true;
}

void Flow::note_numbers(const SegmentHeader& segment, Timestamp time, Timestamp before, Notes& notes) {
  if (begin_numbers(segment)) return;
  Side& side = of(segment.from);
  if (is_copy(segment, time, before)) {
    notes.again = SentAgain::copy;
    return;
  }
  notes.again = classify(segment, time, before);
  if (notes.again != SentAgain::no) {
    count_again(segment, notes.again);
    rare().latest_again[static_cast<std::size_t>(segment.from)] = {segment, time};
  }
  const bool is_beside = notes.again == SentAgain::keep_alive || notes.again == SentAgain::window_probe;
  if (is_beside || segment.sequence_length() == 0 || side.sent_fin) return;
  if (segment.seq > side.next) {
    notes.after_hole = true;
    add_hole(segment.from, segment.seq, time);
  }
  if (segment.sequence_end() > side.next) side.next = segment.sequence_end();
}

/// Whether it is a packet captured twice: its sender's latest, or the latest that was sent again. Without
/// identification (IPv6, or what need not be put together from fragments) it is taken for that if it is the same and
/// comes at once.
bool Flow::is_copy(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  const Side& side = of(segment.from);
  if (rare_) {
    const auto& again = rare_->latest_again[static_cast<std::size_t>(segment.from)];
    if (again && is_within(least_timeout, time, again->time) && is_same_packet(segment, again->segment)) return true;
  }
  const bool is_like_latest = segment.sequence_length() > 0 && segment.sequence_end() == side.next &&
                              segment.seq < side.next && segment.has(syn) == !side.spoke &&
                              segment.has(fin) == side.sent_fin && (!segment.has(ack) || side.has_acked);
  if (!is_like_latest || !has_identification_of_latest(segment)) return false;
  if (segment.ip_identification != 0) return true;
  const bool says_the_same = segment.window == side.window && (!segment.has(ack) || segment.ack == side.acked);
  return says_the_same && bits_.last_from == segment.from && is_within(least_timeout, time, before);
}

SentAgain Flow::classify(const SegmentHeader& segment, Timestamp time, Timestamp before) {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool is_plain = !segment.has(syn) && !segment.has(fin);
  // One byte that was acknowledged may also be sent again, as that ACK was lost: no probe comes so soon.
  const bool may_probe = segment.length == 0 ||
                         (segment.length == 1 && (peer.window == 0 || !is_within(least_probe_interval, time, before)));
  if (is_plain && may_probe && segment.seq + 1 == side.next && peer.has_acked && peer.acked >= side.next && side.spoke)
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
  const Side& peer = of(peer_of(segment.from));
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
