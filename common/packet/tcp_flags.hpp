// The control bits of a TCP header, and tcpdump's letters for them.
// RFC 9293 section 3.1; AE is RFC 9768's name for the bit that once was NS.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcplab {

class TcpFlags {
 public:
  enum Bit : std::uint16_t {
    fin = 0x001,
    syn = 0x002,
    rst = 0x004,
    psh = 0x008,
    ack = 0x010,
    urg = 0x020,
    ece = 0x040,
    cwr = 0x080,
    ae = 0x100
  };

  constexpr TcpFlags() = default;
  constexpr TcpFlags(Bit bit) : bits_(bit) {}  // NOLINT(google-explicit-constructor): a bit is a set of one
  constexpr explicit TcpFlags(std::uint16_t bits) : bits_(bits & 0x1ff) {}

  [[nodiscard]] constexpr bool has(Bit bit) const { return (bits_ & bit) != 0; }
  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }

  friend constexpr TcpFlags operator|(TcpFlags a, TcpFlags b) {
    return TcpFlags(static_cast<std::uint16_t>(a.bits_ | b.bits_));
  }
  friend constexpr bool operator==(TcpFlags, TcpFlags) = default;

 private:
  std::uint16_t bits_ = 0;
};
constexpr TcpFlags operator|(TcpFlags::Bit a, TcpFlags::Bit b) {
  return TcpFlags(a) | TcpFlags(b);
}

/// A SYN without an ACK: what whoever opens a connection sends first.
constexpr bool is_plain_syn(TcpFlags flags) {
  return flags.has(TcpFlags::syn) && !flags.has(TcpFlags::ack);
}

/// An ACK without SYN, FIN or RST, with data or not: what nearly all segments are.
constexpr bool is_plain_ack(TcpFlags flags) {
  constexpr std::uint16_t telling = (TcpFlags::syn | TcpFlags::fin | TcpFlags::rst | TcpFlags(TcpFlags::ack)).bits();
  return (flags.bits() & telling) == TcpFlags::ack;
}

/// The same, but that it may have a FIN.
constexpr bool is_ack_or_fin(TcpFlags flags) {
  constexpr std::uint16_t telling = (TcpFlags::syn | TcpFlags::rst | TcpFlags(TcpFlags::ack)).bits();
  return (flags.bits() & telling) == TcpFlags::ack;
}

/// What opens a connection: a SYN, with an ACK or not, without FIN or RST.
constexpr bool is_syn_alone(TcpFlags flags) {
  constexpr std::uint16_t telling = (TcpFlags::syn | TcpFlags::fin | TcpFlags(TcpFlags::rst)).bits();
  return (flags.bits() & telling) == TcpFlags::syn;
}

/// tcpdump's text: one letter a bit in the order F S R P . U E W e, and "none" when no bit is set.
std::string to_string(TcpFlags flags);
/// The same, which stands in place.
class FlagLetters {
 public:
  constexpr explicit FlagLetters(TcpFlags flags) {
    if (flags == TcpFlags()) {
      for (const char letter : {'n', 'o', 'n', 'e'}) letters_[size_++] = letter;
    }
    for (unsigned left = flags.bits(); left != 0; left &= left - 1)
      letters_[size_++] = in_order[static_cast<std::size_t>(std::countr_zero(left))];
  }
  [[nodiscard]] constexpr std::string_view text() const { return {letters_.data(), size_}; }

  /// The letter of each bit, from the lowest on, which is tcpdump's order too.
  static constexpr std::string_view in_order = "FSRP.UEWe";

 private:
  std::array<char, in_order.size()> letters_{};
  std::size_t size_ = 0;
};

/// The flags that such a text names, the letters in any order; nothing if a letter is unknown or stands twice.
std::optional<TcpFlags> parse_tcp_flags(std::string_view text);

}  // namespace tcplab
