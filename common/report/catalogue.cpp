#include "report/catalogue.hpp"

#include <algorithm>
#include <array>
#include <concepts>

namespace tcplab {
namespace {

using Texts = std::array<std::string_view, phrase_count>;

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a list of two columns, of which one is taken
constexpr Texts english = [] {
  Texts texts;
#define PHRASE(key, text) texts[static_cast<std::size_t>(Phrase::key)] = text;
#include "report/catalogue_en.def"
#undef PHRASE
  return texts;
}();

constexpr Texts chinese = [] {
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

template <std::same_as<Phrase>... Some>
constexpr bool have_at_most(const Texts& texts, std::size_t most, Some... phrases) {
  return ((texts.at(static_cast<std::size_t>(phrases)).size() <= most) && ...);
}
constexpr bool fit(const Texts& texts) {
  return std::ranges::all_of(texts, [](std::string_view text) { return text.size() <= longest_phrase; }) &&
         have_at_most(texts, longest_end_name, Phrase::client, Phrase::server, Phrase::client_first,
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

/// A phrase has one part more than placeholders.
template <std::size_t count>
constexpr bool have_few_placeholders(const Parts<count>& parts) {
  for (std::size_t i = 0; i < phrase_count; ++i)
    if (parts.begin[i + 1] - parts.begin[i] > static_cast<int>(most_placeholders) + 1) return false;
  return true;
}
static_assert(have_few_placeholders(english_parts) && have_few_placeholders(chinese_parts));

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
