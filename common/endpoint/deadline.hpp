// The deadline of a blocking call: Asio's synchronous calls cannot time out, so a thread of its own watches the clock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace tcplab {

class Deadline {
 public:
  /// `expired` is called in the watching thread, at most once a wait. In a lab program it ends the process.
  Deadline(std::chrono::milliseconds allowed, std::function<void()> expired);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  void arm();     ///< a call begins
  void disarm();  ///< it came back

 private:
  void watch();

  const std::chrono::milliseconds allowed_;
  const std::function<void()> expired_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::chrono::steady_clock::time_point> due_;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tcplab
