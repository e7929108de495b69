// The texts of the reports, in each language: catalogue_en.def and catalogue_zh.def, compiled in.
// It does not know when a text is true; that is for those who say it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

#include "tcp/end.hpp"

namespace tcplab {

enum class Language : std::uint8_t { english, chinese };
/// "en" or "zh".
std::optional<Language> parse_language(std::string_view text);

enum class Phrase : std::uint16_t {
// NOLINTBEGIN(cppcoreguidelines-macro-usage,bugprone-macro-parentheses): a list of two columns, of which one is taken
#define PHRASE(key, text) key,
#include "report/catalogue_en.def"
#undef PHRASE
};
constexpr std::size_t phrase_count = 0
#define PHRASE(key, text) +1
#include "report/catalogue_en.def"
#undef PHRASE
    ;
// NOLINTEND(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)

/// A placeholder's name, of up to eight letters: compared as one number, since each is looked for many times.
class PlaceholderName {
 public:
  constexpr PlaceholderName() = default;
  /// As it is called in a program: longer ones do not compile.
  consteval PlaceholderName(const char* name)  // NOLINT(google-explicit-constructor): it stands for its text
      : PlaceholderName(std::string_view(name)) {}
  constexpr explicit PlaceholderName(std::string_view name) {
    if (name.size() > sizeof letters_) throw std::invalid_argument("a placeholder's name has at most eight letters");
    for (const char letter : name) letters_ = letters_ << 8U | static_cast<unsigned char>(letter);
  }
  friend constexpr bool operator==(PlaceholderName, PlaceholderName) = default;

 private:
  std::uint64_t letters_ = 0;
};

/// Text of a phrase up to a placeholder, or up to its end, where the name is none.
struct PhrasePart {
  PlaceholderName placeholder;         ///< behind the text
  std::uint32_t begin = 0, bytes = 0;  ///< of the text, in that of the phrase
};

/// A phrase taken apart. Addresses would have to be put right in each part whenever a program starts.
struct PhraseParts {
  std::string_view text;              ///< of all parts, one behind the other
  std::span<const PhrasePart> parts;  ///< the last has no placeholder
};

/// Behind the text of a phrase's part there is room: it may be copied in steps of so many bytes, though it ends within
/// one. That takes a fraction of the time that a call of memcpy() does.
constexpr std::size_t phrase_step = 32;

/// In no language have more bytes: a list of rows without these ("rows  and others"), and what stands between two.
constexpr std::size_t longest_list_name = 24, longest_list_mark = 5;
/// Nor have phrases that Words (prose.hpp) are made of, with their placeholders' names. Such a new one joins the list
/// in catalogue.cpp.
constexpr std::size_t longest_words = 64;

/// The phrase as it stands in the catalogue, with its placeholders.
std::string_view phrase_text(Language language, Phrase phrase);

/// The phrases of a language as they are said of one end, taken apart: {end}, {End}, {peer} and {Peer} are filled in.
class PhraseTable {
 public:
  /// Where a phrase begins in those of all.
  struct Begin {
    std::uint32_t text = 0, part = 0;
  };

  static const PhraseTable& of(Language language, End end);
  [[nodiscard]] PhraseParts operator[](Phrase phrase) const {
    const Begin* const begin = begins_ + static_cast<std::size_t>(phrase);
    return {{text_ + begin[0].text, text_ + begin[1].text}, {parts_ + begin[0].part, parts_ + begin[1].part}};
  }

 private:
  constexpr PhraseTable(const char* text, const PhrasePart* parts, const Begin* begins)
      : text_(text), parts_(parts), begins_(begins) {}
  const char* text_;
  const PhrasePart* parts_;
  const Begin* begins_;  ///< of each phrase, and behind the last
};
/// Its key: "opening_three_way".
std::string_view phrase_name(Phrase phrase);

}  // namespace tcplab
