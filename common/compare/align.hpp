// Aligns two sequences at the least cost: what is paired with what, and what has no partner.
// It knows positions and costs only; what they stand for is for pairing.hpp.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace tcplab {

/// Positions in the two sequences; nothing where it has no partner.
struct AlignedPair {
  std::optional<std::size_t> a, b;
};

struct Alignment {
  std::vector<AlignedPair> pairs;  ///< both sequences in their order
  bool in_windows = false;         ///< too long to be aligned as a whole, so that the least cost is not promised
};

/// What stays without a partner costs this much.
constexpr int gap_cost = 4;
/// So much that two are never paired.
constexpr int never_paired = 3 * gap_cost;

/// What pairing position `a` with position `b` costs; 0 for two that are the same.
using PairCost = std::function<int(std::size_t a, std::size_t b)>;

/// Up to these many positions each, between the same beginning and the same end of both, are aligned as a whole: the
/// costs are kept in one byte a cell. Longer ones are aligned window by window, in room that does not grow with them.
constexpr std::size_t whole_alignment_bound = 2000;

Alignment align(std::size_t a_count, std::size_t b_count, const PairCost& cost);

}  // namespace tcplab
