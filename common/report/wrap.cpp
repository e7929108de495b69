#include "report/wrap.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tcplab {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t size = 1;  ///< in bytes
};

/// The first character; a byte that is no UTF-8 stands for itself.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (size == 1 || size > text.size()) return {lead, 1};
  char32_t code = lead & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 1};
    code = code << 6 | (byte(i) & 0x3f);
  }
  return {code, size};
}

/// Unicode Standard Annex 11: W and F, and the quotation marks, which Chinese fonts make wide.
bool is_wide(char32_t code) {
  constexpr std::array<std::array<char32_t, 2>, 9> ranges = {{{0x1100, 0x115f},
                                                              {0x2018, 0x201d},
                                                              {0x2e80, 0x303e},
                                                              {0x3041, 0xa4cf},
                                                              {0xac00, 0xd7a3},
                                                              {0xf900, 0xfaff},
                                                              {0xfe30, 0xfe6f},
                                                              {0xff00, 0xff60},
                                                              {0x20000, 0x3fffd}}};
  if (code < 0x1100) return false;
  return std::ranges::any_of(ranges, [code](const auto& range) { return range[0] <= code && code <= range[1]; });
}

/// No line begins with these.
bool closes(char32_t code) {
  return std::u32string_view(U"，。；：、？！）》」』”’").find(code) != std::u32string_view::npos;
}
/// No line ends with these.
bool opens(char32_t code) {
  return std::u32string_view(U"（《「『“‘").find(code) != std::u32string_view::npos;
}

/// The bytes up to the first place behind the beginning where a line may end, and their columns.
struct Piece {
  std::size_t size = 0, columns = 0;
};

Piece first_piece(std::string_view text) {
  Piece piece;
  Character before;
  while (piece.size < text.size() && text[piece.size] != ' ') {
    const Character next = first_of(text.substr(piece.size));
    const bool is_between_wide = piece.size > 0 && (is_wide(before.code) || is_wide(next.code));
    if (is_between_wide && !closes(next.code) && !opens(before.code)) return piece;
    piece.size += next.size;
    piece.columns += is_wide(next.code) ? 2 : 1;
    before = next;
  }
  return piece;
}

void append_ascii(std::string& out, std::string_view text, std::string_view indent, std::size_t width) {
  const std::size_t room = width > indent.size() ? width - indent.size() : 1;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::size_t end = text.size();
    if (end > room) {
      const std::size_t blank = text.rfind(' ', room);
      end = blank != std::string_view::npos ? blank : std::min(text.find(' ', room), text.size());
    }
    std::string_view line = text.substr(0, end);
    line = line.substr(0, line.find_last_not_of(' ') + 1);
    const std::size_t begin = out.size();
    out.resize(begin + indent.size() + line.size() + 1, '\n');
    std::copy_n(line.data(), line.size(), std::copy_n(indent.data(), indent.size(), out.data() + begin));
    text.remove_prefix(end);
    if (text.find_first_not_of(' ') == std::string_view::npos) return;
  }
}

void append_unicode(std::string& out, std::string_view text, std::string_view indent, std::size_t width) {
  std::size_t columns = indent.size();
  bool is_empty = true, after_blank = false;
  out += indent;
  while (!text.empty()) {
    if (text.front() == ' ') {
      after_blank = true;
      text.remove_prefix(1);
      continue;
    }
    const Piece piece = first_piece(text);
    const std::size_t gap = after_blank && !is_empty ? 1 : 0;
    if (!is_empty && columns + gap + piece.columns > width) {
      out += '\n';
      out += indent;
      columns = indent.size();
    } else if (gap > 0) {
      out += ' ';
      ++columns;
    }
    out += text.substr(0, piece.size);
    columns += piece.columns;
    text.remove_prefix(piece.size);
    is_empty = after_blank = false;
  }
  out += '\n';
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    columns += is_wide(next.code) ? 2 : 1;
    text.remove_prefix(next.size);
  }
  return columns;
}

void append_wrapped(std::string& out, std::string_view text, std::string_view indent, std::size_t width) {
  std::uint8_t bits = 0;  // of all bytes: looking at each by itself takes longer than all the rest
  for (const char c : text) bits |= static_cast<std::uint8_t>(c);
  if (bits < 0x80)
    append_ascii(out, text, indent, width);
  else
    append_unicode(out, text, indent, width);
}

std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string lines;
  append_wrapped(lines, text, indent, width);
  return lines;
}

}  // namespace tcplab
