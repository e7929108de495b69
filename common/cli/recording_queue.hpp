// Runs recordings side by side, tells how far they are, and stops them in order on Ctrl-C.
// What is recorded, and what became of it, is for its caller (record.cpp).
#pragma once

#include <chrono>
#include <csignal>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cli/progress.hpp"
#include "lesson/record.hpp"

namespace tcplab::cli {

struct QueuedLab {
  Lesson lab;
  bool is_changed = false;                         ///< by the command line, so that it need not match
  std::optional<std::chrono::milliseconds> usual;  ///< how long it usually takes
  unsigned spoilt = 0;                             ///< so many recordings of it were
};

class RecordingQueue {
 public:
  RecordingQueue(const Syllabus& syllabus, RecordOptions options, unsigned jobs)
      : syllabus_(syllabus), options_(std::move(options)), jobs_(jobs) {}

  /// Records each lab, `jobs` at once, in this order, and hands each recording to `take` as it ends. Throws RigError:
  /// what a recording throws, and `interrupted` when it was told to stop; what still runs then is stopped, and not
  /// kept.
  /// What was to match and the machine spoilt (LabRecord::is_spoilt) is recorded again, up to three times.
  void run(std::deque<QueuedLab> waiting, Progress& progress, const std::function<void(LabRecord)>& take);
  /// So many were recorded again, and so long at most the machine stood still in one that it spoilt.
  [[nodiscard]] unsigned spoilt() const { return spoilt_; }
  [[nodiscard]] std::chrono::microseconds longest_standstill() const { return longest_standstill_; }

 private:
  struct Running {
    QueuedLab queued;
    std::chrono::steady_clock::time_point began;
    std::unique_ptr<LabRecording> recording;
  };
  /// `mask`, here and below: the signals that are blocked while it waits for one to end.
  void run_all(std::deque<QueuedLab> waiting, Progress& progress, const std::function<void(LabRecord)>& take,
               const sigset_t& mask);
  std::vector<Running>::iterator wait_for_one(const sigset_t& mask, Progress& progress);
  [[nodiscard]] std::vector<RunningRecording> under_way() const;

  const Syllabus& syllabus_;
  RecordOptions options_;
  std::size_t jobs_, done_ = 0;
  unsigned spoilt_ = 0;
  std::chrono::microseconds longest_standstill_{0};
  std::vector<Running> running_;
};

}  // namespace tcplab::cli
