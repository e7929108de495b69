// One recording from inside the rig: hosts, recorders, the conversation, the end. Runs in the init of the pid
// namespace. It leaves clearing up to the namespaces' own end.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/child.hpp"
#include "rig/events.hpp"
#include "rig/link.hpp"
#include "rig/loop.hpp"
#include "rig/recorder.hpp"
#include "rig/recording.hpp"

namespace tcplab::rig {

class Session {
 public:
  /// `caller` hangs up when the recording is to stop.
  Session(const RecordingPlan& plan, const std::filesystem::path& directory, int caller);

  /// Throws RigError when no trustworthy recording came of it.
  RecordingOutcome run();

 private:
  /// A host's program: the run that counts, and what came before it.
  struct Role {
    std::unique_ptr<Child> program;
    Fd input;                                       ///< of the program, while it is kept open
    bool is_prompted = false;                       ///< a rule presses Enter at it
    bool end_is_told = false;                       ///< to the rules
    std::vector<std::unique_ptr<Child>> past_runs;  ///< their ends are of no interest
    [[nodiscard]] bool has_ended() const { return program && program->has_ended(); }
    [[nodiscard]] ProgramOutcome outcome() const;
  };

  void start_recorders();
  void converse();
  void start_server();
  void start(End side, int ready = -1);
  void await_programs();
  void come_to_rest();
  void attend();
  void perform(const Rule& rule);
  void stop();
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] bool programs_ended() const;
  void stop_recorders();
  void join_captures();
  void end_phase(const std::string& name);

  const RecordingPlan& plan_;
  std::filesystem::path directory_;
  Loop loop_;
  EventLog events_;
  std::unique_ptr<Link> link_;
  std::vector<std::unique_ptr<Recorder>> recorders_;
  Both<Role> roles_;
  std::optional<Rule> stop_;  ///< the rule that asked for it
  bool is_stopped_ = false;
  Loop::Clock::time_point phase_start_ = Loop::Clock::now(), deadline_;
  RecordingOutcome outcome_;
};

/// Removes what a recording that failed may have left in its folder.
void remove_recording(const std::filesystem::path& directory) noexcept;

}  // namespace tcplab::rig
