// What joins the two programs: a wire between two hosts, or the loopback interface of one.
// The session above it does not know which.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/events.hpp"
#include "rig/host.hpp"
#include "rig/loop.hpp"
#include "rig/recording.hpp"

namespace tcplab::rig {

class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  /// "tap", "veth" or "loopback".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Where a side's program runs.
  [[nodiscard]] virtual const Host& host(End side) const = 0;
  [[nodiscard]] virtual std::string address(End side) const = 0;

  /// A place to capture at: the host, and what to call it. One behind the first two goes on where the one of the same
  /// name leaves off: a host that is to take another's place.
  struct Point {
    const Host* host;
    std::string name;
  };
  [[nodiscard]] virtual std::vector<Point> capture_points() const = 0;
  /// Frames that have passed there so far, by another count than tcpdump's.
  [[nodiscard]] virtual std::uint64_t frames_at(std::size_t point) const = 0;

  /// Nothing is on its way, and no rule is still to be obeyed whose cause has come.
  [[nodiscard]] virtual bool is_idle() const = 0;
  /// Every connection seen is CLOSED or in TIME-WAIT.
  [[nodiscard]] bool is_over() {
    return all_ends([](State state) { return tcplab::is_over(state) || state == State::listen; });
  }
  /// None has a SYN or a FIN that is still to be acknowledged.
  [[nodiscard]] bool is_settled() {
    return all_ends([](State state) { return !awaits_peers_kernel(state); });
  }
  /// When a frame last moved.
  [[nodiscard]] virtual Loop::Clock::time_point last_activity() = 0;

  /// What the rules are to be told, and what they ask for; loopback has no rules.
  virtual void program_ended(End /*side*/) {}
  /// The next rule that is due and that concerns a host or the recording.
  virtual std::optional<Rule> take_action() { return std::nullopt; }
  /// As RecordingOutcome has them; of futile ones, those that the wire knows of.
  [[nodiscard]] virtual std::vector<std::string> unused_rules() const { return {}; }
  [[nodiscard]] virtual std::vector<std::string> futile_rules() const { return {}; }
  /// A fresh host takes this one's place, which falls silent.
  virtual void reboot(End /*side*/) {}
  /// Nothing is carried any more, and no state looked for.
  virtual void halt() {}

 private:
  /// Whether every connection's end, as its kernel has it now, is in such a state.
  [[nodiscard]] virtual bool all_ends(bool (*good)(State)) = 0;
};

/// Makes the hosts and what is between them; from then on the loop carries the frames.
std::unique_ptr<Link> make_link(const RecordingPlan& plan, EventLog& events, Loop& loop);

}  // namespace tcplab::rig
