#include "compare/align.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tcplab {
namespace {

/// Of each sequence of a window, and how far beyond its middle the next one begins anew.
constexpr std::size_t window_length = 512;

enum class Step : std::uint8_t { pair, only_a, only_b };

/// A stretch of both sequences.
struct Stretch {
  std::size_t a_begin = 0, a_end = 0, b_begin = 0, b_end = 0;
  [[nodiscard]] std::size_t a_count() const { return a_end - a_begin; }
  [[nodiscard]] std::size_t b_count() const { return b_end - b_begin; }
};

/// The costs of a stretch, cell by cell, as the last step that leads there.
class Table {
 public:
  Table(const Stretch& stretch, const PairCost& cost)
      : columns_(stretch.b_count() + 1), steps_((stretch.a_count() + 1) * columns_) {
    std::vector<int> above(columns_), row(columns_);
    for (std::size_t i = 0; i <= stretch.a_count(); ++i) {
      for (std::size_t j = 0; j < columns_; ++j) {
        if (i == 0 && j == 0) continue;
        const int paired =
            i > 0 && j > 0 ? above[j - 1] + cost(stretch.a_begin + i - 1, stretch.b_begin + j - 1) : unreachable;
        const int only_a = i > 0 ? above[j] + gap_cost : unreachable;
        const int only_b = j > 0 ? row[j - 1] + gap_cost : unreachable;
        row[j] = std::min({paired, only_a, only_b});
        steps_[i * columns_ + j] = row[j] == paired ? Step::pair : row[j] == only_b ? Step::only_b : Step::only_a;
      }
      last_column_.push_back(row.back());
      above.swap(row);
    }
    last_row_ = std::move(above);
  }

  /// The steps that lead to a cell.
  [[nodiscard]] std::vector<Step> path_to(std::size_t i, std::size_t j) const {
    std::vector<Step> path;
    while (i > 0 || j > 0) {
      path.push_back(steps_[i * columns_ + j]);
      if (path.back() != Step::only_b) --i;
      if (path.back() != Step::only_a) --j;
    }
    std::ranges::reverse(path);
    return path;
  }

  /// Of the cells in which one of the sequences is used up, the one that costs least.
  [[nodiscard]] std::pair<std::size_t, std::size_t> cheapest_end() const {
    const auto in_row = std::ranges::min_element(last_row_), in_column = std::ranges::min_element(last_column_);
    const auto row = static_cast<std::size_t>(in_column - last_column_.begin());
    const auto column = static_cast<std::size_t>(in_row - last_row_.begin());
    return *in_row <= *in_column ? std::pair(last_column_.size() - 1, column) : std::pair(row, columns_ - 1);
  }

 private:
  static constexpr int unreachable = 1'000'000'000;
  std::size_t columns_;
  std::vector<Step> steps_;
  std::vector<int> last_row_, last_column_;
};

class Aligner {
 public:
  Aligner(std::size_t a_count, std::size_t b_count, const PairCost& cost)
      : cost_(cost), rest_{.a_begin = 0, .a_end = a_count, .b_begin = 0, .b_end = b_count} {}

  Alignment run() {
    pair_equal_beginning();
    const std::size_t a_end = rest_.a_end, b_end = rest_.b_end;
    while (rest_.a_count() > 0 && rest_.b_count() > 0 && cost_(rest_.a_end - 1, rest_.b_end - 1) == 0) {
      --rest_.a_end;
      --rest_.b_end;
    }
    const std::size_t same_at_end = a_end - rest_.a_end;
    while (rest_.a_count() > 0 && rest_.b_count() > 0) {
      if (std::max(rest_.a_count(), rest_.b_count()) <= whole_alignment_bound)
        align_whole();
      else
        align_window();
      pair_equal_beginning();
    }
    while (rest_.a_count() > 0) take(Step::only_a);
    while (rest_.b_count() > 0) take(Step::only_b);
    rest_.a_end = a_end;
    rest_.b_end = b_end;
    for (std::size_t i = 0; i < same_at_end; ++i) take(Step::pair);
    return std::move(alignment_);
  }

 private:
  void take(Step step) {
    alignment_.pairs.push_back({step != Step::only_b ? std::optional(rest_.a_begin++) : std::nullopt,
                                step != Step::only_a ? std::optional(rest_.b_begin++) : std::nullopt});
  }

  void pair_equal_beginning() {
    while (rest_.a_count() > 0 && rest_.b_count() > 0 && cost_(rest_.a_begin, rest_.b_begin) == 0) take(Step::pair);
  }

  void align_whole() {
    for (const Step step : Table(rest_, cost_).path_to(rest_.a_count(), rest_.b_count())) take(step);
  }

  /// Only the first half of what is found is kept: what is beyond the window may decide the rest.
  void align_window() {
    alignment_.in_windows = true;
    Stretch window = rest_;
    window.a_end = std::min(rest_.a_end, rest_.a_begin + window_length);
    window.b_end = std::min(rest_.b_end, rest_.b_begin + window_length);
    const Table table(window, cost_);
    const auto [i, j] = table.cheapest_end();
    const std::vector<Step> path = table.path_to(i, j);
    for (std::size_t step = 0; step < (path.size() + 1) / 2; ++step) take(path[step]);
  }

  const PairCost& cost_;
  Stretch rest_;  ///< of both sequences that is not aligned yet
  Alignment alignment_;
};

}  // namespace

Alignment align(std::size_t a_count, std::size_t b_count, const PairCost& cost) {
  return Aligner(a_count, b_count, cost).run();
}

}  // namespace tcplab
