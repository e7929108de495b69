// The rig's one loop: waits for descriptors and for a due time, calls their handlers, until a condition holds.
// One thread, no queues; a handler that throws ends the wait.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace tcplab::rig {

class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Handler = std::function<void()>;
  using Due = std::function<std::optional<Clock::time_point>()>;

  /// `handler` runs whenever the descriptor is readable or hung up.
  void watch(int descriptor, Handler handler) { handlers_[descriptor] = std::move(handler); }
  void forget(int descriptor) { handlers_.erase(descriptor); }
  /// `handler` runs in every turn; the wait ends no later than `due` says.
  void every_turn(Due due, Handler handler) { due_ = std::move(due), turn_ = std::move(handler); }

  /// Turns until `done` holds; false when `deadline` comes first. At least one turn is made, and one every `nap`.
  bool run_until(const std::function<bool()>& done, Clock::time_point deadline,
                 std::chrono::milliseconds nap = std::chrono::milliseconds(20));
  /// By how much, at most, a turn was over later than it was due since this was last asked: for so long this process
  /// stood still, or the whole machine. What is done between two waits counts, for no turn is made meanwhile either.
  Clock::duration take_longest_delay() {
    turn_over_ = Clock::now();
    return std::exchange(longest_delay_, {});
  }

 private:
  void turn(Clock::time_point until);

  std::map<int, Handler> handlers_;
  Due due_ = [] { return std::nullopt; };
  Handler turn_ = [] {};
  Clock::time_point turn_over_ = Clock::now();  ///< the latest
  Clock::duration longest_delay_{0};
};

}  // namespace tcplab::rig
