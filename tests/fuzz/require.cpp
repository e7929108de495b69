#include <string>

#include "fuzz/targets.hpp"

namespace tcplab::fuzz {
namespace {

constexpr bool is_continuation(unsigned char byte) {
  return byte >> 6 == 2;
}

/// The character that starts at `at`, which is moved behind it. It shares no code with packet/printable.hpp.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char first = byte(at++);
  const std::size_t further = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  require(first < 0x80 || (first >= 0xc2 && first < 0xf5), "a byte that begins no UTF-8 character");
  char32_t character = further == 0 ? first : first & (0x3fU >> further);
  for (std::size_t i = 0; i < further; ++i, ++at) {
    require(is_continuation(byte(at)), "a UTF-8 character that is cut off");
    character = character << 6 | (byte(at) & 0x3fU);
  }
  constexpr std::array<char32_t, 4> least = {0, 0x80, 0x800, 0x10000};
  require(character >= least.at(further), "an overlong UTF-8 character");
  return character;
}

}  // namespace

void require_fit_for_terminal(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = next_character(text, at);
    require(character >= 0x20 || character == '\n', "a control character");
    require(character < 0x7f || character > 0x9f, "a control character beyond ASCII's first 32");
  }
}

}  // namespace tcplab::fuzz
