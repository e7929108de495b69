#include "compare/order.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace tcplab {
namespace {

/// The heaviest chain that ends at one of the first so many ranks: a Fenwick tree of maxima.
class Heaviest {
 public:
  explicit Heaviest(std::size_t ranks) : best_(ranks + 1) {}

  /// Its weight, and the event that it ends with; none for no chain.
  [[nodiscard]] std::pair<std::uint64_t, std::optional<std::size_t>> below(std::size_t rank) const {
    std::pair<std::uint64_t, std::optional<std::size_t>> best;
    for (; rank > 0; rank -= rank & (~rank + 1)) {
      if (best_[rank].first > best.first) best = best_[rank];
    }
    return best;
  }
  void put(std::size_t rank, std::uint64_t weight, std::size_t event) {
    for (++rank; rank < best_.size(); rank += rank & (~rank + 1)) {
      if (weight > best_[rank].first) best_[rank] = {weight, event};
    }
  }

 private:
  std::vector<std::pair<std::uint64_t, std::optional<std::size_t>>> best_;
};

/// Which of the events may stay where they are: the heaviest of those whose rows of B rise.
std::vector<bool> stays(const std::vector<SharedEvent>& events) {
  std::vector<std::size_t> ranks;
  ranks.reserve(events.size());
  for (const SharedEvent& event : events) ranks.push_back(event.b_row);
  std::ranges::sort(ranks);
  Heaviest heaviest(ranks.size());
  std::vector<std::optional<std::size_t>> before(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto rank = static_cast<std::size_t>(std::ranges::lower_bound(ranks, events[i].b_row) - ranks.begin());
    const auto [weight, last] = heaviest.below(rank);
    before[i] = last;
    heaviest.put(rank, weight + (events[i].light ? 1 : 2), i);
  }
  std::vector<bool> kept(events.size());
  for (auto last = heaviest.below(events.size()).second; last; last = before[*last]) kept[*last] = true;
  return kept;
}

}  // namespace

std::vector<Move> find_moves(const std::vector<SharedEvent>& events) {
  const std::vector<bool> kept = stays(events);
  std::vector<std::optional<std::size_t>> next(events.size());  // that stays, behind each
  std::optional<std::size_t> latest;
  for (std::size_t i = events.size(); i-- > 0;) {
    next[i] = latest;
    if (kept[i]) latest = i;
  }
  std::vector<Move> moves;
  std::optional<std::size_t> previous;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (kept[i]) {
      previous = i;
      continue;
    }
    const bool falls_back = next[i] && events[*next[i]].b_row < events[i].b_row;
    if (falls_back)
      moves.push_back({i, *next[i]});
    else if (previous && events[*previous].b_row > events[i].b_row)
      moves.push_back({i, *previous});
  }
  return moves;
}

}  // namespace tcplab
