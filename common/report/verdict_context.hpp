// What all sentences of a verdict are made from, and the row that each segment has in the ladder.
// It is a part of verdict_text.hpp, which see.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ladder/ladder.hpp"
#include "report/prose.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

struct VerdictContext {
  VerdictContext(const Connection& connection, const Verdict& verdict, const Ladder& ladder, Language language);

  const Connection& connection;
  const Verdict& verdict;
  const Ladder& ladder;
  Prose prose;

  [[nodiscard]] const Segment& segment(std::size_t index) const { return connection.segments[index]; }
  /// The number of the row where the segment departs, from 1.
  [[nodiscard]] std::size_t row(std::size_t segment) const { return row_of_[segment]; }
  [[nodiscard]] const Row& row_at(std::size_t segment) const { return ladder.rows[row(segment) - 1]; }
  /// The segments that departed and never arrived, in the order of their rows.
  [[nodiscard]] const std::vector<std::size_t>& lost() const { return lost_; }
  /// The first FIN that an end was seen to send.
  [[nodiscard]] const std::optional<std::size_t>& first_fin(End end) const { return first_fins_[index_of(end)]; }
  /// Those of the segments, in order.
  [[nodiscard]] std::vector<std::size_t> rows(std::vector<std::size_t> segments) const;
  /// Two sentences, which share what is filled in.
  void say_both(LineBuffer& text, Phrase one, Phrase other, Fillings fillings, End end = End::client) const;

 private:
  std::vector<std::size_t> row_of_, lost_;
  std::array<std::optional<std::size_t>, 2> first_fins_;
};

/// It has the option of TCP Fast Open, or the one that stood for it before RFC 7413 (appendix A).
bool has_fast_open(const Segment& segment);

// Each as further sentences of `text`.

/// How it ended, and who went to TIME-WAIT.
void say_ending(LineBuffer& text, const VerdictContext& context);
/// Why it was reset, and what else came that is not of this connection.
void say_resets(LineBuffer& text, const VerdictContext& context);
/// What was sent again, came out of order, or never came.
void say_repetitions(LineBuffer& text, const VerdictContext& context);

}  // namespace tcplab
