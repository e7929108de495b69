#include "packet/tcp_flags.hpp"

#include <cstddef>

namespace tcplab {

std::string to_string(TcpFlags flags) {
  return std::string(FlagLetters(flags).text());
}

std::optional<TcpFlags> parse_tcp_flags(std::string_view text) {
  if (text == "none") return TcpFlags();
  if (text.empty()) return std::nullopt;
  TcpFlags flags;
  for (const char letter : text) {
    const std::size_t bit = FlagLetters::in_order.find(letter);
    if (bit == std::string_view::npos || (flags.bits() >> bit & 1) != 0) return std::nullopt;
    flags = flags | TcpFlags(static_cast<std::uint16_t>(1U << bit));
  }
  return flags;
}

}  // namespace tcplab
