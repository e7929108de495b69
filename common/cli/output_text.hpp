// Text on its way to standard output: gathered, and written when there is much of it.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "report/analysis.hpp"
#include "report/spill.hpp"

namespace tcplab::cli {

class OutputText {
 public:
  explicit OutputText(std::ostream& out) : out_(out) {}

  /// Put more behind it.
  [[nodiscard]] std::string& text() { return text_; }
  void write_if_much() {
    constexpr std::size_t much = std::size_t{64} * 1024;
    if (text_.size() >= much) write();
  }
  void write() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }

 private:
  std::ostream& out_;
  std::string text_;
};

/// Prints each of a selection: put(text, analysis, is_first, spill) adds to the text, and calls spill() now and then.
template <typename Selected, typename Put>
void print_each(Selected& selection, std::ostream& out, Put put) {
  OutputText gathered(out);
  const Spill spill = [&gathered] { gathered.write_if_much(); };
  bool is_first = true;
  selection.visit_all([&](const Analysis& analysis) {
    put(gathered.text(), analysis, is_first, spill);
    is_first = false;
    spill();
  });
  gathered.write();
}

}  // namespace tcplab::cli
