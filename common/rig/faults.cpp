#include "rig/faults.hpp"

#include <algorithm>
#include <string_view>

namespace tcplab::rig {
namespace {

const Choice* segment_of(const Deed& deed) {
  return std::visit(
      [](const auto& one) -> const Choice* {
        if constexpr (requires { one.segment; }) return &one.segment;
        return nullptr;
      },
      deed);
}

const Moment* moment_of(const Deed& deed) {
  return std::visit(
      [](const auto& one) -> const Moment* {
        if constexpr (requires { one.at; }) return &one.at;
        if constexpr (requires { one.until; }) return &one.until;
        return nullptr;
      },
      deed);
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()),
          bytes.size()};  // NOLINT(*-reinterpret-cast): bytes as characters
}

bool fits(const Choice& choice, std::span<const std::uint8_t> data) {
  return (!choice.length_bytes || *choice.length_bytes == data.size()) &&
         (!choice.payload || text_of(data).find(*choice.payload) != std::string_view::npos);
}

bool fits(const Choice& choice, const Packet& packet) {
  if (choice.kind == Choice::Kind::datagram) {
    const auto* datagram = std::get_if<UdpDatagram>(&packet.transport);
    return datagram != nullptr && fits(choice, datagram->payload);
  }
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || (choice.flags && *choice.flags != segment->flags)) return false;
  return fits(choice, segment->payload);
}

}  // namespace

Faults::Faults(std::vector<Rule> rules) {
  rules_.reserve(rules.size());
  for (Rule& rule : rules) rules_.push_back({.rule = std::move(rule)});
  for (Entry& entry : rules_) {  // the list no longer moves: what it holds may be pointed at
    entry.segment.choice = segment_of(entry.rule.deed);
    entry.moment = moment_of(entry.rule.deed);
    if (entry.moment == nullptr) continue;
    if (const auto* passes = std::get_if<SegmentPasses>(&entry.moment->cause)) entry.cause.choice = &passes->segment;
  }
}

bool Faults::Tally::chooses(End from, const Packet& packet) {
  if (choice == nullptr || choice->from != from || !fits(*choice, packet)) return false;
  ++fitted;
  return !choice->ordinal || *choice->ordinal == fitted;
}

Faults::Meeting Faults::departing(End from, const Packet& packet) {
  Meeting meeting;
  for (Number number = 0; number < rules_.size(); ++number) {
    Entry& entry = rules_[number];
    if (entry.segment.chooses(from, packet)) {
      entry.has_chosen = true;
      meeting.chosen.push_back(number);
    }
    if (!entry.cause.chooses(from, packet)) continue;
    const bool at_arrival = std::get<SegmentPasses>(entry.moment->cause).arrives;
    (at_arrival ? meeting.arrives : meeting.departs).push_back(number);
  }
  return meeting;
}

template <typename Cause>
std::vector<Faults::Number> Faults::whose_moment_is(const Cause& cause) {
  std::vector<Number> found;
  for (Number number = 0; number < rules_.size(); ++number) {
    Entry& entry = rules_[number];
    if (entry.moment == nullptr || entry.is_spent) continue;
    const auto* waits_for = std::get_if<Cause>(&entry.moment->cause);
    if (waits_for == nullptr || *waits_for != cause) continue;
    entry.is_spent = true;
    found.push_back(number);
  }
  return found;
}

std::vector<Faults::Number> Faults::ends(End host) {
  return whose_moment_is(ProgramEnds{host});
}

std::vector<Faults::Number> Faults::enters(End host, State state) {
  return whose_moment_is(EntersState{host, state});
}

bool Faults::come(Number number) {
  Entry& entry = rules_[number];
  if (entry.moment->later > std::chrono::milliseconds(0)) {
    agenda_.emplace(Clock::now() + entry.moment->later, number);
    return false;
  }
  return entry.has_come = true;
}

std::optional<Faults::Clock::time_point> Faults::next_due() const {
  return agenda_.empty() ? std::nullopt : std::optional(agenda_.begin()->first);
}

std::vector<Faults::Number> Faults::take_due(Clock::time_point then) {
  std::vector<Number> due;
  while (!agenda_.empty() && agenda_.begin()->first <= then) {
    due.push_back(agenda_.begin()->second);
    rules_[due.back()].has_come = true;
    agenda_.erase(agenda_.begin());
  }
  return due;
}

std::vector<std::string> Faults::unused() const {
  std::vector<std::string> texts;
  for (const Entry& entry : rules_) {
    const bool chose = entry.segment.choice == nullptr || entry.has_chosen;
    const bool came = entry.moment == nullptr || entry.has_come;
    if (!chose || !came) texts.push_back(entry.rule.text);
  }
  return texts;
}

}  // namespace tcplab::rig
