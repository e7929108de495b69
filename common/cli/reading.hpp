// What `show`, `explain`, `check` and `compare` do first: read the captures named on the command line and say what
// could not be read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/analysis.hpp"

namespace tcplab::cli {

struct Reading {
  std::vector<Analysis> connections;
  std::uint64_t frames = 0;
  bool damaged = false;  ///< something could not be read; it has been said on standard error
};

/// The same before it is analysed.
struct Captured {
  std::vector<Connection> connections;
  std::uint64_t frames = 0;
  bool damaged = false;
};

inline const Connection& connection_in(const Connection& connection) {
  return connection;
}
inline const Connection& connection_in(const Analysis& analysis) {
  return analysis.connection;
}

/// Takes exchanges of UDP datagrams out where there is TCP as well; returns how many. Of connections or analyses.
template <typename One>
std::size_t leave_out_udp(std::vector<One>& connections) {
  const auto is_udp = [](const One& one) { return connection_in(one).protocol == Protocol::udp; };
  return std::ranges::all_of(connections, is_udp) ? 0 : std::erase_if(connections, is_udp);
}

/// Each operand is a capture, a recording's folder, which stands for its captures, or "-".
std::vector<std::string> captures_in(const std::vector<std::string>& operands);
Captured read_operands(const std::vector<std::string>& operands);
Reading read_captures(const std::vector<std::string>& operands);

}  // namespace tcplab::cli
