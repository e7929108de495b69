// The wire: takes the frames that each host sends and gives them to the other, in order, a fixed time later.
// It changes, loses and repeats nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "rig/host.hpp"
#include "rig/kernel_states.hpp"

namespace tcplab::rig {

using Clock = std::chrono::steady_clock;

class Wire {
 public:
  Wire(Both<Nic> ends, std::chrono::nanoseconds delay, KernelStates& states)
      : ends_(std::move(ends)), delay_(delay), states_(states) {}

  [[nodiscard]] int descriptor(End host) const { return ends_[host].descriptor(); }
  /// Takes every frame that a host has sent.
  void drain(End host);
  /// When the next frame is to be delivered; nothing while none is in flight.
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;
  /// Delivers what is due.
  void deliver_due();

  /// Frames that have passed a host's interface, either way: what a capture there must hold.
  [[nodiscard]] std::uint64_t frames_at(End host) const { return frames_at_[host]; }
  /// When a frame last departed or arrived.
  [[nodiscard]] Clock::time_point last_activity() const { return last_activity_; }

 private:
  struct Frame {
    std::vector<std::uint8_t> bytes;
    std::optional<Flow> flow;  ///< of a TCP segment
    Clock::time_point due;
  };

  void departed(End from, Frame frame);
  void deliver(End to, const Frame& frame);

  Both<Nic> ends_;
  std::chrono::nanoseconds delay_;
  KernelStates& states_;
  Both<std::deque<Frame>> towards_;  ///< in flight, by destination
  Both<std::uint64_t> frames_at_{};
  Clock::time_point last_activity_ = Clock::now();
};

}  // namespace tcplab::rig
