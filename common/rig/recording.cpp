// The caller's side of a recording: it starts the rig's process, listens to it, and makes sure that it is gone.
// No thread, no signal handler, and no state but a list of processes still to be waited for.
#include "rig/recording.hpp"

#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "rig/outcome_line.hpp"
#include "rig/rig_process.hpp"
#include "rig/session.hpp"

namespace tcplab {
namespace {

/// Rigs that have reported, and whose interfaces the kernel is still taking down: some 40 ms that nobody need wait for.
class Ending {
 public:
  void add(pid_t process) {
    const std::lock_guard lock(mutex_);
    processes_.push_back(process);
    reap();
  }

 private:
  void reap() {
    std::erase_if(processes_, [](pid_t process) { return ::waitpid(process, nullptr, WNOHANG) != 0; });
  }
  std::mutex mutex_;
  std::vector<pid_t> processes_;
};

Ending& ending() {
  static Ending processes;
  return processes;
}

std::filesystem::path empty_directory(const std::filesystem::path& directory) {
  const std::string attempt = "record into " + directory.string();
  std::error_code error;
  const bool is_empty = std::filesystem::is_empty(directory, error);
  if (error) throw std::system_error(error, attempt);
  if (!is_empty) throw std::system_error(ENOTEMPTY, std::generic_category(), attempt);
  return std::filesystem::absolute(directory);
}

/// In the rig's process, which ends right after it. The session is never destroyed: that would close the interfaces,
/// which takes the kernel some 40 ms, while the caller waits for the answer.
std::string record(const RecordingPlan& plan, const std::filesystem::path& directory, int caller) {
  static std::optional<rig::Session> session;
  try {
    return rig::to_line(session.emplace(plan, directory, caller).run());
  } catch (...) {
    rig::remove_recording(directory);
    throw;
  }
}

}  // namespace

class Recording::Process {
 public:
  Process(const RecordingPlan& plan, const std::filesystem::path& directory)
      : directory_(empty_directory(directory)),
        rig_(rig::start_rig_process([&](int caller) { return record(plan, directory_, caller); })) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  ~Process() {
    if (!is_finished_) {
      interrupt();
      try {
        finish();
      } catch (const std::exception&) {  // that it was interrupted, most likely
      }
    }
    ending().add(rig_.process);
  }

  [[nodiscard]] int descriptor() const { return rig_.socket.get(); }

  RecordingOutcome finish() {
    is_finished_ = true;
    const std::string line = rig::read_line(descriptor());
    if (line.ends_with('\n')) return rig::from_line(line, directory_);
    rig::remove_recording(directory_);
    throw RigError("the rig ended without a word", "was it killed? Record again");
  }

  void interrupt() const { ::shutdown(descriptor(), SHUT_WR); }

 private:
  std::filesystem::path directory_;
  rig::RigProcess rig_;
  bool is_finished_ = false;
};

Recording::Recording(const RecordingPlan& plan, const std::filesystem::path& directory)
    : process_(std::make_unique<Process>(plan, directory)) {}
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;
Recording::~Recording() = default;

int Recording::descriptor() const {
  return process_->descriptor();
}
RecordingOutcome Recording::finish() {
  return process_->finish();
}
void Recording::interrupt() {
  process_->interrupt();
}

}  // namespace tcplab
