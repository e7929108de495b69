// Sentences made of the catalogue's phrases, in one language: placeholders filled in, numbers and lists worded.
// It knows no connections: what is said of them is for verdict_text.hpp and row_prose.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "packet/line_buffer.hpp"
#include "report/catalogue.hpp"
#include "tcp/end.hpp"

namespace tcplab {

/// Words made of a phrase and at most two numbers where they are put: "17 bytes", "numbers 1 to 17", "connect()".
struct Words {
  Phrase phrase;
  std::int64_t first = 0;  ///< stands for each placeholder but {last}
  std::int64_t last = 0;
};

/// "row 7", "rows 7 and 9", "rows 7, 9, 12 and others", of which there are more than `most`. The rows must outlive it.
struct RowList {
  std::span<const std::size_t> rows;
  std::size_t most = 6;
};

/// What stands for one placeholder: {"row", 7}. A text must outlive the call that it is given to.
class Filling {
 public:
  Filling(PlaceholderName name, std::string_view text) : name_(name), room_(text.size()), value_(text) {}
  Filling(PlaceholderName name, std::integral auto number)
      : name_(name), room_(room_for_number), value_(static_cast<std::int64_t>(number)) {}
  Filling(PlaceholderName name, const Words& words) : name_(name), room_(room_for_words), value_(words) {}
  Filling(PlaceholderName name, const RowList& rows) : name_(name), room_(room_for(rows)), value_(rows) {}

 private:
  friend class Prose;
  static constexpr std::size_t room_for_number = longest_decimal + 1;  // with its sign
  static constexpr std::size_t room_for_words = longest_words + 2 * room_for_number + phrase_step;
  static std::size_t room_for(const RowList& list) {
    return longest_list_name + std::min(list.rows.size(), list.most) * (room_for_number + longest_list_mark);
  }

  PlaceholderName name_;
  std::size_t room_;  ///< it takes no more bytes
  std::variant<std::int64_t, std::string_view, Words, RowList> value_;
};
using Fillings = std::initializer_list<Filling>;

class Prose {
 public:
  explicit Prose(Language language);

  /// The phrase with its placeholders filled in. {end}, {End}, {peer} and {Peer} stand for `end` and the other one.
  [[nodiscard]] std::string text(Phrase phrase, End end, Fillings fillings = {}) const;
  [[nodiscard]] std::string text(Phrase phrase, Fillings fillings = {}) const {
    return text(phrase, End::client, fillings);
  }
  [[nodiscard]] std::string text(const Words& words) const;
  [[nodiscard]] std::string text(const RowList& rows) const;
  /// The same as a further sentence of `text`, with a blank between where the writing has one.
  void say(LineBuffer& text, Phrase phrase, End end, Fillings fillings = {}) const;
  void say(LineBuffer& text, Phrase phrase, Fillings fillings = {}) const { say(text, phrase, End::client, fillings); }

  /// "1 byte", "17 bytes".
  [[nodiscard]] static Words bytes(std::uint64_t count) { return counted(Phrase::byte, Phrase::bytes, count); }
  [[nodiscard]] static Words segments(std::uint64_t count) { return counted(Phrase::segment, Phrase::segments, count); }
  [[nodiscard]] static Words packets(std::uint64_t count) { return counted(Phrase::packet, Phrase::packets, count); }
  /// "number 7", "numbers 1 to 17".
  [[nodiscard]] static Words numbers(std::int64_t first, std::uint32_t count) {
    return count <= 1 ? Words{Phrase::number, first} : Words{Phrase::numbers, first, first + count - 1};
  }
  /// Adds a clause to those of one sentence.
  void add_clause(LineBuffer& clauses, std::string_view clause) const;
  void add_clause(LineBuffer& clauses, Phrase phrase, Fillings fillings = {}) const;
  /// "103.2 ms", "1.20 s".
  [[nodiscard]] static std::string duration(std::chrono::nanoseconds duration);

 private:
  static Words counted(Phrase one, Phrase many, std::uint64_t count) {
    return {count == 1 ? one : many, static_cast<std::int64_t>(count)};
  }
  [[nodiscard]] PhraseParts parts_of(Phrase phrase, End end = End::client) const {
    return (*phrases_[index_of(end)])[phrase];
  }
  [[nodiscard]] static std::size_t room_for(const PhraseParts& phrase, Fillings fillings);
  [[nodiscard]] std::string_view comma_behind(const LineBuffer& clauses) const;
  /// A phrase without placeholders.
  [[nodiscard]] std::string_view mark(Phrase phrase) const { return parts_of(phrase).text; }
  void fill(LineBuffer& text, std::string_view before, Phrase phrase, End end, Fillings fillings) const;
  // Each writes to `at`, where there is room, and returns the place behind.
  char* put(char* at, const PhraseParts& phrase, Fillings fillings) const;
  char* put(char* at, const Filling& filling) const;
  char* put(char* at, const Words& words) const;
  char* put(char* at, const RowList& list) const;

  std::array<const PhraseTable*, 2> phrases_;  ///< by the end that they are said of
};

/// The sentence as it begins: "rows 1 and 2" becomes "Rows 1 and 2".
std::string capitalised(std::string text);

}  // namespace tcplab
