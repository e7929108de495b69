#include "tcp/reset_doubts.hpp"

#include <algorithm>
#include <array>

#include "tcp/exchange.hpp"
#include "tcp/with_itself.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

bool has_reset_before_others(const Connection& connection) {
  const auto is_reset = [](const Segment& segment) { return segment.protocol == Protocol::tcp && segment.has(rst); };
  const auto first = std::ranges::find_if(connection.segments, is_reset);
  return std::any_of(first, connection.segments.end(), [&](const Segment& segment) {
    const bool is_beyond = segment.from == first->from && segment.seq > first->seq;  // perhaps of a burst
    return !is_reset(segment) || is_beyond;
  });
}

}  // namespace

std::optional<TakenReset::Disproved> TakenReset::saw(std::size_t number, const SegmentHeader& segment, const Flow& flow,
                                                     const Flow::Notes& notes) {
  if (is_plain_syn(segment.flags) && segment.from == End::client) asked_again_ = true;
  if (notes.is_reset) {
    segment_ = number;
    asked_again_ = false;
  }
  std::optional<Disproved> disproved;
  if (notes.takes_reset_back && segment_ && reset_) {
    const bool ended_an_attempt =
        reset_->cause == ResetCause::bad_ack || (reset_->cause == ResetCause::closed_port && asked_again_);
    if (!ended_an_attempt) disproved = Disproved{*segment_, reset_->by, notes.challenge};
  }
  if (notes.takes_reset_back) segment_.reset();
  reset_ = segment_ ? flow.reset() : std::nullopt;
  return disproved;
}

/// `for_each_segment(visit)` visits them in the order in which they were seen first.
template <typename Visit>
void ResetDoubts::judge(const Connection& connection, Visit for_each_segment) {
  if (!has_reset_before_others(connection)) return;
  doubts_.resize(connection.segments.size());
  Flow flow;
  WithItself itself{.has_one_address = connection.client == connection.server};
  Timestamp before;
  TakenReset taken;
  std::array<std::vector<std::size_t>, 2> fruitless;  // of each end: what ended nothing, by whoever
  const auto look_at = [&](std::size_t number) {
    const Segment& segment = connection.segments[number];
    const Flow::Notes notes = itself.saw(flow, segment, segment.sighting().time, before);
    before = segment.sighting().time;
    const auto from = index_of(segment.from);
    if (notes.stray_reset) fruitless[from].push_back(number);
    if (const auto disproved = taken.saw(number, segment, flow, notes)) {
      doubts_[disproved->segment] = {.not_sent = !disproved->only_challenged, .not_taken = true};
      if (disproved->only_challenged) fruitless[static_cast<std::size_t>(disproved->by)].push_back(disproved->segment);
    }
    const auto now = flow.reset();
    constexpr std::uint16_t disown = bit(ResetEvidence::sender_went_on) | bit(ResetEvidence::in_burst);
    if (taken.segment() && now && (now->evidence & disown) != 0) doubts_[*taken.segment()].not_sent = true;
    if (segment.has(rst) || segment.has(syn)) return;
    for (const std::size_t one : fruitless[from]) doubts_[one].not_sent = true;
    fruitless[from].clear();
  };
  for_each_segment([&](std::size_t number) {
    if (connection.segments[number].protocol == Protocol::tcp) look_at(number);
  });
}

ResetDoubts::ResetDoubts(const Connection& connection, const std::vector<Passage>& passages) {
  judge(connection, [&](auto visit) {
    for (const Passage& passage : passages) {
      const Segment& segment = connection.segments[passage.segment];
      const bool is_seen_first = passage.leg != Leg::arrival || !segment.departed;
      // What nobody sent tells nothing of whether its alleged sender went on.
      const bool counts = segment.departed || segment.has(rst) || segment.has(syn);
      if (is_seen_first && counts) visit(passage.segment);
    }
  });
}

ResetDoubts::ResetDoubts(const Connection& connection) {
  judge(connection, [&](auto visit) {
    for (std::size_t i = 0; i < connection.segments.size(); ++i) visit(i);
  });
}

}  // namespace tcplab
