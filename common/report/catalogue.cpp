#include "report/catalogue.hpp"

#include <array>

namespace tcplab {
namespace {

using Texts = std::array<std::string_view, phrase_count>;

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

}  // namespace

std::optional<Language> parse_language(std::string_view text) {
  if (text == "en") return Language::english;
  if (text == "zh") return Language::chinese;
  return std::nullopt;
}

std::string_view phrase_text(Language language, Phrase phrase) {
  return (language == Language::english ? english : chinese).at(static_cast<std::size_t>(phrase));
}

std::string_view phrase_name(Phrase phrase) {
  return names.at(static_cast<std::size_t>(phrase));
}

}  // namespace tcplab
