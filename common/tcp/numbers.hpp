// A set of sequence numbers, kept as ranges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "packet/seq_num.hpp"

namespace tcplab {

/// Sequence numbers, less than a gigabyte from each other: what is further from the first makes all others forgotten.
class Numbers {
 public:
  void add(SeqNum first, SeqNum end);
  /// Whether all from `first` to before `end` are there, which is true of none.
  [[nodiscard]] bool contain(SeqNum first, SeqNum end) const {
    return !(first < end) || (base_ && contain_any(first, end));
  }

 private:
  [[nodiscard]] bool contain_any(SeqNum first, SeqNum end) const;

  std::optional<SeqNum> base_;  ///< nothing while there are none
  /// From the first to behind the last, counted from base_; none touches another.
  std::map<std::int32_t, std::int32_t> ranges_;
};

}  // namespace tcplab
