#include "compare/recut.hpp"

#include <algorithm>

namespace tcplab {
namespace {

/// Positions of what carries data for the first time, in the order of its numbers.
std::vector<std::size_t> fresh_data(const Side& side, End sender) {
  std::vector<std::size_t> found;
  const auto& sent = side.sent_by(sender);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Row& row = side.row_of(sent[i]);
    if (sent[i].place == Place::next && row.seq && row.seq->length > 0) found.push_back(i);
  }
  return found;
}

/// One of the two streams, a segment after the other.
class Walk {
 public:
  Walk(const Side& side, End sender) : side_(side), all_(side.sent_by(sender)), data_(fresh_data(side, sender)) {}

  [[nodiscard]] bool is_done() const { return next_ == data_.size(); }
  void go_on() { ++next_; }
  [[nodiscard]] const Row& row() const { return side_.row_of(all_[data_[next_]]); }
  [[nodiscard]] std::int64_t first() const { return row().seq->first; }
  [[nodiscard]] std::int64_t end() const { return row().seq->end; }
  /// Another acknowledgment than the stretch began with tells that its sender heard something in between.
  void begin() {
    begin_ = next_;
    ack_ = row().ack;
  }
  [[nodiscard]] bool follows(std::int64_t number) const { return !is_done() && first() == number && row().ack == ack_; }
  [[nodiscard]] std::vector<std::size_t> stretch() const {
    return {data_.begin() + static_cast<std::ptrdiff_t>(begin_), data_.begin() + static_cast<std::ptrdiff_t>(next_)};
  }

 private:
  const Side& side_;
  const std::vector<SentSegment>& all_;
  std::vector<std::size_t> data_;
  std::size_t next_ = 0, begin_ = 0;
  std::optional<std::int64_t> ack_;
};

/// Takes segments of both, beginning at the same number, until both end at the same; false where they do not.
bool take_stretch(Walk& a, Walk& b) {
  a.begin();
  b.begin();
  std::int64_t a_end = a.end(), b_end = b.end();
  a.go_on();
  b.go_on();
  while (a_end != b_end) {
    Walk& behind = a_end < b_end ? a : b;
    std::int64_t& reached = a_end < b_end ? a_end : b_end;
    if (!behind.follows(reached)) return false;
    reached = behind.end();
    behind.go_on();
  }
  return true;
}

void note(std::vector<bool>& marks, std::vector<std::size_t>& list, const std::vector<std::size_t>& stretch) {
  for (const std::size_t i : stretch) marks[i] = true;
  list.insert(list.end(), stretch.begin(), stretch.end());
}

}  // namespace

Recut find_recut(const Side& a, const Side& b, End sender) {
  Recut recut;
  recut.a.resize(a.sent_by(sender).size());
  recut.b.resize(b.sent_by(sender).size());
  Walk in_a(a, sender), in_b(b, sender);
  while (!in_a.is_done() && !in_b.is_done()) {
    if (in_a.first() != in_b.first()) {
      (in_a.first() < in_b.first() ? in_a : in_b).go_on();
      continue;
    }
    const std::int64_t first = in_a.first();
    if (!take_stretch(in_a, in_b)) continue;
    const auto of_a = in_a.stretch(), of_b = in_b.stretch();
    if (of_a.size() == 1 && of_b.size() == 1) continue;
    const std::int64_t end = a.row_of(a.sent_by(sender)[of_a.back()]).seq->end;
    if (recut.in_a.empty()) recut.first = first;
    recut.end = end;
    recut.bytes += static_cast<std::uint64_t>(end - first);
    note(recut.a, recut.in_a, of_a);
    note(recut.b, recut.in_b, of_b);
  }
  return recut;
}

}  // namespace tcplab
