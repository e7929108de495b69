#include "cli/progress.hpp"

#include <algorithm>
#include <iostream>

#include "lesson/pending_call.hpp"

namespace tcplab::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 2s;        ///< of a person, before being told anything
constexpr auto tick = 1s;            ///< between two versions of a terminal's line
constexpr std::size_t columns = 79;  ///< in the 80th, some terminals begin the next line
const char* const clear_line = "\r\033[K";

std::chrono::seconds age(const RunningRecording& recording, Clock::time_point now) {
  return std::chrono::floor<std::chrono::seconds>(now - recording.began);
}

/// "3 of about 7 s"; "9 s" where it is not known, or was wrong.
std::string time_text(const RunningRecording& recording, Clock::time_point now) {
  const auto passed = age(recording, now);
  std::string text = std::to_string(passed.count());
  if (recording.usual && passed <= *recording.usual)
    text += " of about " + std::to_string(std::chrono::ceil<std::chrono::seconds>(*recording.usual).count());
  return text + " s";
}

std::string awaited(const RunningRecording& recording) {
  const auto call = pending_call(recording.events);
  if (!call) return "neither program is in a call";
  return std::string("the ") + to_string(call->host) + " is in " + call->name;
}

/// "no-answer takes about 7 s: the client is in connect"
std::string once_text(const RunningRecording& recording) {
  std::string text = recording.lab + " takes ";
  if (recording.usual && *recording.usual > patience)
    text += "about " + std::to_string(std::chrono::ceil<std::chrono::seconds>(*recording.usual).count()) + " s";
  else
    text += "longer than " + std::to_string(patience.count()) + " s";
  return text + ": " + awaited(recording);
}

}  // namespace

std::string progress_of_one(const RunningRecording& recording, Clock::time_point now) {
  return recording.lab + ": " + time_text(recording, now) + "; " + awaited(recording);
}

std::string progress_of_many(std::size_t done, std::size_t total, const std::vector<RunningRecording>& running,
                             Clock::time_point now) {
  const std::string more = ", ...";
  std::string text = std::to_string(done) + " of " + std::to_string(total) + " recordings done; running: ";
  for (std::size_t i = 0; i < running.size(); ++i) {
    const std::string next = (i == 0 ? "" : ", ") + running[i].lab + " (" + time_text(running[i], now) + ")";
    const std::size_t reserved = i + 1 < running.size() ? more.size() : 0;
    if (text.size() + next.size() + reserved > columns) return text + (i == 0 ? "..." : more);
    text += next;
  }
  return text;
}

std::optional<std::chrono::milliseconds> Progress::period() const {
  return style_ == Style::none ? std::nullopt : std::optional<std::chrono::milliseconds>(tick);
}

void Progress::update(std::size_t done, const std::vector<RunningRecording>& running) {
  const auto now = Clock::now();
  if (!began_) began_ = now;
  if (style_ == Style::none || running.empty() || now - *began_ < patience) return;
  if (style_ == Style::lines) return say_lines(running);
  if (written_ && now - *written_ < tick) return;
  written_ = now;
  const std::string line =
      total_ == 1 ? progress_of_one(running.front(), now) : progress_of_many(done, total_, running, now);
  std::cerr << clear_line << line.substr(0, columns) << std::flush;
  line_is_there_ = true;
}

void Progress::say_lines(const std::vector<RunningRecording>& running) {
  for (const RunningRecording& recording : running) {
    const bool slow = Clock::now() - recording.began >= patience;
    if (slow && said_.insert(recording.lab).second) std::cerr << once_text(recording) << "\n";
  }
}

void Progress::clear() {
  if (line_is_there_) std::cerr << clear_line << std::flush;
  line_is_there_ = false;
}

}  // namespace tcplab::cli
