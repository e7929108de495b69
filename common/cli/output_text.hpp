// What is printed of a selection of connections, by as many threads as are worth it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <vector>

#include "cli/pieces.hpp"
#include "report/analysis.hpp"
#include "report/spill.hpp"

namespace tcplab::cli {

/// Prints each of a selection: put(text, analysis, is_first, spill) adds to the text, and calls spill() now and then.
/// It is called from several threads, and the text is the same as of one.
template <typename Selected, typename Put>
void print_each(Selected& selection, std::ostream& out, std::size_t most_threads, Put put) {
  // A thread costs as much as some hundred segments; and a piece is large enough to make little of taking turns.
  constexpr std::size_t segments_worth_a_thread = 2048, segments_of_a_piece = 256;
  std::vector<std::size_t> begins;
  std::size_t segments = 0, in_piece = segments_of_a_piece;
  for (std::size_t i = 0; i < selection.size(); ++i) {
    if (in_piece >= segments_of_a_piece) {
      begins.push_back(i);
      in_piece = 0;
    }
    in_piece += selection.segments(i);
    segments += selection.segments(i);
  }
  begins.push_back(selection.size());
  const auto make = [&](std::size_t piece, LineBuffer& text, const Spill& spill) {
    selection.expect(begins[piece], begins[piece + 1]);
    for (std::size_t i = begins[piece]; i < begins[piece + 1]; ++i) {
      selection.visit(i, [&](const Analysis& analysis) { put(text, analysis, i == 0, spill); });
      spill();
    }
  };
  write_pieces(out, std::min(most_threads, segments / segments_worth_a_thread), begins.size() - 1, make);
}

}  // namespace tcplab::cli
