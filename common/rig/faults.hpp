// The rules of a recording at work: which of them choose a segment that departs, and whose moment has come.
// It counts and decides; the wire and the session do what a rule says. docs/rules.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fault/rule.hpp"
#include "packet/packet.hpp"

namespace tcplab::rig {

class Faults {
 public:
  using Clock = std::chrono::steady_clock;
  using Number = std::size_t;  ///< a rule's place in the list

  explicit Faults(std::vector<Rule> rules);

  [[nodiscard]] const Rule& rule(Number number) const { return rules_[number].rule; }
  [[nodiscard]] std::size_t size() const { return rules_.size(); }

  /// What a departing segment means to the rules, each list in their order.
  struct Meeting {
    std::vector<Number> chosen;   ///< something is to be done to it
    std::vector<Number> departs;  ///< its departure is their moment
    std::vector<Number> arrives;  ///< its arrival will be
  };
  /// To be asked once for each segment, as it departs: it counts.
  Meeting departing(End from, const Packet& packet);

  /// Rules whose moment this is. Each program's end, and each state, is a moment only the first time.
  std::vector<Number> ends(End host);
  std::vector<Number> enters(End host, State state);

  /// The rule's cause has come: true when the rule is due at once; otherwise it will be among take_due()'s.
  bool come(Number number);
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;
  /// The rules whose time has come by then.
  std::vector<Number> take_due(Clock::time_point then = Clock::now());
  /// Whether its moment has come, and the time after it is over.
  [[nodiscard]] bool has_come(Number number) const { return rules_[number].has_come; }

  /// The texts of the rules that had nothing to do: what they choose never departed, or their moment never came.
  [[nodiscard]] std::vector<std::string> unused() const;

 private:
  /// A choice with the number of segments that it fitted so far.
  struct Tally {
    const Choice* choice = nullptr;
    unsigned fitted = 0;
    bool chooses(End from, const Packet& packet);
  };
  struct Entry {
    Rule rule;
    const Moment* moment = nullptr;  ///< of `rule`; nullptr where it has none
    Tally segment{}, cause{};        ///< what the rule is about; the segment whose passing is its moment
    bool has_chosen = false, has_come = false, is_spent = false;
  };

  template <typename Cause>
  std::vector<Number> whose_moment_is(const Cause& cause);

  std::vector<Entry> rules_;
  std::multimap<Clock::time_point, Number> agenda_;
};

}  // namespace tcplab::rig
