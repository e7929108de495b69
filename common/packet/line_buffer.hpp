// Room for lines that are written by the million: text and numbers, put one behind the other.
// It knows no formats: ladders and reports write into it.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "packet/decimal.hpp"

namespace tcplab {

/// A word that is put in one step, for which there must be room for all its letters.
struct ShortWord {
  constexpr ShortWord() = default;
  constexpr explicit ShortWord(std::string_view text) : size(text.size()) {
    if (size > letters.size()) throw std::length_error("a word is too long to be a short one");
    std::ranges::copy(text, letters.begin());
  }
  std::array<char, 16> letters{};
  std::size_t size = 0;
};

/// Where the next character goes, in room that is large enough: whoever puts makes sure of that. It is passed on by
/// value and returned, for then it stays in a register; what stands in memory has to be read again after each
/// character.
class LineEnd {
 public:
  explicit LineEnd(char* at) : at_(at) {}
  [[nodiscard]] char* at() const { return at_; }

  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(char letter) { *at_++ = letter; }
  /// In steps of blank_step, one at least: there must be room for so many more.
  void put_blanks(std::size_t count) {
    std::size_t blanks = 0;
    do {
      std::memset(at_ + blanks, ' ', blank_step);
      blanks += blank_step;
    } while (blanks < count);
    at_ += count;
  }
  static constexpr std::size_t blank_step = 16;
  void put(const ShortWord& word) {
    std::memcpy(at_, word.letters.data(), word.letters.size());
    at_ += word.size;
  }
  void put_number(std::uint64_t number) { at_ = put_decimal_in_room(at_, number); }
  /// Nine digits, with zeros in front.
  void put_nine_digits(std::uint32_t number) { at_ = tcplab::put_nine_digits(at_, number); }
  /// Seconds with nine decimals: a double cannot hold them.
  void put_seconds(std::int64_t nanoseconds) {
    constexpr std::uint64_t second = 1'000'000'000;
    const std::uint64_t size = magnitude(nanoseconds);
    if (nanoseconds < 0) put('-');
    put_number(size / second);
    put('.');
    put_nine_digits(static_cast<std::uint32_t>(size % second));
  }

 private:
  char* at_;
};

class LineBuffer {
 public:
  [[nodiscard]] std::string_view text() const { return {begin_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void clear() { size_ = 0; }

  /// Before all that is put: there is room for so much more. Once for a line is much cheaper than for each word.
  void make_room(std::size_t more) {
    if (size_ + more > capacity_) grow(more);
  }
  /// put(), with the room that it needs.
  void append(std::string_view text) {
    make_room(text.size());
    put(text);
  }
  void append(char letter) {
    make_room(1);
    put(letter);
  }
  void append_blanks(std::size_t count) {
    make_room(count + LineEnd::blank_step);
    LineEnd out = end();
    out.put_blanks(count);
    set_end(out);
  }
  [[nodiscard]] LineEnd end() { return LineEnd(begin_.get() + size_); }
  /// What was put at end() belongs to it now.
  void set_end(LineEnd end) {
    size_ = static_cast<std::size_t>(end.at() - begin_.get());
    assert(size_ <= capacity_);
  }
  void put(std::string_view text) {
    assert(text.size() <= capacity_ - size_);
    if (text.empty()) return;  // which may be nowhere
    std::memcpy(begin_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void put(char letter) {
    assert(size_ < capacity_);
    begin_[size_++] = letter;
  }
  void put(const ShortWord& word) {
    assert(word.letters.size() <= capacity_ - size_);
    LineEnd out = end();
    out.put(word);
    set_end(out);
  }
  void put_number(std::uint64_t number) {
    assert(longest_decimal <= capacity_ - size_);
    LineEnd out = end();
    out.put_number(number);
    set_end(out);
  }
  void put_nine_digits(std::uint32_t number) {
    assert(longest_decimal <= capacity_ - size_);
    LineEnd out = end();
    out.put_nine_digits(number);
    set_end(out);
  }
  void put_seconds(std::int64_t nanoseconds) {
    assert(2 * longest_decimal <= capacity_ - size_);
    LineEnd out = end();
    out.put_seconds(nanoseconds);
    set_end(out);
  }

 private:
  void grow(std::size_t more) {
    constexpr std::size_t enough_for_most = 1000;
    const std::size_t capacity = std::max({enough_for_most, 2 * capacity_, size_ + more});
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(larger.get(), begin_.get(), size_);
    begin_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> begin_;
  std::size_t size_ = 0, capacity_ = 0;  ///< a LineBuffer that was moved from is not asked for them
};

}  // namespace tcplab
