// The wire: takes the frames that each host sends and gives them to the other, in order, a fixed time later; except
// where a rule says otherwise. It keeps a log of all that it does (docs/events.md).
// Which rule chooses which frame is for faults.hpp; what a rule does to a host is for the session.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "rig/events.hpp"
#include "rig/faults.hpp"
#include "rig/forge.hpp"
#include "rig/host.hpp"
#include "rig/kernel_states.hpp"

namespace tcplab::rig {

using Clock = std::chrono::steady_clock;

class Wire {
 public:
  Wire(Both<Nic> ends, std::chrono::nanoseconds delay, std::vector<Rule> rules, KernelStates& states, EventLog& events);

  [[nodiscard]] int descriptor(End host) const { return attached_[host].nic.descriptor(); }
  /// Takes every frame that a host has sent.
  void drain(End host);
  /// When something is to be done next: a frame is due, or a rule. Nothing while there is nothing to wait for.
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;
  /// Delivers what is due, and does what rules are due, one after the other; but nothing past an action of the
  /// session's.
  void deliver_due();

  /// Another host takes this one's place, from now on. Returns the end of the old one's cable.
  Nic replace(End host, Nic nic);

  void program_ended(End host) { obey(faults_.ends(host)); }
  void entered(End host, State state) { obey(faults_.enters(host, state)); }
  /// The next rule that is due and that concerns a host or the recording.
  std::optional<Rule> take_action();

  /// Nothing is on its way, held, or still to be done by a rule whose cause has come.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] std::vector<std::string> unused_rules() const { return faults_.unused(); }
  /// The texts of the rules that had their segment and their moment, and nothing to do all the same: no copy was there
  /// to replay, no segment to forge another from, or none came behind one that was to be swapped.
  [[nodiscard]] std::vector<std::string> futile_rules() const;

  /// Frames that have passed a host's interface, either way: what a capture there must hold.
  [[nodiscard]] std::uint64_t frames_at(End host) const { return attached_[host].frames; }
  /// When a frame last departed or arrived.
  [[nodiscard]] Clock::time_point last_activity() const { return last_activity_; }

 private:
  using Number = Faults::Number;

  struct Frame {
    FrameBytes bytes;
    End from = End::client;
    std::optional<Flow> flow{};  ///< of a TCP segment
    Clock::time_point due{};
    unsigned times = 1;             ///< that it is to arrive
    std::vector<Number> arrives{};  ///< rules whose moment its arrival is
  };
  struct Held {
    Frame frame;
    std::vector<Number> by;  ///< rules whose moment has not come
  };
  struct Swapped {
    Frame frame;
    Number by;
  };
  struct Attached {
    Nic nic;
    std::uint64_t frames = 0;
  };

  void departed(Frame frame);
  void place(Frame frame, const std::vector<Number>& chosen);
  /// What the rules that choose a frame have decided on it.
  struct Fate {
    bool is_dropped = false;
    std::vector<Number> holders{};
    std::optional<Number> swapped_by{};
  };
  void apply(Number number, Frame& frame, Fate& fate);
  [[nodiscard]] bool repeats_a_held_one(const Frame& frame) const;
  void enqueue(Frame frame);
  void deliver(End to, Frame& frame);
  void deliver_injected();

  void obey(const std::vector<Number>& numbers);
  void obey_one(Number number);
  void release(Number number);
  void inject(FrameBytes bytes, End from, const char* event, Number number);
  void log(End host, const char* event, const Frame& frame, std::optional<Number> rule = std::nullopt);

  Both<Attached> attached_;
  std::chrono::nanoseconds delay_;
  Faults faults_;
  KernelStates& states_;
  EventLog& events_;
  Both<std::multimap<Clock::time_point, Frame>> towards_;  ///< in flight, by destination; equal times keep their order
  std::deque<Frame> injected_;  ///< by rules: they arrive in this instant, before anything is done to a host
  std::vector<Held> held_;
  Both<std::optional<Swapped>> swapped_;  ///< by its sender: waits for the next
  std::map<Number, FrameBytes> copies_;
  Both<LatestSegment> latest_;
  std::deque<Number> actions_;
  std::vector<Number> futile_;
  bool is_cut_ = false;
  Clock::time_point last_activity_ = Clock::now();
};

}  // namespace tcplab::rig
