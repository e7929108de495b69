// A TCP sequence number: 32 bits, compared on a circle.
// It does not know whose number it is; relative numbers belong to tcp/.
// RFC 9293 section 3.4.
#pragma once

#include <cstdint>

namespace tcplab {

class SeqNum {
 public:
  constexpr SeqNum() = default;
  constexpr explicit SeqNum(std::uint32_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }

  constexpr SeqNum& operator+=(std::uint32_t count) { return value_ += count, *this; }
  friend constexpr SeqNum operator+(SeqNum number, std::uint32_t count) { return number += count; }
  friend constexpr SeqNum operator-(SeqNum number, std::uint32_t count) { return SeqNum(number.value_ - count); }

  /// Steps from `b` to `a`, negative when `a` lies before `b`; right while the two are less than 2^31 apart.
  friend constexpr std::int32_t operator-(SeqNum a, SeqNum b) { return static_cast<std::int32_t>(a.value_ - b.value_); }

  friend constexpr bool operator==(SeqNum, SeqNum) = default;
  friend constexpr bool operator<(SeqNum a, SeqNum b) { return a - b < 0; }
  friend constexpr bool operator>(SeqNum a, SeqNum b) { return b < a; }
  friend constexpr bool operator<=(SeqNum a, SeqNum b) { return !(b < a); }
  friend constexpr bool operator>=(SeqNum a, SeqNum b) { return !(a < b); }

 private:
  std::uint32_t value_ = 0;
};

/// Whether `number` lies in the `size` numbers from `first` on. RFC 9293 section 3.10.7.4.
constexpr bool in_window(SeqNum number, SeqNum first, std::uint32_t size) {
  return number.value() - first.value() < size;
}

/// No window is larger, however it is scaled. RFC 7323 section 2.3.
constexpr std::int32_t largest_window = 1 << 30;

/// Whether `number` lies beyond `from`, and no further than any window reaches: else it is not of the same connection.
constexpr bool is_within_reach(SeqNum number, SeqNum from) {
  return number > from && number - from <= largest_window;
}

}  // namespace tcplab
