#include "report/prose.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <memory>

#include "packet/decimal.hpp"

namespace tcplab {
namespace {

char* put_text(char* at, std::string_view text) {
  return std::copy_n(text.data(), text.size(), at);
}

/// A text of the catalogue. It may write up to phrase_step bytes behind it.
char* put_phrase_text(char* at, std::string_view text) {
  std::size_t copied = 0;
  do {
    std::memcpy(at + copied, text.data() + copied, phrase_step);
    copied += phrase_step;
  } while (copied < text.size());
  return at + text.size();
}

char* put_number(char* at, std::int64_t number) {
  if (number < 0) *at++ = '-';
  return put_decimal_in_room(at, magnitude(number));
}

/// The phrase's texts, and between them what put(at, placeholder) writes.
template <typename PutPlaceholder>
char* put_parts(char* at, const PhraseParts& phrase, PutPlaceholder put) {
  const char* const text = phrase.text.data();
  for (const PhrasePart& part : phrase.parts) {
    at = put_phrase_text(at, {text + part.begin, part.bytes});
    if (part.placeholder != PlaceholderName()) at = put(at, part.placeholder);
  }
  return at;
}

/// What put(at) writes, which takes no more than that room and returns the place behind it.
template <typename Put>
std::string text_of(std::size_t room, Put put) {
  std::array<char, 4096> place;  // enough for most
  const auto large = room > place.size() ? std::make_unique_for_overwrite<char[]>(room) : nullptr;
  char* const begin = large ? large.get() : place.data();
  return {begin, static_cast<std::size_t>(put(begin) - begin)};
}

/// Chinese has no blank behind a full stop, which is no ASCII character there.
std::string_view gap_behind(std::string_view text) {
  const bool has_gap = !text.empty() && static_cast<unsigned char>(text.back()) < 0x80 && text.back() != '\n';
  return has_gap ? " " : "";
}

std::string rounded_duration(std::chrono::nanoseconds duration) {
  const double milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  const bool is_short = milliseconds < 1000;
  std::array<char, 40> digits;
  char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), is_short ? milliseconds : milliseconds / 1000,
                    std::chars_format::fixed, is_short ? 1 : 2)
          .ptr;
  return std::string(digits.data(), end).append(is_short ? " ms" : " s");
}

}  // namespace

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text;
}

Prose::Prose(Language language)
    : phrases_{&PhraseTable::of(language, End::client), &PhraseTable::of(language, End::server)} {}

std::size_t Prose::room_for(const PhraseParts& phrase, Fillings fillings) {
  std::size_t longest = 0;
  for (const Filling& filling : fillings) longest = std::max(longest, filling.room_);
  return phrase.text.size() + (phrase.parts.size() - 1) * longest + phrase_step;
}

/// Behind `before`, of a few bytes.
void Prose::fill(LineBuffer& text, std::string_view before, Phrase phrase, End end, Fillings fillings) const {
  const PhraseParts parts = parts_of(phrase, end);
  text.make_room(before.size() + room_for(parts, fillings));
  text.set_end(LineEnd(put(put_text(text.end().at(), before), parts, fillings)));
}

char* Prose::put(char* at, const PhraseParts& phrase, Fillings fillings) const {
  const Filling *const first = fillings.begin(), *const last = fillings.end();
  const auto put_filling = [=, this](char* place, PlaceholderName placeholder) {
    for (const Filling* filling = first; filling != last; ++filling)
      if (filling->name_ == placeholder) return put(place, *filling);
    return place;
  };
  return put_parts(at, phrase, put_filling);
}

char* Prose::put(char* at, const Filling& filling) const {
  if (const auto* number = std::get_if<std::int64_t>(&filling.value_)) return put_number(at, *number);
  if (const auto* text = std::get_if<std::string_view>(&filling.value_)) return put_text(at, *text);
  if (const auto* words = std::get_if<Words>(&filling.value_)) return put(at, *words);
  return put(at, *std::get_if<RowList>(&filling.value_));
}

char* Prose::put(char* at, const Words& words) const {
  const PhraseParts parts = parts_of(words.phrase);
  assert(parts.text.size() <= longest_words);
  return put_parts(at, parts, [&](char* place, PlaceholderName placeholder) {
    return put_number(place, placeholder == PlaceholderName("last") ? words.last : words.first);
  });
}

char* Prose::put(char* at, const RowList& list) const {
  if (list.rows.size() == 1) return put(at, Words{Phrase::row, static_cast<std::int64_t>(list.rows.front())});
  const bool is_cut = list.rows.size() > list.most;
  const std::size_t shown = is_cut ? list.most : list.rows.size();
  const auto put_list = [&](char* place, PlaceholderName) {
    for (std::size_t i = 0; i < shown; ++i) {
      const bool is_last = i + 1 == shown && !is_cut;
      if (i > 0) place = put_phrase_text(place, mark(is_last ? Phrase::list_and : Phrase::list_comma));
      place = put_number(place, static_cast<std::int64_t>(list.rows[i]));
    }
    return place;
  };
  return put_parts(at, parts_of(is_cut ? Phrase::rows_and_others : Phrase::rows), put_list);
}

std::string Prose::text(Phrase phrase, End end, Fillings fillings) const {
  const PhraseParts parts = parts_of(phrase, end);
  return text_of(room_for(parts, fillings), [&](char* at) { return put(at, parts, fillings); });
}

std::string Prose::text(const Words& words) const {
  return text_of(Filling::room_for_words, [&](char* at) { return put(at, words); });
}

std::string Prose::text(const RowList& rows) const {
  return text_of(Filling::room_for(rows) + phrase_step, [&](char* at) { return put(at, rows); });
}

void Prose::say(LineBuffer& text, Phrase phrase, End end, Fillings fillings) const {
  fill(text, gap_behind(text.text()), phrase, end, fillings);
}

std::string_view Prose::comma_behind(const LineBuffer& clauses) const {
  return clauses.size() > 0 ? mark(Phrase::clause_comma) : std::string_view();
}

void Prose::add_clause(LineBuffer& clauses, std::string_view clause) const {
  const std::string_view comma = comma_behind(clauses);
  clauses.make_room(comma.size() + clause.size());
  clauses.put(comma);
  clauses.put(clause);
}

void Prose::add_clause(LineBuffer& clauses, Phrase phrase, Fillings fillings) const {
  fill(clauses, comma_behind(clauses), phrase, End::client, fillings);
}

std::string Prose::duration(std::chrono::nanoseconds duration) {
  const std::int64_t nanoseconds = duration.count();
  constexpr std::int64_t second = 1'000'000'000, most = 1'000'000 * second;
  const bool is_short = nanoseconds < second;
  // Tenths of a millisecond, or hundredths of a second. What lies just between two is rounded as a double is.
  const std::int64_t unit = is_short ? 100'000 : 10'000'000;
  if (nanoseconds < 0 || nanoseconds >= most || nanoseconds % unit == unit / 2) return rounded_duration(duration);
  const auto units = static_cast<std::uint64_t>((nanoseconds + unit / 2) / unit);
  const std::uint64_t part = is_short ? 10 : 100;
  std::array<char, longest_decimal + 8> text;
  char* at = put_decimal(text.data(), units / part);
  *at++ = '.';
  if (!is_short) *at++ = static_cast<char>('0' + units % part / 10);
  *at++ = static_cast<char>('0' + units % 10);
  return std::string(text.data(), at).append(is_short ? " ms" : " s");
}

}  // namespace tcplab
