#include "packet/tcp_flags.hpp"

#include <cstddef>

namespace tcplab {
namespace {
/// The letter of each bit, from the lowest on, which is tcpdump's order too.
constexpr std::string_view letters = "FSRP.UEWe";
}  // namespace

std::string to_string(TcpFlags flags) {
  std::string text;
  for (std::size_t bit = 0; bit < letters.size(); ++bit) {
    if ((flags.bits() >> bit & 1) != 0) text += letters[bit];
  }
  return text.empty() ? "none" : text;
}

std::optional<TcpFlags> parse_tcp_flags(std::string_view text) {
  if (text == "none") return TcpFlags();
  if (text.empty()) return std::nullopt;
  TcpFlags flags;
  for (const char letter : text) {
    const std::size_t bit = letters.find(letter);
    if (bit == std::string_view::npos || (flags.bits() >> bit & 1) != 0) return std::nullopt;
    flags = flags | TcpFlags(static_cast<std::uint16_t>(1U << bit));
  }
  return flags;
}

}  // namespace tcplab
