#include "packet/printable.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tcplab {
namespace {

constexpr unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// How many bytes a character has that begins with `first`; 0 if none does. RFC 3629 section 3.
constexpr std::size_t length_of(unsigned first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

constexpr bool is_control(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

/// The length of the character that the text begins with; 0 if it is a control character or no UTF-8.
std::size_t printable_length(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  const std::size_t length = length_of(first);
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t character = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (byte_at(text, i) >> 6 != 2) return 0;
    character = character << 6 | (byte_at(text, i) & 0x3f);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  return overlong || surrogate || character > 0x10ffff || is_control(character) ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string printed;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length > 0) {
      printed += text.substr(0, length);
    } else {
      printed += "\\x";
      printed += digits[byte_at(text, 0) >> 4];
      printed += digits[byte_at(text, 0) & 0x0f];
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return printed;
}

}  // namespace tcplab
