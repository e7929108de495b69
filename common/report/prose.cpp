#include "report/prose.hpp"

#include <array>
#include <charconv>

namespace tcplab {
namespace {

/// Chinese has no blank behind a full stop, which is no ASCII character there.
void add_gap(std::string& text) {
  if (!text.empty() && static_cast<unsigned char>(text.back()) < 0x80 && text.back() != '\n') text += ' ';
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
  std::string_view left = phrase_text(language_, phrase);
  while (true) {
    const std::size_t open = left.find('{');
    text += left.substr(0, open);
    if (open == std::string_view::npos) return;
    const std::size_t close = left.find('}', open);
    const std::string_view name = left.substr(open + 1, close - open - 1);
    left.remove_prefix(close + 1);
    if (name == "end" || name == "End") {
      text += this->name(end, name[0] == 'E');
    } else if (name == "peer" || name == "Peer") {
      text += this->name(peer_of(end), name[0] == 'P');
    } else {
      for (const Filling& filling : fillings)
        if (filling.name() == name) text += filling.value();
    }
  }
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

std::string Prose::clauses(std::span<const std::string> clauses) const {
  std::string list;
  for (const std::string& clause : clauses) {
    if (!list.empty()) list += phrase_text(language_, Phrase::clause_comma);
    list += clause;
  }
  return list;
}

std::string Prose::duration(std::chrono::nanoseconds duration) {
  const double milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  const bool is_short = milliseconds < 1000;
  std::array<char, 40> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), is_short ? milliseconds : milliseconds / 1000,
                    std::chars_format::fixed, is_short ? 1 : 2)
          .ptr;
  return std::string(digits.data(), end).append(is_short ? " ms" : " s");
}

}  // namespace tcplab
