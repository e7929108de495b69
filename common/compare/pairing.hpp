// Which segment of one connection stands for which of the other, and how the numbers of one read in the other.
// It decides who is partner of whom; what then differs between partners is for compare.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "compare/align.hpp"
#include "compare/recut.hpp"
#include "compare/side.hpp"

namespace tcplab {

/// One sender's numbers in A, as they read in B: the same bytes may have other numbers, because more or fewer came
/// before them.
class NumberMap {
 public:
  /// A segment that is new in both.
  void add(const SentSegment& a, const SentSegment& b);
  /// Whether `a` in A is where `b` is in B.
  [[nodiscard]] bool same(std::int64_t a, std::int64_t b) const;

 private:
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> known_;  ///< of A: the least and the most it is in B
};

struct Pairing {
  std::array<std::vector<AlignedPair>, 2> pairs;  ///< of what the client, and the server, sent; in no order
  std::array<NumberMap, 2> numbers;
  std::array<std::vector<std::optional<std::size_t>>, 2> of_a, of_b;  ///< the same by position: the partner of each
  std::array<Recut, 2> recut;  ///< what the client, and the server, sent alike in other segments
  bool in_windows = false;

  [[nodiscard]] bool is_recut(End end, const AlignedPair& pair) const {
    const Recut& one = recut[index_of(end)];
    return (pair.a && one.a[*pair.a]) || (pair.b && one.b[*pair.b]);
  }
  [[nodiscard]] bool same_number(End end, std::int64_t a, std::int64_t b) const {
    return numbers[index_of(end)].same(a, b);
  }
};

/// Whether two ACKs of what `end` sent reach equally far, but for what only one of the two connections has.
bool acknowledges_same(const Side& a, std::int64_t ack_of_a, const Side& b, std::int64_t ack_of_b, End end,
                       const Pairing& pairing);

/// Each end's segments are aligned in the order in which it sent them: first those that carry something, which tells
/// what the numbers of one are in the other, and then the bare ACKs between them. `arrivals`: whether one that came is
/// unlike one that was lost.
Pairing pair_segments(const Side& a, const Side& b, bool arrivals);

}  // namespace tcplab
