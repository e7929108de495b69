// How far the recordings under way are, on standard error, for somebody who waits longer than two seconds.
// On a terminal it is one line that is rewritten each second; elsewhere a line for each lab that takes long, once.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tcplab::cli {

/// A recording that has not ended.
struct RunningRecording {
  std::string lab;
  std::chrono::steady_clock::time_point began;
  std::optional<std::chrono::milliseconds> usual;  ///< how long it took before; nothing when that says nothing of this
  std::filesystem::path events;                    ///< its log, as far as it is written
};

class Progress {
 public:
  enum class Style { none, lines, terminal };
  /// `total`: how many recordings there will be.
  Progress(Style style, std::size_t total) : style_(style), total_(total) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// How often update() wants to be called at least; nothing: never.
  [[nodiscard]] std::optional<std::chrono::milliseconds> period() const;
  /// To be called at any time; it says something where it is time to.
  void update(std::size_t done, const std::vector<RunningRecording>& running);
  /// Takes the terminal's line away again.
  void clear();

 private:
  void say_lines(const std::vector<RunningRecording>& running);

  Style style_;
  std::size_t total_;
  std::optional<std::chrono::steady_clock::time_point> began_, written_;
  std::set<std::string> said_;  ///< labs that have had their line
  bool line_is_there_ = false;
};

/// "no-answer: 3 of about 7 s; the client is in connect"
std::string progress_of_one(const RunningRecording& recording, std::chrono::steady_clock::time_point now);
/// "12 of 80 recordings done; running: no-answer (3 of about 7 s), peer-vanished (1 of about 4 s)", in 79 columns
std::string progress_of_many(std::size_t done, std::size_t total, const std::vector<RunningRecording>& running,
                             std::chrono::steady_clock::time_point now);

}  // namespace tcplab::cli
