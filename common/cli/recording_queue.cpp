#include "cli/recording_queue.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

namespace tcplab::cli {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

/// While it lives, Ctrl-C and its like ask for an orderly stop; they are delivered only inside wait_for_one's ppoll.
/// What the caller ignores (nohup) stays ignored.
class StopSignals {
 public:
  StopSignals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_requested = 1; };
    sigset_t signals;
    sigemptyset(&signals);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      sigaction(numbers[i], nullptr, &handlers_before_[i]);
      if (handlers_before_[i].sa_handler == SIG_IGN) continue;
      sigaction(numbers[i], &action, nullptr);
      sigaddset(&signals, numbers[i]);
    }
    sigprocmask(SIG_BLOCK, &signals, &mask_before_);
  }
  ~StopSignals() {
    for (std::size_t i = 0; i < numbers.size(); ++i) sigaction(numbers[i], &handlers_before_[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  /// The signals that were blocked before.
  [[nodiscard]] const sigset_t& mask_before() const { return mask_before_; }

 private:
  static constexpr std::array numbers = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, numbers.size()> handlers_before_{};
  sigset_t mask_before_{};
};

timespec to_timespec(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {static_cast<std::time_t>(seconds.count()),
          static_cast<long>(std::chrono::nanoseconds(time - seconds).count())};
}

}  // namespace

void RecordingQueue::run(std::deque<QueuedLab> waiting, Progress& progress,
                         const std::function<void(LabRecord)>& take) {
  const StopSignals signals;
  try {
    run_all(std::move(waiting), progress, take, signals.mask_before());
  } catch (...) {
    for (const Running& one : running_) one.recording->interrupt();
    running_.clear();
    throw;
  }
}

void RecordingQueue::run_all(std::deque<QueuedLab> waiting, Progress& progress,
                             const std::function<void(LabRecord)>& take, const sigset_t& mask) {
  while (!waiting.empty() || !running_.empty()) {
    while (!waiting.empty() && running_.size() < jobs_) {
      QueuedLab next = std::move(waiting.front());
      waiting.pop_front();
      auto recording = std::make_unique<LabRecording>(syllabus_, next.lab, options_);
      running_.push_back({std::move(next), std::chrono::steady_clock::now(), std::move(recording)});
    }
    const auto place = wait_for_one(mask, progress);
    Running ended = std::move(*place);
    running_.erase(place);
    LabRecord record = ended.recording->finish();
    constexpr unsigned most_spoilt = 3;
    if (!ended.queued.is_changed && record.is_spoilt()) {
      longest_standstill_ = std::max(longest_standstill_, record.outcome.stood_still);
      if (ended.queued.spoilt < most_spoilt) {
        ++spoilt_;
        ++ended.queued.spoilt;
        waiting.push_front(std::move(ended.queued));
        continue;
      }
    }
    ++done_;
    take(std::move(record));
  }
}

std::vector<RecordingQueue::Running>::iterator RecordingQueue::wait_for_one(const sigset_t& mask, Progress& progress) {
  std::vector<pollfd> polled;
  polled.reserve(running_.size());
  for (const Running& one : running_) polled.push_back({one.recording->descriptor(), POLLIN, 0});
  const auto period = progress.period();
  const timespec patience = to_timespec(period.value_or(std::chrono::milliseconds(0)));
  int ready = 0;
  while (stop_requested == 0 && ready <= 0) {
    progress.update(done_, under_way());
    ready = ppoll(polled.data(), polled.size(), period ? &patience : nullptr, &mask);
    if (ready < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "cannot wait for a recording");
  }
  if (stop_requested != 0)
    throw RigError("interrupted: what was still being recorded was stopped and not kept", "", true);
  const auto first = std::ranges::find_if(polled, [](const pollfd& entry) { return entry.revents != 0; });
  return running_.begin() + (first - polled.begin());
}

std::vector<RunningRecording> RecordingQueue::under_way() const {
  std::vector<RunningRecording> list;
  list.reserve(running_.size());
  for (const Running& one : running_)
    list.push_back(
        {one.recording->lab().name, one.began, one.queued.usual, one.recording->directory() / "events.ndjson"});
  return list;
}

}  // namespace tcplab::cli
