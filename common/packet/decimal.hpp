// Numbers as decimal digits, written where they stand at last: reports have some ten of them in each of very many
// lines. It is not for reading numbers; number_text.hpp is.
#pragma once

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tcplab {

/// The number without its sign.
constexpr std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

/// So many digits are enough for any number.
constexpr std::size_t longest_decimal = 20;

/// "00", "01" and so on, to "99".
inline constexpr auto decimal_pairs = [] {
  std::array<char, 200> text{};
  for (std::size_t i = 0; i < 100; ++i) {
    text[2 * i] = static_cast<char>('0' + i / 10);
    text[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return text;
}();

inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, longest_decimal> powers{};
  std::uint64_t power = 1;
  for (std::uint64_t& each : powers) {
    each = power;
    power *= 10;
  }
  return powers;
}();

/// How many digits the number has.
constexpr std::size_t decimal_width(std::uint64_t number) {
  // A bit is worth 0.30103 digits: that says how many there are, or one less.
  const std::size_t at_least = static_cast<std::size_t>(std::bit_width(number | 1U)) * 1233 >> 12U;
  return at_least + ((number | 1U) >= powers_of_ten[at_least] ? 1U : 0U);
}

/// Writes the number in front of `end`.
inline void put_decimal_before(char* end, std::uint32_t number) {
  for (; number >= 100; number /= 100) std::memcpy(end -= 2, &decimal_pairs[2 * (number % 100)], 2);
  if (number >= 10)
    std::memcpy(end - 2, &decimal_pairs[2 * number], 2);
  else
    end[-1] = static_cast<char>('0' + number);
}

/// Writes the number to `at`, and returns the place behind it.
inline char* put_decimal(char* at, std::uint64_t number) {
  if (number > UINT32_MAX) return std::to_chars(at, at + longest_decimal, number).ptr;
  char* const end = at + decimal_width(number);
  put_decimal_before(end, static_cast<std::uint32_t>(number));  // dividing these is cheap
  return end;
}

constexpr std::uint32_t ten_to_the_eighth = 100'000'000;

/// Eight digits of a number below ten_to_the_eighth, each in a byte, the first in the lowest.
constexpr std::uint64_t eight_digits(std::uint32_t number) {
  const std::uint64_t fours = number / 10'000 | std::uint64_t{number % 10'000} << 32U;
  const std::uint64_t hundreds = (fours * 10'486 >> 20U) & 0x7f0000007f;
  const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16U;
  const std::uint64_t tens = (twos * 103 >> 10U) & 0xf000f000f000f;
  return tens | (twos - 10 * tens) << 8U;
}
constexpr std::uint64_t eight_zeros = 0x3030303030303030;

/// Writes the bytes of the word, from the lowest on.
inline char* put_bytes(char* at, std::uint64_t word) {
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(at, &word, sizeof word);
  else
    for (std::size_t i = 0; i < sizeof word; ++i) at[i] = static_cast<char>(word >> 8 * i);
  return at + sizeof word;
}

/// put_decimal() where there is room for longest_decimal characters, all of which it may write. No branch asks how many
/// digits there are, for no processor foresees that.
inline char* put_decimal_in_room(char* at, std::uint64_t number) {  // NOLINT(misc-no-recursion): once
  if (number < ten_to_the_eighth) {
    constexpr std::uint64_t last = std::uint64_t{1} << 56U;  // which is written even if it is 0
    const std::uint64_t digits = eight_digits(static_cast<std::uint32_t>(number));
    const auto zero_bits = static_cast<unsigned>(std::countr_zero(digits | last)) & ~7U;
    return put_bytes(at, (digits | eight_zeros) >> zero_bits) - zero_bits / 8;
  }
  if (number >= std::uint64_t{ten_to_the_eighth} * ten_to_the_eighth)
    return std::to_chars(at, at + longest_decimal, number).ptr;
  at = put_decimal_in_room(at, number / ten_to_the_eighth);
  return put_bytes(at, eight_digits(static_cast<std::uint32_t>(number % ten_to_the_eighth)) | eight_zeros);
}

/// Nine digits of a number below a thousand million, with zeros in front.
inline char* put_nine_digits(char* at, std::uint32_t number) {
  *at = static_cast<char>('0' + number / ten_to_the_eighth);
  return put_bytes(at + 1, eight_digits(number % ten_to_the_eighth) | eight_zeros);
}

}  // namespace tcplab
