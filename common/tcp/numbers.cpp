#include "tcp/numbers.hpp"

#include <algorithm>
#include <iterator>

namespace tcplab {

void Numbers::add(SeqNum first, SeqNum end) {
  constexpr std::int32_t far = 1 << 30;
  if (base_ && (first - *base_ > far || first - *base_ < -far)) ranges_.clear();
  if (ranges_.empty()) base_ = first;
  std::int32_t from = first - *base_, to = end - *base_;
  if (to <= from) return;
  auto next = ranges_.upper_bound(from);
  if (next != ranges_.begin() && std::prev(next)->second >= from) from = (--next)->first;
  while (next != ranges_.end() && next->first <= to) {
    to = std::max(to, next->second);
    next = ranges_.erase(next);
  }
  ranges_.emplace_hint(next, from, to);
}

bool Numbers::contain_any(SeqNum first, SeqNum end) const {
  const auto next = ranges_.upper_bound(first - *base_);
  return next != ranges_.begin() && std::prev(next)->second >= end - *base_;
}

}  // namespace tcplab
