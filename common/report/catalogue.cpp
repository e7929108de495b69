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

constexpr std::string_view text_of(const Texts& texts, Phrase phrase) {
  return texts.at(static_cast<std::size_t>(phrase));
}

template <std::same_as<Phrase>... Some>
constexpr bool have_at_most(const Texts& texts, std::size_t most, Some... phrases) {
  return ((text_of(texts, phrases).size() <= most) && ...);
}
constexpr bool fit(const Texts& texts) {
  using enum Phrase;
  return have_at_most(texts, longest_list_name, row, rows, rows_and_others) &&
         have_at_most(texts, longest_list_mark, list_comma, list_and) &&
         have_at_most(texts, longest_words, row, byte, bytes, segment, segments, packet, packets, number, numbers,
                      window_raw, window_bytes, vantage_one, vantage_both, call_send, call_connect, call_connect_data,
                      what_syn, what_syn_ack, what_data, what_data_fin, what_fin);
}
static_assert(fit(english) && fit(chinese));

/// What an end is called, within a sentence and where it begins one; nothing for other placeholders.
constexpr std::string_view name_of_end(const Texts& texts, std::string_view placeholder, End end) {
  const bool is_client = (end == End::client) == (placeholder == "end" || placeholder == "End");
  if (placeholder == "end" || placeholder == "peer") return text_of(texts, is_client ? Phrase::client : Phrase::server);
  if (placeholder == "End" || placeholder == "Peer")
    return text_of(texts, is_client ? Phrase::client_first : Phrase::server_first);
  return {};
}

/// Calls visit(text, placeholder) for each part of a phrase; the last placeholder is empty.
template <typename Visit>
constexpr void for_each_part(std::string_view phrase, Visit visit) {
  for (std::size_t open = phrase.find('{'); open != std::string_view::npos; open = phrase.find('{')) {
    const std::size_t close = phrase.find('}', open);
    visit(phrase.substr(0, open), phrase.substr(open + 1, close - open - 1));
    phrase.remove_prefix(close + 1);
  }
  visit(phrase, std::string_view());
}

struct Count {
  std::size_t parts = 0, letters = 0;
};

/// Of all phrases, as they are said of one end.
constexpr Count count_of(const Texts& texts, End end) {
  Count count;
  for (const std::string_view phrase : texts) {
    for_each_part(phrase, [&](std::string_view text, std::string_view placeholder) {
      const std::string_view name = name_of_end(texts, placeholder, end);
      count.letters += text.size() + name.size();
      count.parts += name.empty() ? 1 : 0;
    });
  }
  return count;
}

/// The letters of all phrases, one behind the other, and room for the last step of a copy.
template <std::size_t count>
constexpr std::array<char, count + phrase_step> joined(const Texts& texts, End end) {
  std::array<char, count + phrase_step> letters{};
  char* at = letters.data();
  const auto put = [&](std::string_view text) {
    for (const char letter : text) *at++ = letter;
  };
  for (const std::string_view phrase : texts) {
    for_each_part(phrase, [&](std::string_view text, std::string_view placeholder) {
      put(text);
      put(name_of_end(texts, placeholder, end));
    });
  }
  return letters;
}

/// The parts of all phrases, one behind the other.
template <std::size_t count>
struct Parts {
  std::array<PhrasePart, count> all;
  std::array<PhraseTable::Begin, phrase_count + 1> begin;  ///< of each phrase
};

template <std::size_t count>
constexpr Parts<count> taken_apart(const Texts& texts, End end) {
  Parts<count> parts{};
  PhraseTable::Begin next;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    parts.begin[i] = next;
    std::uint32_t size = 0;  // of the part that grows
    for_each_part(texts[i], [&](std::string_view text, std::string_view placeholder) {
      const std::string_view name = name_of_end(texts, placeholder, end);
      size += static_cast<std::uint32_t>(text.size() + name.size());
      if (!name.empty()) return;
      parts.all[next.part++] = {PlaceholderName(placeholder), next.text - parts.begin[i].text, size};
      next.text += size;
      size = 0;
    });
  }
  parts.begin.back() = next;
  return parts;
}

/// One of the four catalogues that are made so.
template <const Texts& texts, End end>
struct Said {
  static constexpr Count count = count_of(texts, end);
  static constexpr auto letters = joined<count.letters>(texts, end);
  static constexpr auto parts = taken_apart<count.parts>(texts, end);
};

}  // namespace

std::optional<Language> parse_language(std::string_view text) {
  if (text == "en") return Language::english;
  if (text == "zh") return Language::chinese;
  return std::nullopt;
}

std::string_view phrase_text(Language language, Phrase phrase) {
  return text_of(language == Language::english ? english : chinese, phrase);
}

const PhraseTable& PhraseTable::of(Language language, End end) {
  const auto table = []<typename Catalogue>(Catalogue) {
    return PhraseTable(Catalogue::letters.data(), Catalogue::parts.all.data(), Catalogue::parts.begin.data());
  };
  static constexpr std::array tables = {table(Said<english, End::client>()), table(Said<english, End::server>()),
                                        table(Said<chinese, End::client>()), table(Said<chinese, End::server>())};
  return tables.at((language == Language::english ? 0 : 2) + index_of(end));
}

std::string_view phrase_name(Phrase phrase) {
  return names.at(static_cast<std::size_t>(phrase));
}

}  // namespace tcplab
