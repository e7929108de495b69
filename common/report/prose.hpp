// Sentences made of the catalogue's phrases, in one language: placeholders filled in, numbers and lists worded.
// It knows no connections: what is said of them is for verdict_text.hpp and row_prose.hpp.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "report/catalogue.hpp"
#include "tcp/end.hpp"

namespace tcplab {

/// What stands for one placeholder: {"row", 7}. A text must outlive the call that it is given to.
class Filling {
 public:
  Filling(std::string_view name, std::string_view text) : name_(name), text_(text) {}
  Filling(std::string_view name, std::integral auto number) : name_(name) {
    length_ = static_cast<std::size_t>(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr -
                                       digits_.data());
  }
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view value() const {
    return length_ > 0 ? std::string_view(digits_.data(), length_) : text_;
  }

 private:
  std::string_view name_, text_;
  std::array<char, 24> digits_;
  std::size_t length_ = 0;
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
  /// Joined as clauses of one sentence.
  [[nodiscard]] std::string clauses(std::span<const std::string> clauses) const;
  /// "103.2 ms", "1.20 s".
  [[nodiscard]] static std::string duration(std::chrono::nanoseconds duration);

 private:
  void fill(std::string& text, Phrase phrase, End end, Fillings fillings) const;
  [[nodiscard]] std::string_view name(End end, bool begins_sentence) const;

  Language language_;
};

/// The sentence as it begins: "rows 1 and 2" becomes "Rows 1 and 2".
std::string capitalised(std::string text);
/// Adds a sentence behind others, with a blank between where the writing has one.
void add_sentence(std::string& text, std::string_view sentence);

}  // namespace tcplab
