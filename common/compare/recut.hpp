// The stretches of both streams of one sender that carry the same numbers in other segments.
// It goes by numbers alone: captures are compared without their data. TCP keeps no borders between writes (RFC 9293
// section 3.8).
#pragma once

#include <cstdint>
#include <vector>

#include "compare/side.hpp"

namespace tcplab {

struct Recut {
  std::vector<bool> a, b;               ///< of the sender's segments, by position: whether they are in such a stretch
  std::vector<std::size_t> in_a, in_b;  ///< the same as positions
  std::int64_t first = 0, end = 0;      ///< the numbers of the first stretch, of the last
  std::uint64_t bytes = 0;              ///< in all of them
};

Recut find_recut(const Side& a, const Side& b, End sender);

}  // namespace tcplab
