// Reads the ladder notation (docs/notation.md).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ladder/ladder.hpp"

namespace tcplab {

/// A line that is no ladder: "line 7: unknown state ESTABLISED".
class LadderError : public std::runtime_error {
 public:
  LadderError(std::size_t line, const std::string& what)
      : std::runtime_error("line " + std::to_string(line) + ": " + what), line_(line) {}
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::size_t line_;
};

/// A text of one ladder. Throws LadderError at the first line that cannot be read.
Ladder parse_ladder(std::string_view text);

/// A text of one or more: each title line begins another, to which the comments before it belong. Throws LadderError.
std::vector<Ladder> parse_ladders(std::string_view text);

}  // namespace tcplab
