// What `show` and `check` do first: read the captures named on the command line and say what could not be read.
#pragma once

#include <string>
#include <vector>

#include "report/analysis.hpp"

namespace tcplab::cli {

struct Reading {
  std::vector<Analysis> connections;
  std::uint64_t frames = 0;
  bool damaged = false;  ///< something could not be read; it has been said on standard error
};

/// Each operand is a capture, a recording's folder, or "-".
Reading read_captures(const std::vector<std::string>& operands);

}  // namespace tcplab::cli
