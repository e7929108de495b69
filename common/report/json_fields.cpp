#include "report/json_fields.hpp"

#include <algorithm>

namespace tcplab {
namespace {

constexpr bool stands_as_it_is(char letter) {
  const auto code = static_cast<unsigned char>(letter);
  return code >= 0x20 && code != 0x7f && letter != '"' && letter != '\\';
}

/// Nearly every text. It does not stop at the first that is not, and counts in a byte: so several letters are looked at
/// in one step.
bool is_all_plain(std::string_view text) {
  std::uint8_t odd = 0;
  for (const char letter : text) odd = static_cast<std::uint8_t>(odd | (stands_as_it_is(letter) ? 0U : 1U));
  return odd == 0;
}

void put_escaped(LineBuffer& out, char letter) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (letter == '"' || letter == '\\') {
    out.put('\\');
    out.put(letter);
    return;
  }
  const auto code = static_cast<unsigned char>(letter);
  out.put("\\u00");
  out.put(digits[code >> 4U]);
  out.put(digits[code & 15U]);
}

}  // namespace

void put_json_string(LineBuffer& out, std::string_view text) {
  constexpr std::size_t longest_escape = 6, quotes = 2;
  out.make_room(longest_escape * text.size() + quotes);
  out.put('"');
  if (is_all_plain(text)) {
    out.put(text);
    return out.put('"');
  }
  while (true) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, stands_as_it_is) - text.begin());
    out.put(text.substr(0, plain));
    if (plain == text.size()) break;
    put_escaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out.put('"');
}

LineEnd put_json_number(LineEnd out, std::int64_t number) {
  if (number < 0) out.put('-');
  out.put_number(magnitude(number));
  return out;
}

LineEnd put_json_word(LineEnd out, std::string_view word) {
  if (word.empty()) {
    out.put("null");
    return out;
  }
  out.put('"');
  out.put(word);
  out.put('"');
  return out;
}

LineEnd put_json_time(LineEnd out, const std::optional<Timestamp>& time) {
  if (!time) return put_json_word(out, {});
  out.put('"');
  out.put_seconds(time->time_since_epoch().count());
  out.put('"');
  return out;
}

LineEnd put_json_endpoint(LineEnd out, const Endpoint& endpoint) {
  out.put(R"({"address":")");
  out = LineEnd(write_address(out.at(), endpoint.address));
  out.put(R"(","port":)");
  out.put_number(endpoint.port);
  out.put('}');
  return out;
}

LineEnd put_json_reset(LineEnd out, End by, ResetCause cause, std::uint16_t evidence) {
  out.put(R"({"by":")");
  out.put(to_string(by));
  out.put(R"(","cause":")");
  out.put(to_string(cause));
  out.put(R"(","evidence":[)");
  bool is_first = true;
  for (const ResetEvidence one : evidence_in(evidence)) {
    if (!is_first) out.put(',');
    is_first = false;
    out = put_json_word(out, to_string(one));
  }
  out.put("]}");
  return out;
}

}  // namespace tcplab
