#include "tcp/deliveries.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "packet/tcp_options.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

constexpr std::chrono::nanoseconds longest_delay = std::chrono::seconds(10);
/// Beyond so many, what comes for the second time is not followed.
constexpr std::size_t most_again = 64;

/// What the answer says to have come twice.
std::optional<SackBlock> come_twice(const Segment& answer) {
  const SackBlocks blocks = sack_blocks(answer);
  if (!begin_with_duplicate(blocks, answer.ack) || !(blocks[0].left < blocks[0].right)) return std::nullopt;
  return blocks[0];
}

}  // namespace

/// Of a segment that consumes some.
void Deliveries::note_numbers(const Segment& segment) {
  const auto from = index_of(segment.from);
  auto& highest = highest_[from];
  if (highest && segment.seq < *highest) sent_again_[from].add(segment.seq, std::min(segment.sequence_end(), *highest));
  highest = highest ? std::max(*highest, segment.sequence_end()) : segment.sequence_end();
}

/// By the SYN that it answers.
void Deliveries::note_delay_of_answer(const Segment& answer) {
  const Segment* const syn_segment = syns_[index_of(peer_of(answer.from))];
  if (syn_segment == nullptr || !answer.has(ack) || answer.ack != syn_segment->seq + 1) return;
  const Timestamp asked = syn_segment->sighting().time, answered = answer.sighting().time;
  if (asked < answered && is_within(longest_delay, asked, answered)) delays_[index_of(answer.from)] = answered - asked;
}

bool Deliveries::is_too_soon(std::size_t segment, const Segment& answer) const {
  const auto& delay = delays_[index_of(answer.from)];
  if (!delay || *delay < std::chrono::nanoseconds(2)) return false;
  const Timestamp passed = connection_.segments[segment].sighting().time, answered = answer.sighting().time;
  return passed <= answered && is_within(*delay / 2, passed, answered);
}

void Deliveries::took(std::size_t segment) {
  const Segment& taken = connection_.segments[segment];
  const auto to = index_of(peer_of(taken.from));
  taken_[to].add(taken.seq, taken.sequence_end());
}

void Deliveries::choose_among(const Segment& answer, std::vector<std::size_t>& covered) {
  const auto to = index_of(answer.from);
  const auto was_taken = [&](std::size_t one) {
    const Segment& segment = connection_.segments[one];
    return segment.sequence_length() > 0 && taken_[to].contain(segment.seq, segment.sequence_end());
  };
  if (were_sent_again(covered) || std::ranges::any_of(covered, was_taken)) leave_latest(answer, covered);
  note_delay(answer, covered);
}

/// What the answer says to have come twice, if that is known.
void Deliveries::add_second(const Segment& answer, std::vector<std::size_t>& covered) {
  const auto twice = come_twice(answer);
  if (!twice) return;
  auto& again = again_[index_of(answer.from)];
  for (std::size_t behind = again.size(); behind > 0; --behind) {
    const std::size_t second = again[behind - 1];
    const Segment& segment = connection_.segments[second];
    if (segment.seq < twice->left || segment.sequence_end() > twice->right) continue;
    covered.push_back(second);
    again.erase(again.begin() + static_cast<std::ptrdiff_t>(behind - 1));
    return;
  }
}

/// By what was sent once, and is the latest that the answer covers.
void Deliveries::note_delay(const Segment& answer, const std::vector<std::size_t>& covered) {
  if (covered.empty() || !answer.has(ack)) return;
  const Segment& segment = connection_.segments[covered.back()];
  if (segment.sequence_length() == 0 || segment.sequence_end() != answer.ack) return;
  const SeqNum last = segment.sequence_end() - 1;
  if (sent_again_[index_of(segment.from)].contain(last, last + 1)) return;
  const Timestamp passed = segment.sighting().time, answered = answer.sighting().time;
  auto& delay = delays_[index_of(answer.from)];
  if (passed < answered && is_within(delay.value_or(longest_delay), passed, answered)) delay = answered - passed;
}

/// What the answer echoes is the time stamp of the latest of the segments that had brought the number which it
/// expected.
Deliveries::Echo Deliveries::echo_of(const Segment& segment, const Segment& answer) const {
  const auto& expected = acknowledged_[index_of(answer.from)];
  if (!answer.has(ack) || (expected && segment.seq > *expected)) return Echo::none;
  const auto stamps = timestamps(segment.options), echo = timestamps(answer.options);
  if (!stamps || !echo) return Echo::none;
  const auto later = static_cast<std::int32_t>(stamps->value - echo->echo_reply);
  return later > 0 ? Echo::earlier : later == 0 ? Echo::its_own : Echo::none;
}

Deliveries::Stamped Deliveries::stamped_among(const std::vector<std::size_t>& covered) const {
  Stamped stamped;
  for (const std::size_t one : covered) {
    const Segment& segment = connection_.segments[one];
    if (const auto stamps = timestamps(segment.options)) ++stamped[{segment.seq.value(), stamps->value}];
  }
  return stamped;
}

/// A time stamp that no other of its kind has is better evidence than the time.
bool Deliveries::is_too_late(std::size_t segment, const Segment& answer, const Stamped& stamped) const {
  const Segment& one = connection_.segments[segment];
  const Echo echo = echo_of(one, answer);
  if (echo == Echo::earlier) return true;
  if (echo == Echo::its_own && stamped.at({one.seq.value(), timestamps(one.options)->value}) == 1) return false;
  return is_too_soon(segment, answer);
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

/// The packets that were captured before, by the rules of flow_copies.cpp: they were not sent again.
std::vector<Deliveries::Copy> Deliveries::copies_among(const std::vector<std::size_t>& covered) {
  constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(100),
                                     longest_unproved = std::chrono::milliseconds(1);
  std::vector<Copy> copies;
  std::map<std::uint32_t, std::size_t> seen;  // by their first numbers, the latest
  for (const std::size_t one : covered) {
    const Segment& segment = connection_.segments[one];
    const auto [place, is_first] = seen.emplace(segment.seq.value(), one);
    const std::size_t before = std::exchange(place->second, one);
    const Segment& earlier = connection_.segments[before];
    if (is_first || !is_same_packet(earlier, segment)) continue;
    auto& is_telling = has_telling_identifications_[index_of(segment.from)];
    if (!is_telling) is_telling = connection_.has_telling_identifications(segment.from);
    const bool is_proved = segment.ip_identification != 0 && *is_telling;
    if (!is_proved && before + 1 != one) continue;
    if (is_within(is_proved ? longest : longest_unproved, earlier.sighting().time, segment.sighting().time))
      copies.push_back({one, before});
  }
  return copies;
}

/// What the end says, at any time, to have received twice.
const Numbers& Deliveries::came_twice(End end) {
  auto& twice = came_twice_[index_of(end)];
  if (twice) return *twice;
  twice.emplace();
  for (const Segment& segment : connection_.segments) {
    if (segment.from != end) continue;
    if (const auto block = come_twice(segment)) twice->add(block->left, block->right);
  }
  return *twice;
}

/// Whether all of the segment came in what was sent later: what was acknowledged before in something, the rest in what
/// was taken, or came `with` this answer.
bool Deliveries::came_later(const Segment& segment, const Segment& answer, const Came& with) const {
  const auto to = index_of(answer.from);
  SeqNum first = segment.seq;
  const SeqNum end = segment.sequence_end();
  if (is_plain_syn(segment.flags)) {
    if (!with.has_asked) return false;
    first = segment.seq + 1;
    if (answer.ack <= first) return true;  // its data, if any, was refused
  }
  const auto& acknowledged = acknowledged_[to];
  const SeqNum open = acknowledged && *acknowledged < end ? std::max(*acknowledged, first) : first;
  return sent_again_[1 - to].contain(first, open) && (with.numbers.contain(open, end) || taken_[to].contain(open, end));
}

/// Where the receiver will say that it came twice, the latest is the second to come; and of the others any may be.
std::vector<std::size_t> Deliveries::latest_among(const Segment& answer, const std::vector<std::size_t>& covered) {
  const Numbers& twice = came_twice(answer.from);
  const Stamped stamped = stamped_among(covered);
  Came came;
  Numbers second;
  std::vector<std::size_t> left, others;
  for (std::size_t behind = covered.size(); behind > 0; --behind) {
    const std::size_t one = covered[behind - 1];
    const Segment& segment = connection_.segments[one];
    const SeqNum first = segment.seq, end = segment.sequence_end();
    const bool is_second = twice.contain(first, end) && !second.contain(first, end);
    if (first != end && (is_second || is_too_late(one, answer, stamped) || came_later(segment, answer, came))) {
      if (twice.contain(first, end)) second.add(first, end);
      others.push_back(one);
      continue;
    }
    left.push_back(one);
    came.numbers.add(first, end);
    came.has_asked = came.has_asked || is_plain_syn(segment.flags);
  }
  auto& again = again_[index_of(answer.from)];
  std::ranges::reverse(others);
  for (const std::size_t one : others) {
    const Segment& segment = connection_.segments[one];
    if (!came_later(segment, answer, came))
      left.push_back(one);
    else if (twice.contain(segment.seq, segment.sequence_end()) && again.size() < most_again)
      again.push_back(one);
  }
  std::ranges::sort(left);
  return left;
}

/// A copy comes if the packet does that it is a copy of.
void Deliveries::leave_latest(const Segment& answer, std::vector<std::size_t>& covered) {
  const std::vector<Copy> copies = copies_among(covered);
  std::erase_if(covered, [&](std::size_t one) { return std::ranges::binary_search(copies, one, {}, &Copy::segment); });
  const std::vector<std::size_t> latest = latest_among(answer, covered);
  std::set<std::size_t> came(latest.begin(), latest.end());
  for (const Copy& copy : copies)
    if (came.contains(copy.original)) came.insert(copy.segment);
  covered.assign(came.begin(), came.end());
}

}  // namespace tcplab
