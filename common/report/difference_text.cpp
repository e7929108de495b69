#include "report/difference_text.hpp"

#include "ladder/print.hpp"
#include "report/wrap.hpp"

namespace tcplab {
namespace {

std::string row_text(const char* label, const Ladder& ladder, std::optional<std::size_t> index,
                     const PrintStyle& style) {
  if (!index) return "  " + std::string(label) + "  (nothing more)\n";
  Row row = ladder.rows[*index];
  row.note.clear();
  return "  " + std::string(label) + "  row " + std::to_string(*index + 1) + ": " + print(row, style) + "\n";
}

}  // namespace

std::string difference_text(const Difference& difference, const Ladder& expected, const Ladder& captured) {
  std::string text = wrapped("The first difference: " + difference.what + ".");
  if (difference.expected || difference.captured) {
    const PrintStyle style{.window = difference.what.starts_with("win"),
                           .options = difference.what.starts_with("options")};
    text += row_text("expected", expected, difference.expected, style) +
            row_text("captured", captured, difference.captured, style);
  }
  if (!difference.hint.empty()) text += wrapped("hint: " + difference.hint);
  return text;
}

}  // namespace tcplab
