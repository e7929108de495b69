// What `show`, `explain`, `check` and `compare` do first: read the captures named on the command line and say what
// could not be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/analysis.hpp"
#include "tcp/segment_store.hpp"

namespace tcplab::cli {

struct Reading {
  std::vector<Analysis> connections;
  std::uint64_t frames = 0;
  bool damaged = false;  ///< something could not be read; it has been said on standard error
};

/// The same before it is analysed.
struct Captured {
  StoredConnections connections;
  std::uint64_t frames = 0;
  bool damaged = false;
};

/// Takes exchanges of UDP datagrams out where there is TCP as well; returns how many.
std::size_t leave_out_udp(StoredConnections& connections);
std::size_t leave_out_udp(std::vector<Analysis>& connections);

/// Each operand is a capture, a recording's folder, which stands for its captures, or "-".
std::vector<std::string> captures_in(const std::vector<std::string>& operands);
Captured read_operands(const std::vector<std::string>& operands);
Reading read_captures(const std::vector<std::string>& operands);

}  // namespace tcplab::cli
