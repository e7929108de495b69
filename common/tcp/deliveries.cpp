#include "tcp/deliveries.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "packet/tcp_options.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// Beyond so many, what was sent again for nothing is not followed.
constexpr std::size_t most_late = 64;

/// The number by which it is known whether all of a segment was sent again: what is missing of it is at its end. What
/// comes with a SYN may be refused while the SYN is not.
SeqNum deciding_number(const Segment& segment) {
  return segment.has(syn) ? segment.seq : segment.sequence_end() - 1;
}

}  // namespace

void Numbers::add(SeqNum first, SeqNum end) {
  if (!base_) base_ = first;
  std::int32_t from = first - *base_, to = end - *base_;
  auto next = ranges_.upper_bound(from);
  if (next != ranges_.begin() && std::prev(next)->second >= from) from = (--next)->first;
  while (next != ranges_.end() && next->first <= to) {
    to = std::max(to, next->second);
    next = ranges_.erase(next);
  }
  ranges_.emplace_hint(next, from, to);
}

bool Numbers::contain(SeqNum number) const {
  if (!base_) return false;
  const auto next = ranges_.upper_bound(number - *base_);
  return next != ranges_.begin() && std::prev(next)->second > number - *base_;
}

void Deliveries::note_delay(const Segment& segment) {
  if (segment.has(syn)) syns_[static_cast<std::size_t>(segment.from)] = &segment;
  const Segment* const syn_of_peer = syns_[static_cast<std::size_t>(peer_of(segment.from))];
  auto& delay = delays_[static_cast<std::size_t>(segment.from)];
  if (delay || syn_of_peer == nullptr || !segment.has(ack) || segment.ack != syn_of_peer->seq + 1) return;
  const Timestamp asked = syn_of_peer->sighting().time, answered = segment.sighting().time;
  constexpr std::chrono::seconds longest{10};
  if (asked < answered && is_within(longest, asked, answered)) delay = answered - asked;
}

bool Deliveries::is_too_soon(std::size_t segment, const Segment& answer) const {
  const auto& delay = delays_[static_cast<std::size_t>(answer.from)];
  if (!delay || *delay < std::chrono::nanoseconds(2)) return false;
  const Timestamp passed = connection_.segments[segment].sighting().time, answered = answer.sighting().time;
  return passed <= answered && is_within(*delay / 2, passed, answered);
}

void Deliveries::choose(const Segment& answer, std::vector<std::size_t>& covered) {
  auto& late = late_[static_cast<std::size_t>(answer.from)];
  const std::vector<std::size_t> waiting = std::exchange(late, {});
  if (were_sent_again(covered)) leave_latest(answer, covered);
  if (answer.has(ack)) acknowledged_[static_cast<std::size_t>(answer.from)] = answer.ack;
  if (waiting.empty()) return;
  const auto came = std::ranges::partition_point(waiting, [&](std::size_t one) { return !is_too_soon(one, answer); });
  late.insert(late.begin(), came, waiting.end());
  covered.insert(covered.begin(), waiting.begin(), came);
}

/// Then it had not come: echoed is the latest of the segments that brought the number which was expected.
bool Deliveries::is_later_than_echo(const Segment& segment, const Segment& answer) const {
  const auto& expected = acknowledged_[static_cast<std::size_t>(answer.from)];
  if (expected && segment.seq > *expected) return false;
  const auto stamps = timestamps(segment.options), echo = timestamps(answer.options);
  return stamps && echo && answer.has(ack) && static_cast<std::int32_t>(stamps->value - echo->echo_reply) > 0;
}

bool Deliveries::were_sent_again(const std::vector<std::size_t>& covered) const {
  std::optional<SeqNum> end;
  for (const std::size_t one : covered) {
    const Segment& segment = connection_.segments[one];
    if (segment.sequence_length() == 0) continue;
    if (end && segment.seq < *end) return true;
    end = segment.sequence_end();
  }
  return false;
}

/// The packets that were captured before: they were not sent again.
std::vector<std::size_t> Deliveries::copies_among(const std::vector<std::size_t>& covered) {
  constexpr std::chrono::nanoseconds longest = std::chrono::seconds(1), longest_unproved = std::chrono::milliseconds(1);
  std::vector<std::size_t> copies;
  std::unordered_map<std::uint32_t, const Segment*> seen;  // by their first numbers, the latest
  for (const std::size_t one : covered) {
    const Segment& segment = connection_.segments[one];
    const Segment* const before = std::exchange(seen[segment.seq.value()], &segment);
    if (before == nullptr || !is_same_packet(*before, segment)) continue;
    auto& is_telling = has_telling_identifications_[static_cast<std::size_t>(segment.from)];
    if (!is_telling) is_telling = connection_.has_telling_identifications(segment.from);
    const bool is_proved = segment.ip_identification != 0 && *is_telling;
    if (is_within(is_proved ? longest : longest_unproved, before->sighting().time, segment.sighting().time))
      copies.push_back(one);
  }
  return copies;
}

/// What the end says, at any time, to have received twice.
const Numbers& Deliveries::came_twice(End end) {
  auto& twice = came_twice_[static_cast<std::size_t>(end)];
  if (twice) return *twice;
  twice.emplace();
  for (const Segment& segment : connection_.segments) {
    if (segment.from != end || !segment.options.mention(TcpOptionKind::sack)) continue;
    const std::vector<SackBlock> blocks = sack_blocks(segment.options);
    if (blocks.empty() || !(blocks.front().left < blocks.front().right)) continue;
    if (blocks.front().right <= segment.ack) twice->add(blocks.front().left, blocks.front().right);
  }
  return *twice;
}

void Deliveries::leave_latest(const Segment& answer, std::vector<std::size_t>& covered) {
  const Numbers& twice = came_twice(answer.from);
  const std::vector<std::size_t> copies = copies_among(covered);
  Numbers sent_later;
  bool asked_later = false;  // by a SYN without ACK, which a SYN,ACK is no repetition of
  const auto is_sent_later = [&](const Segment& segment) {
    return is_plain_syn(segment.flags) ? asked_later : sent_later.contain(deciding_number(segment));
  };
  std::vector<std::size_t> left, too_late;
  for (std::size_t behind = covered.size(); behind > 0; --behind) {
    const std::size_t one = covered[behind - 1];
    const Segment& segment = connection_.segments[one];
    if (segment.sequence_length() == 0 || std::ranges::binary_search(copies, one)) {
      left.push_back(one);
    } else if (is_too_soon(one, answer) || is_later_than_echo(segment, answer)) {
      too_late.push_back(one);
    } else if (!is_sent_later(segment) || twice.contain(deciding_number(segment))) {
      left.push_back(one);
      sent_later.add(segment.seq, segment.sequence_end());
      asked_later = asked_later || is_plain_syn(segment.flags);
    }
  }
  auto& late = late_[static_cast<std::size_t>(answer.from)];
  std::ranges::reverse(too_late);
  for (const std::size_t one : too_late) {
    const Segment& segment = connection_.segments[one];
    if (!is_sent_later(segment))
      left.push_back(one);
    else if (twice.contain(deciding_number(segment)) && late.size() < most_late)
      late.push_back(one);
  }
  std::ranges::sort(left);
  covered = std::move(left);
}

}  // namespace tcplab
