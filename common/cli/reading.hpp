// What `show`, `check` and `compare` do first: read the captures named on the command line and say what could not be
// read.
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

/// Takes exchanges of UDP datagrams out where there is TCP as well; returns how many.
std::size_t leave_out_udp(std::vector<Analysis>& connections);

/// Each operand is a capture, a recording's folder, or "-".
Reading read_captures(const std::vector<std::string>& operands);

}  // namespace tcplab::cli
