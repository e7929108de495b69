// What one end saw in one order in A and in another order in B.
#pragma once

#include <cstddef>
#include <vector>

namespace tcplab {

/// Something that an end did, or that came to it, in both.
struct SharedEvent {
  std::size_t a_row = 0, b_row = 0;
  bool light = false;  ///< where two changed places, it is the one that moved
};

/// `moved` stands before `other` in one and behind it in the other; both are positions in what was given.
struct Move {
  std::size_t moved = 0, other = 0;
};

/// The fewest events that need to move so that both orders are the same. `events` must be in the order of A; no two of
/// them may have the same row of B.
std::vector<Move> find_moves(const std::vector<SharedEvent>& events);

}  // namespace tcplab
