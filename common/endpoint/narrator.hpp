// Says what a lab program does, a line a step, for a person beside a terminal of 80 columns.
#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "tcp/state.hpp"

namespace tcplab {

class Narrator {
 public:
  /// The time that it tells starts now.
  explicit Narrator(std::ostream& out) : out_(out) {}

  /// The first half of a line, so that one sees what a blocking call is waiting in.
  void begin(std::string_view step);
  /// Its second half: the time, the state where the kernel tells it, and a remark if there is one.
  void end(std::optional<State> state, std::string_view remark);
  /// A line of its own.
  void say(std::string_view text);

 private:
  std::ostream& out_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace tcplab
