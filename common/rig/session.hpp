// One recording from inside the rig: hosts, recorders, the conversation, the end. Runs in the init of the pid
// namespace. It leaves clearing up to the namespaces' own end.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
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
  void start_recorders();
  void converse();
  std::unique_ptr<Child> start_server();
  std::unique_ptr<Child> start(End side, int standard_input, int ready);
  void await_end(const Child& program, End side);
  void come_to_rest();
  void stop_recorders();
  void end_phase(const std::string& name);

  const RecordingPlan& plan_;
  std::filesystem::path directory_;
  Loop loop_;
  EventLog events_;
  std::unique_ptr<Link> link_;
  std::vector<std::unique_ptr<Recorder>> recorders_;
  Fd server_input_;
  Loop::Clock::time_point phase_start_ = Loop::Clock::now(), deadline_;
  RecordingOutcome outcome_;
};

/// Removes what a recording that failed may have left in its folder.
void remove_recording(const std::filesystem::path& directory) noexcept;

}  // namespace tcplab::rig
