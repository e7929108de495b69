#include "tcp/reset_doubts.hpp"

#include <algorithm>
#include <array>

#include "tcp/exchange.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

bool has_reset_before_others(const Connection& connection) {
  const auto is_reset = [](const Segment& segment) { return segment.protocol == Protocol::tcp && segment.has(rst); };
  const auto first = std::ranges::find_if(connection.segments, is_reset);
  return !std::all_of(first, connection.segments.end(), is_reset);
}

}  // namespace

bool is_disproved(const Flow::Reset& reset, bool asked_again) {
  return reset.cause != ResetCause::bad_ack && !(reset.cause == ResetCause::closed_port && asked_again);
}

ResetDoubts::ResetDoubts(const Connection& connection, const std::vector<Passage>& passages) {
  if (!has_reset_before_others(connection)) return;
  doubts_.resize(connection.segments.size());
  Flow flow;
  Timestamp before;
  std::optional<std::size_t> taken;                   // the RST that ended it so far
  std::array<std::vector<std::size_t>, 2> fruitless;  // of each end: what ended nothing, by whoever
  bool asked_again = false;
  const auto look_at = [&](std::size_t number) {
    const Segment& segment = connection.segments[number];
    const auto reset = flow.reset();
    const Flow::Notes notes = flow.saw(segment, segment.sighting().time, before);
    before = segment.sighting().time;
    const auto from = static_cast<std::size_t>(segment.from);
    if (notes.is_reset) {
      taken = number;
      asked_again = false;
    }
    if (notes.stray_reset) fruitless[from].push_back(number);
    asked_again = asked_again || (is_plain_syn(segment.flags) && segment.from == End::client);
    if (notes.takes_reset_back && taken && reset && is_disproved(*reset, asked_again)) {
      const bool only_challenged = notes.challenge;
      doubts_[*taken] = {.not_sent = !only_challenged, .not_taken = true};
      if (only_challenged) fruitless[static_cast<std::size_t>(reset->by)].push_back(*taken);
    }
    if (notes.takes_reset_back) taken.reset();
    const auto now = flow.reset();
    if (taken && now && (now->evidence & bit(ResetEvidence::sender_went_on)) != 0) doubts_[*taken].not_sent = true;
    if (segment.has(rst) || segment.has(syn)) return;
    for (const std::size_t one : fruitless[from]) doubts_[one].not_sent = true;
    fruitless[from].clear();
  };
  for (const Passage& passage : passages) {
    const Segment& segment = connection.segments[passage.segment];
    const bool is_seen_first = passage.leg != Leg::arrival || !segment.departed;
    if (is_seen_first && segment.protocol == Protocol::tcp) look_at(passage.segment);
  }
}

}  // namespace tcplab
