// Which packets of a connection were captured twice, as at a mirror port, or before and behind a router. RFC 6864.
#include <algorithm>
#include <chrono>

#include "tcp/flow.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// Nobody sends again as soon as this: RFC 6298 asks for a second, Linux waits 200 ms, and no round trip is shorter
/// than what two records of one packet are apart.
constexpr std::chrono::milliseconds least_timeout{1};
/// With an identification, a packet is captured again no later than this after the connection's latest segment, and
/// so many others of its sender's: a router that changes the hop limit may have kept it behind a long queue.
constexpr std::chrono::milliseconds latest_copy{100};
constexpr unsigned most_behind = 64, most_behind_a_router = 8192;
/// Who sends again is at it for so long. What left shortly before it may then come behind it.
constexpr std::chrono::seconds recovery_time{1};

constexpr std::uint16_t steps(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::uint16_t>(to - from);
}

}  // namespace

/// Whether it tells one packet from the next: IPv6 has none, what need not be put together from fragments may have
/// none, and some give all packets the same.
bool Flow::has_telling_identification(const SegmentHeader& segment) const {
  const Side& side = of(segment.from);
  const bool is_another = side.ip_identification != 0 && !has_identification_of_latest(segment);
  return segment.ip_identification != 0 && (side.has_identifications || is_another);
}

/// By its identification it left before its sender's latest: what is sent again is a packet of its own, and later.
bool Flow::is_behind_latest(const SegmentHeader& segment) const {
  const Side& side = of(segment.from);
  const unsigned behind = steps(segment.ip_identification, side.ip_identification);
  const unsigned most = segment.hop_limit == side.hop_limit ? most_behind : most_behind_a_router;
  return has_telling_identification(segment) && behind > 0 && behind <= most;
}

/// By its identification it left just behind its sender's latest.
bool Flow::is_next_of_latest(const SegmentHeader& segment) const {
  const unsigned ahead = steps(of(segment.from).ip_identification, segment.ip_identification);
  return has_telling_identification(segment) && ahead > 0 && ahead <= most_behind;
}

/// The capture began within what its end sent, and this is from before.
bool Flow::is_before_all_seen(const SegmentHeader& segment) const {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool was_acknowledged = peer.has_acked && segment.sequence_end() <= peer.acked;
  return !side.sent_syn && !segment.has(syn) && segment.seq <= side.iss && !was_acknowledged;
}

/// Its numbers were seen, not as the sender's latest, and it left before the latest did. Has the peer
/// spoken in between, that may have made a middlebox send it again as it was, but not with another hop limit.
bool Flow::is_older_packet(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  const Side& side = of(segment.from);
  // Behind its FIN an end sends ACKs; or else a router changed what is the latest still.
  const bool has_gone_on = side.latest == mark(0, true) || segment.hop_limit != side.hop_limit;
  const bool was_seen = segment.has(syn)   ? side.sent_syn
                        : segment.has(fin) ? side.sent_fin && has_gone_on
                                           : segment.sequence_end() <= side.next && !is_before_all_seen(segment);
  const unsigned behind = steps(segment.ip_identification, side.ip_identification);
  // Some count none of their identifications on, and send SYNs with other hop limits again, as traceroute does.
  const bool may_be = was_seen && is_behind_latest(segment) && (!segment.has(syn) || behind <= most_behind);
  const bool may_be_asked_for = bits_.last_from != segment.from && segment.hop_limit == side.hop_limit;
  if (!may_be || may_be_asked_for || !is_within(latest_copy, time, before)) return false;
  if (!rare_) return true;
  const auto from = index_of(segment.from);
  const auto& again = rare_->latest_again[from];
  if (again && is_within(recovery_time, time, again->time)) {
    // Between the one before it and that one: it changed places with that, and is seen for the first time.
    const unsigned to_it = steps(again->identification_before, segment.ip_identification);
    const unsigned to_again = steps(again->identification_before, again->segment.ip_identification);
    if (to_it > 0 && to_it < to_again && to_again <= most_behind_a_router) return false;
  }
  return std::ranges::none_of(rare_->holes[from], [&](const auto& hole) {
    return segment.seq < hole.end && hole.first < segment.sequence_end();
  });
}

/// Of a segment that was captured whole and is cut up right behind, as before and behind a network card that does so
/// (TSO): the first has its identification, and the others follow.
bool Flow::is_piece_of_latest(const SegmentHeader& segment, Timestamp time, Timestamp before) {
  const Side& side = of(segment.from);
  const bool may_be = segment.length > 0 && !segment.has(syn) && segment.sequence_end() <= side.next;
  if (!may_be || bits_.last_from != segment.from || !is_within(least_timeout, time, before)) return false;
  if (rare_ && rare_->cut && rare_->cut->from == segment.from) {
    Rare::Cut& cut = *rare_->cut;
    const bool is_near =
        is_within(least_timeout, time, cut.time) && steps(cut.identification, segment.ip_identification) <= most_behind;
    if (is_near && segment.seq == cut.next && segment.sequence_end() <= cut.end) {
      cut.next = segment.sequence_end();
      cut.time = time;
      return true;
    }
  }
  const bool is_first = has_telling_identification(segment) && has_identification_of_latest(segment) &&
                        segment.sequence_end() < side.next;
  if (is_first) rare().cut = Rare::Cut{segment.sequence_end(), side.next, time, side.ip_identification, segment.from};
  return is_first;
}

/// Of a segment without data: only its identification tells, and only that of its sender's latest.
bool Flow::is_copy_of_ack(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  const Side& side = of(segment.from);
  const bool is_like_latest = segment.has(ack) && side.has_acked && segment.ack == side.acked &&
                              segment.seq == side.next && side.latest == mark(0, true);
  return is_like_latest && has_telling_identification(segment) && has_identification_of_latest(segment) &&
         is_within(latest_copy, time, before);
}

/// Whether it is a packet captured twice: the latest that was sent again, an older one, or its sender's latest.
/// Without an identification that tells, it is taken for the latest if it is the same and comes at once.
bool Flow::is_copy(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  const Side& side = of(segment.from);
  if (rare_) {
    const auto& again = rare_->latest_again[index_of(segment.from)];
    const bool is_told = has_telling_identification(segment), may_be = is_told || bits_.last_from == segment.from;
    const auto latest = is_told ? latest_copy : least_timeout;
    if (again && may_be && is_within(latest, time, again->time) && is_same_packet(segment, again->segment)) return true;
  }
  if (segment.sequence_length() == 0) return is_copy_of_ack(segment, time, before);
  const bool may_be_known = segment.seq < side.next && (!segment.has(ack) || side.has_acked);
  if (may_be_known && is_older_packet(segment, time, before)) return true;
  const bool is_like_latest = may_be_known && segment.has(syn) == !side.spoke &&
                              side.latest == mark(segment.sequence_length(), true) &&
                              segment.sequence_end() == side.next && segment.has(fin) == side.sent_fin;
  if (!is_like_latest || !has_identification_of_latest(segment)) return false;
  if (has_telling_identification(segment)) return is_within(latest_copy, time, before);
  const bool says_the_same = segment.window == side.window && (!segment.has(ack) || segment.ack == side.acked);
  if (segment.has(syn) && segment.ip_identification != 0) return says_the_same && is_within(latest_copy, time, before);
  return says_the_same && bits_.last_from == segment.from && is_within(least_timeout, time, before);
}

}  // namespace tcplab
