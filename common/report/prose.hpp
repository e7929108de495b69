// Sentences made of the catalogue's phrases, in one language: placeholders filled in, numbers and lists worded.
// It knows no connections: what is said of them is for verdict_text.hpp and row_prose.hpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "packet/decimal.hpp"
#include "report/catalogue.hpp"
#include "tcp/end.hpp"

namespace tcplab {

/// What stands for one placeholder: {"row", 7}. A text must outlive the call that it is given to.
class Filling {
 public:
  Filling(PlaceholderName name, std::string_view text) : name_(name), text_(text) {}
  Filling(PlaceholderName name, std::integral auto number)
      : name_(name),
        is_number_(true),
        is_negative_(number < 0),
        size_(is_negative_ ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number)) {}

  [[nodiscard]] PlaceholderName name() const { return name_; }
  /// So many characters are enough for put().
  [[nodiscard]] std::size_t room() const {
    constexpr std::size_t sign = 1;
    return is_number_ ? sign + longest_decimal : text_.size();
  }
  /// Writes it to `at`, where there is that room, and returns the place behind it.
  char* put(char* at) const {
    if (!is_number_) return std::copy_n(text_.data(), text_.size(), at);
    if (is_negative_) *at++ = '-';
    return put_decimal_in_room(at, size_);
  }

 private:
  PlaceholderName name_;
  std::string_view text_;
  bool is_number_ = false, is_negative_ = false;
  std::uint64_t size_ = 0;  ///< of the number, without its sign
};
using Fillings = std::initializer_list<Filling>;

class Prose {
 public:
  explicit Prose(Language language) : language_(language) {}

  /// The phrase with its placeholders filled in. {end}, {End}, {peer} and {Peer} stand for `end` and the other one.
  [[nodiscard]] std::string text(Phrase phrase, End end, Fillings fillings = {}) const;
  [[nodiscard]] std::string text(Phrase phrase, Fillings fillings = {}) const {
    return text(phrase, End::client, fillings);
  }
  /// The same as a further sentence of `text`.
  void say(std::string& text, Phrase phrase, End end, Fillings fillings = {}) const;
  void say(std::string& text, Phrase phrase, Fillings fillings = {}) const { say(text, phrase, End::client, fillings); }

  /// "1 byte", "17 bytes".
  [[nodiscard]] std::string bytes(std::uint64_t count) const;
  [[nodiscard]] std::string segments(std::uint64_t count) const;
  [[nodiscard]] std::string packets(std::uint64_t count) const;
  /// "number 7", "numbers 1 to 17".
  [[nodiscard]] std::string numbers(std::int64_t first, std::uint32_t count) const;
  /// "row 7", "rows 7 and 9", "rows 7, 9, 12 and others", of which there are more than `most`.
  [[nodiscard]] std::string rows(std::span<const std::size_t> rows, std::size_t most = 6) const;
  /// Adds a clause to those of one sentence.
  void add_clause(std::string& clauses, std::string_view clause) const;
  /// "103.2 ms", "1.20 s".
  [[nodiscard]] static std::string duration(std::chrono::nanoseconds duration);

 private:
  void fill(std::string& text, Phrase phrase, End end, Fillings fillings) const;
  char* put(char* at, PlaceholderName placeholder, End end, Fillings fillings) const;
  [[nodiscard]] std::string_view name(End end, bool begins_sentence) const;

  Language language_;
};

/// The sentence as it begins: "rows 1 and 2" becomes "Rows 1 and 2".
std::string capitalised(std::string text);
/// Adds a sentence behind others, with a blank between where the writing has one.
void add_sentence(std::string& text, std::string_view sentence);

}  // namespace tcplab
