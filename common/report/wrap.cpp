#include "report/wrap.hpp"

namespace tcplab {

std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string lines, line(indent);
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (word.empty()) continue;
    const bool first = line.size() == indent.size();
    if (!first && line.size() + 1 + word.size() > width) {
      lines += line + "\n";
      line = indent;
      line += word;
    } else {
      if (!first) line += ' ';
      line += word;
    }
  }
  return lines + line + "\n";
}

}  // namespace tcplab
