// Room for lines that are written by the million: text and numbers, put one behind the other.
// It knows no formats; flow_line.hpp writes into it.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace tcplab {

class LineBuffer {
 public:
  [[nodiscard]] std::string_view text() const { return {begin_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void clear() { size_ = 0; }

  /// Before all that is put: there is room for so much more. Once for a line is much cheaper than for each word.
  void make_room(std::size_t more) {
    if (size_ + more > capacity_) grow(more);
  }
  void put(std::string_view text) {
    assert(text.size() <= capacity_ - size_);
    std::memcpy(end(), text.data(), text.size());
    size_ += text.size();
  }
  void put(char letter) {
    assert(size_ < capacity_);
    *end() = letter;
    ++size_;
  }
  void put_number(std::uint64_t number) {
    constexpr std::size_t most_digits = 20;
    if (number < 10) return put(static_cast<char>('0' + number));
    assert(most_digits <= capacity_ - size_);
    size_ += static_cast<std::size_t>(std::to_chars(end(), end() + most_digits, number).ptr - end());
  }
  /// Nine digits, with zeros in front.
  void put_nine_digits(std::uint32_t number) {
    constexpr std::size_t digits = 9;
    assert(digits <= capacity_ - size_);
    char* const at = end();
    for (std::size_t i = digits; i > 1; i -= 2, number /= 100) std::memcpy(at + i - 2, &pairs[2 * (number % 100)], 2);
    *at = static_cast<char>('0' + number % 10);
    size_ += digits;
  }

  /// Seconds with nine decimals: a double cannot hold them.
  void put_seconds(std::int64_t nanoseconds) {
    constexpr std::uint64_t second = 1'000'000'000;
    const auto size =
        nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
    if (nanoseconds < 0) put('-');
    put_number(size / second);
    put('.');
    put_nine_digits(static_cast<std::uint32_t>(size % second));
  }

 private:
  /// "00", "01" and so on, to "99".
  static constexpr auto pairs = [] {
    std::array<char, 200> text{};
    for (std::size_t i = 0; i < 100; ++i) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return text;
  }();

  [[nodiscard]] char* end() { return begin_.get() + size_; }
  void grow(std::size_t more) {
    const std::size_t capacity = std::max(2 * capacity_, size_ + more);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(larger.get(), begin_.get(), size_);
    begin_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> begin_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace tcplab
