// The texts of the reports, in each language: catalogue_en.def and catalogue_zh.def, compiled in.
// It does not know when a text is true; that is for those who say it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tcplab {

enum class Language : std::uint8_t { english, chinese };
/// "en" or "zh".
std::optional<Language> parse_language(std::string_view text);

enum class Phrase : std::uint16_t {
#define PHRASE(key, text) key,
#include "report/catalogue_en.def"
#undef PHRASE
};
constexpr std::size_t phrase_count = 0
#define PHRASE(key, text) +1
#include "report/catalogue_en.def"
#undef PHRASE
    ;

/// The phrase as it stands in the catalogue, with its placeholders.
std::string_view phrase_text(Language language, Phrase phrase);
/// Its key: "opening_three_way".
std::string_view phrase_name(Phrase phrase);

}  // namespace tcplab
