#include "report/catalogue.hpp"

#include <algorithm>
#include <array>
#include <concepts>

namespace tcplab {
namespace {

using Texts = std::array<std::string_view, phrase_count>;

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a list of two columns, of which one is taken
constexpr Texts english_literals = [] {
  Texts texts;
#define PHRASE(key, text) texts[static_cast<std::size_t>(Phrase::key)] = text;
#include "report/catalogue_en.def"
#undef PHRASE
  return texts;
}();

constexpr Texts chinese_literals = [] {
  Texts texts;
#define PHRASE(key, text) texts[static_cast<std::size_t>(Phrase::key)] = text;
#include "report/catalogue_zh.def"
#undef PHRASE
  return texts;
}();

constexpr Texts names = {
#define PHRASE(key, text) #key,
#include "report/catalogue_en.def"
#undef PHRASE
};
// NOLINTEND(cppcoreguidelines-macro-usage)

constexpr std::size_t letter_count(const Texts& texts) {
  std::size_t count = 0;
  for (const std::string_view text : texts) count += text.size();
  return count;
}

/// One behind the other, and room for the last step of a copy.
template <std::size_t count>
constexpr std::array<char, count + phrase_step> joined(const Texts& texts) {
  std::array<char, count + phrase_step> letters{};
  char* at = letters.data();
  for (const std::string_view text : texts) at = std::ranges::copy(text, at).out;
  return letters;
}

constexpr auto english_letters = joined<letter_count(english_literals)>(english_literals);
constexpr auto chinese_letters = joined<letter_count(chinese_literals)>(chinese_literals);

/// The same texts, where they were joined.
constexpr Texts in_letters(const Texts& literals, const char* at) {
  Texts texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = {at, literals[i].size()};
    at += literals[i].size();
  }
  return texts;
}

constexpr Texts english = in_letters(english_literals, english_letters.data());
constexpr Texts chinese = in_letters(chinese_literals, chinese_letters.data());

template <std::same_as<Phrase>... Some>
constexpr bool have_at_most(const Texts& texts, std::size_t most, Some... phrases) {
  return ((texts.at(static_cast<std::size_t>(phrases)).size() <= most) && ...);
}
constexpr bool fit(const Texts& texts) {
  return have_at_most(texts, longest_end_name, Phrase::client, Phrase::server, Phrase::client_first,
                      Phrase::server_first) &&
         have_at_most(texts, longest_list_name, Phrase::row, Phrase::rows, Phrase::rows_and_others) &&
         have_at_most(texts, longest_list_mark, Phrase::list_comma, Phrase::list_and);
}
static_assert(fit(english) && fit(chinese));

constexpr std::size_t part_count(const Texts& texts) {
  std::size_t count = texts.size();
  for (const std::string_view text : texts) count += static_cast<std::size_t>(std::ranges::count(text, '{'));
  return count;
}

/// The parts of all phrases, one behind the other.
template <std::size_t count>
struct Parts {
  std::array<PhrasePart, count> all;
  std::array<std::uint16_t, phrase_count + 1> begin;  ///< of each phrase
};

template <std::size_t count>
constexpr Parts<count> taken_apart(const Texts& texts) {
  static_assert(count < UINT16_MAX);
  Parts<count> parts{};
  std::size_t next = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    parts.begin[i] = static_cast<std::uint16_t>(next);
    std::string_view left = texts[i];
    for (std::size_t open = left.find('{'); open != std::string_view::npos; open = left.find('{')) {
      const std::size_t close = left.find('}', open);
      parts.all[next++] = {left.substr(0, open), PlaceholderName(left.substr(open + 1, close - open - 1))};
      left.remove_prefix(close + 1);
    }
    parts.all[next++] = {left, {}};
  }
  parts.begin.back() = static_cast<std::uint16_t>(next);
  return parts;
}

constexpr auto english_parts = taken_apart<part_count(english)>(english);
constexpr auto chinese_parts = taken_apart<part_count(chinese)>(chinese);

}  // namespace

std::optional<Language> parse_language(std::string_view text) {
  if (text == "en") return Language::english;
  if (text == "zh") return Language::chinese;
  return std::nullopt;
}

std::string_view phrase_text(Language language, Phrase phrase) {
  return (language == Language::english ? english : chinese).at(static_cast<std::size_t>(phrase));
}

const PhraseTable& PhraseTable::of(Language language) {
  static constexpr PhraseTable in_english(english_parts.all.data(), english_parts.begin.data());
  static constexpr PhraseTable in_chinese(chinese_parts.all.data(), chinese_parts.begin.data());
  return language == Language::english ? in_english : in_chinese;
}

std::string_view phrase_name(Phrase phrase) {
  return names.at(static_cast<std::size_t>(phrase));
}

}  // namespace tcplab
