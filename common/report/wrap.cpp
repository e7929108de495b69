#include "report/wrap.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

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

/// What a character asks of the place where a line ends. All but the first take two columns.
enum class Kind : std::uint8_t {
  narrow,
  wide,
  closing,  ///< no line begins with it
  opening   ///< no line ends with it
};

/// Unicode Standard Annex 11: W and F, and the quotation marks, which Chinese fonts make wide.
Kind kind_of(char32_t code) {
  constexpr std::array<std::array<char32_t, 2>, 8> others = {{{0x1100, 0x115f},
                                                              {0x2018, 0x201d},
                                                              {0x2e80, 0x303e},
                                                              {0xac00, 0xd7a3},
                                                              {0xf900, 0xfaff},
                                                              {0xfe30, 0xfe6f},
                                                              {0xff00, 0xff60},
                                                              {0x20000, 0x3fffd}}};
  if (code < 0x1100) return Kind::narrow;
  if (0x3041 <= code && code <= 0xa4cf) return Kind::wide;  // nearly all of them
  if (std::u32string_view(U"，。；：、？！）》」』”’").find(code) != std::u32string_view::npos) return Kind::closing;
  if (std::u32string_view(U"（《「『“‘").find(code) != std::u32string_view::npos) return Kind::opening;
  const auto has_it = [code](const auto& range) { return range[0] <= code && code <= range[1]; };
  return std::ranges::any_of(others, has_it) ? Kind::wide : Kind::narrow;
}

std::size_t columns_of(Kind kind) {
  return kind == Kind::narrow ? 1 : 2;
}

/// The bytes up to the first place behind the beginning where a line may end, and their columns.
struct Piece {
  std::size_t size = 0, columns = 0;
};

Piece first_piece(std::string_view text) {
  Piece piece;
  Kind before = Kind::narrow;
  while (piece.size < text.size() && text[piece.size] != ' ') {
    const Character next = first_of(text.substr(piece.size));
    const Kind kind = kind_of(next.code);
    const bool is_between_wide = piece.size > 0 && (before != Kind::narrow || kind != Kind::narrow);
    if (is_between_wide && kind != Kind::closing && before != Kind::opening) return piece;
    piece.size += next.size;
    piece.columns += columns_of(kind);
    before = kind;
  }
  return piece;
}

/// Thirty-two bytes at a time: looking at each takes longer than all the rest.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  using Words = std::array<std::uint64_t, 4>;
  if (text.size() < sizeof(Words))
    return std::ranges::all_of(text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
  Words all{}, words{};
  const auto add = [&](const char* at) {
    std::memcpy(words.data(), at, sizeof words);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] |= words[i];
  };
  const char *at = text.data(), *const last = at + text.size() - sizeof words;
  for (; at < last; at += sizeof words) add(at);
  add(last);
  return ((all[0] | all[1] | all[2] | all[3]) & high_bits) == 0;
}

void append_ascii(LineBuffer& buffer, std::string_view text, std::size_t indent, std::size_t width) {
  const std::size_t room = width > indent ? width - indent : 1;
  const std::size_t most_lines = text.size() / 2 + 1;  // a letter each, and a blank between two
  buffer.make_room(text.size() + most_lines * (indent + 1) + LineEnd::blank_step);
  LineEnd out = buffer.end();
  const char *at = text.data(), *const end = at + text.size();
  const auto skip_blanks = [&] {
    while (at < end && *at == ' ') ++at;
  };
  skip_blanks();
  do {
    const char* stop = end;
    if (static_cast<std::size_t>(end - at) > room) {
      stop = at + room;
      while (stop > at && *stop != ' ') --stop;
      if (stop == at) stop = std::find(at + room, end, ' ');  // a word that is too long
    }
    const char* last = stop;
    while (last > at && last[-1] == ' ') --last;
    out.put_blanks(indent);
    out.put(std::string_view(at, last));
    out.put('\n');
    at = stop;
    skip_blanks();
  } while (at < end);
  buffer.set_end(out);
}

void append_unicode(LineBuffer& out, std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t columns = indent, at = 0;
  std::size_t begin = 0, end = 0;  // of what belongs to the line and has not been put yet
  bool is_empty = true;
  out.append_blanks(indent);
  while (at < text.size()) {
    const std::size_t before = at;
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size()) break;
    const std::size_t blanks = is_empty ? 0 : at - before, gap = blanks > 0 ? 1 : 0;
    const Piece piece = first_piece(text.substr(at));
    const bool is_full = !is_empty && columns + gap + piece.columns > width;
    if (is_full || blanks != gap || is_empty) {
      out.append(text.substr(begin, end - begin));
      begin = at;
    }
    if (is_full) {
      out.append('\n');
      out.append_blanks(indent);
      columns = indent;
    } else {
      if (blanks > 1) out.append(' ');
      columns += gap;
    }
    columns += piece.columns;
    at += piece.size;
    end = at;
    is_empty = false;
  }
  out.append(text.substr(begin, end - begin));
  out.append('\n');
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    columns += columns_of(kind_of(next.code));
    text.remove_prefix(next.size);
  }
  return columns;
}

void append_wrapped(LineBuffer& out, std::string_view text, std::size_t indent, std::size_t width) {
  if (is_ascii(text))
    append_ascii(out, text, indent, width);
  else
    append_unicode(out, text, indent, width);
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  LineBuffer lines;
  append_wrapped(lines, text, indent, width);
  return std::string(lines.text());
}

}  // namespace tcplab
