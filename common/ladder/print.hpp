// A ladder as text, in the notation that parse.hpp reads.
#pragma once

#include <string>
#include <vector>

#include "ladder/ladder.hpp"

namespace tcplab {

struct PrintStyle {
  bool numbers = true;   ///< of the rows, in front of them
  bool window = false;   ///< "win 64240"
  bool options = false;  ///< "<mss 1460,sackOK>"
};

/// Rows are at most 80 columns wide unless numbers of six digits and more, options or notes need it. Ends with a
/// newline.
std::string print(const Ladder& ladder, const PrintStyle& style = {});
/// Several as one text, with a blank line between two.
std::string print(const std::vector<Ladder>& ladders, const PrintStyle& style = {});
/// One row, without its number and with no columns aligned.
std::string print(const Row& row, const PrintStyle& style = {});

}  // namespace tcplab
