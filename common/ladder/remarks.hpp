// Remarks as the comment lines of a ladder: each end's in its own column, the wire's between.
// What deserves a remark, and above which row it stands, is for lesson/timeline.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ladder/ladder.hpp"

namespace tcplab {

/// Where texts begin, counted from 0; each at least 2.
struct RemarkColumns {
  std::size_t client = 0, wire = 0, server = 0;
};

/// Lines that begin with '#', at most 80 columns wide unless a text alone needs more. Both ends' remarks share a line
/// where they fit: like the rows, each column is in its own end's order. A remark of the wire comes behind all that
/// were before it.
std::string print(const std::vector<Remark>& remarks, const RemarkColumns& columns);

}  // namespace tcplab
