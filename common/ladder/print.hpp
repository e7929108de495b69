// A ladder as text, in the notation that parse.hpp reads.
#pragma once

#include <string>
#include <vector>

#include "ladder/ladder.hpp"
#include "ladder/remarks.hpp"
#include "packet/line_buffer.hpp"

namespace tcplab {

struct PrintStyle {
  bool numbers = true;   ///< of the rows, in front of them
  bool window = false;   ///< "win 64240"
  bool options = false;  ///< "<mss 1460,sackOK>"
};

/// How wide the columns of a segment are.
struct SegmentWidths {
  std::size_t flags = 0, seq = 0, ack = 0, rest = 0;
};

/// Where the fields of a row begin, in characters.
struct RowColumns {
  std::size_t client = 0, left = 0, flags = 0, seq = 0, ack = 0, rest = 0, right = 0, server = 0;
};

/// A ladder's lines one by one, for who has more to say between them. The ladder must outlive it.
class LadderLines {
 public:
  explicit LadderLines(const Ladder& ladder, const PrintStyle& style = {});

  /// Comments, title and initial states.
  void append_head(LineBuffer& out) const;
  /// A row below its remarks; `index` counts from 0.
  void append_row(LineBuffer& out, std::size_t index) const;
  /// The remarks on what came behind the last row.
  void append_closing(LineBuffer& out) const;
  /// What stands left of the client's column, in characters.
  [[nodiscard]] std::size_t margin() const;

 private:
  [[nodiscard]] RemarkColumns columns() const;

  const Ladder& ladder_;
  PrintStyle style_;
  SegmentWidths widths_;
  RowColumns places_;
  std::size_t digits_ = 0;
};

/// Rows are at most 80 columns wide unless numbers of six digits and more, options or notes need it. Ends with a
/// newline.
std::string print(const Ladder& ladder, const PrintStyle& style = {});
/// Several as one text, with a blank line between two.
std::string print(const std::vector<Ladder>& ladders, const PrintStyle& style = {});
/// One row, without its number and with no columns aligned.
std::string print(const Row& row, const PrintStyle& style = {});

}  // namespace tcplab
