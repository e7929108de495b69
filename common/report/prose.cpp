#include "report/prose.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tcplab {
namespace {

/// Chinese has no blank behind a full stop, which is no ASCII character there.
void add_gap(std::string& text) {
  if (!text.empty() && static_cast<unsigned char>(text.back()) < 0x80 && text.back() != '\n') text += ' ';
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

void add_sentence(std::string& text, std::string_view sentence) {
  if (sentence.empty()) return;
  add_gap(text);
  text += sentence;
}

std::string_view Prose::name(End end, bool begins_sentence) const {
  const bool is_client = end == End::client;
  if (begins_sentence) return phrase_text(language_, is_client ? Phrase::client_first : Phrase::server_first);
  return phrase_text(language_, is_client ? Phrase::client : Phrase::server);
}

void Prose::fill(std::string& text, Phrase phrase, End end, Fillings fillings) const {
  const std::span<const PhrasePart> parts = phrase_parts(language_, phrase);
  std::size_t longest = longest_end_name;
  for (const Filling& filling : fillings) longest = std::max(longest, filling.room());
  const std::size_t room = phrase_text(language_, phrase).size() + parts.size() * longest;
  std::array<char, 1024> place;  // a text of its own would have to be grown
  std::string large;
  if (room > place.size()) large.resize(room);
  char* const begin = large.empty() ? place.data() : large.data();
  char* at = begin;
  for (const PhrasePart& part : parts) {
    at = std::copy_n(part.text.data(), part.text.size(), at);
    if (part.placeholder == PlaceholderName()) break;
    at = put(at, part.placeholder, end, fillings);
  }
  text.append(begin, at);
}

/// Writes what stands for the placeholder to `at`, and returns the place behind it.
char* Prose::put(char* at, PlaceholderName placeholder, End end, Fillings fillings) const {
  for (const Filling& filling : fillings)
    if (filling.name() == placeholder) return filling.put(at);
  const auto put_name = [&](End of, bool begins_sentence) {
    const std::string_view name = this->name(of, begins_sentence);
    return std::copy_n(name.data(), name.size(), at);
  };
  if (placeholder == PlaceholderName("end")) return put_name(end, false);
  if (placeholder == PlaceholderName("End")) return put_name(end, true);
  if (placeholder == PlaceholderName("peer")) return put_name(peer_of(end), false);
  if (placeholder == PlaceholderName("Peer")) return put_name(peer_of(end), true);
  return at;
}

std::string Prose::text(Phrase phrase, End end, Fillings fillings) const {
  std::string text;
  fill(text, phrase, end, fillings);
  return text;
}

void Prose::say(std::string& text, Phrase phrase, End end, Fillings fillings) const {
  add_gap(text);
  fill(text, phrase, end, fillings);
}

std::string Prose::bytes(std::uint64_t count) const {
  return text(count == 1 ? Phrase::byte : Phrase::bytes, {{"count", count}});
}

std::string Prose::segments(std::uint64_t count) const {
  return text(count == 1 ? Phrase::segment : Phrase::segments, {{"count", count}});
}

std::string Prose::packets(std::uint64_t count) const {
  return text(count == 1 ? Phrase::packet : Phrase::packets, {{"count", count}});
}

std::string Prose::numbers(std::int64_t first, std::uint32_t count) const {
  if (count <= 1) return text(Phrase::number, {{"first", first}});
  return text(Phrase::numbers, {{"first", first}, {"last", first + count - 1}});
}

std::string Prose::rows(std::span<const std::size_t> rows, std::size_t most) const {
  if (rows.size() == 1) return text(Phrase::row, {{"row", rows.front()}});
  const bool is_cut = rows.size() > most;
  const std::size_t shown = is_cut ? most : rows.size();
  std::string list;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool is_last = i + 1 == shown && !is_cut;
    if (i > 0) list += phrase_text(language_, is_last ? Phrase::list_and : Phrase::list_comma);
    list += std::to_string(rows[i]);
  }
  return text(is_cut ? Phrase::rows_and_others : Phrase::rows, {{"list", list}});
}

void Prose::add_clause(std::string& clauses, std::string_view clause) const {
  if (!clauses.empty()) clauses += phrase_text(language_, Phrase::clause_comma);
  clauses += clause;
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
