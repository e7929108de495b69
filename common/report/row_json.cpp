#include "report/row_json.hpp"

#include <array>
#include <charconv>

#include "report/row_prose.hpp"

namespace tcplab {
namespace {

/// RFC 8259 section 7.
void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (code < 0x20 || code == 0x7f) {
      out += "\\u00";
      out += digits[code >> 4];
      out += digits[code & 15];
    } else {
      out += letter;
    }
  }
  out += '"';
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

/// Seconds since the epoch with nanoseconds, as a string: a double cannot hold them.
void append_time(std::string& out, const std::optional<Timestamp>& time) {
  if (!time) {
    out += "null";
    return;
  }
  const auto since_epoch = time->time_since_epoch().count();
  const auto seconds = since_epoch / 1'000'000'000;
  auto fraction = since_epoch % 1'000'000'000;
  out += '"';
  if (fraction < 0) fraction = -fraction;
  if (since_epoch < 0 && seconds == 0) out += '-';
  append_number(out, seconds);
  std::array<char, 10> digits;
  digits[0] = '.';
  for (std::size_t i = 9; i > 0; --i, fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
  out.append(digits.data(), digits.size());
  out += '"';
}

void append_state(std::string& out, const std::optional<State>& state) {
  if (!state) {
    out += "null";
    return;
  }
  append_string(out, to_string(*state));
}

void append_remarks(std::string& out, const std::vector<Remark>& remarks) {
  out += '[';
  for (const Remark& remark : remarks) {
    if (out.back() != '[') out += ',';
    out += R"({"time":)";
    append_time(out, remark.time);
    out += R"(,"end":)";
    out += remark.end ? (*remark.end == End::client ? R"("client")" : R"("server")") : "null";
    out += R"(,"text":)";
    append_string(out, remark.text);
    out += '}';
  }
  out += ']';
}

std::string_view leg_word(Leg leg) {
  constexpr std::array<std::string_view, 4> words = {"whole", "departure", "arrival", "lost"};
  return words.at(static_cast<std::size_t>(leg));
}

void append_tcp(std::string& out, const Row& row) {
  out += R"(,"flags":")";
  out += to_string(row.flags);
  out += R"(","seq":)";
  append_number(out, row.seq->first);
  out += R"(,"length":)";
  append_number(out, row.seq->length);
  out += R"(,"ack":)";
  if (row.ack)
    append_number(out, *row.ack);
  else
    out += "null";
  out += R"(,"window":)";
  append_number(out, *row.window);
  out += R"(,"options":[)";
  for (const std::string& option : row.options) {
    if (out.back() != '[') out += ',';
    append_string(out, option);
  }
  out += ']';
}

std::optional<Timestamp> time_of(const std::optional<Sighting>& seen) {
  return seen ? std::optional(seen->time) : std::nullopt;
}

void append_row(std::string& out, const Analysis& analysis, const Row& row) {
  const Segment& segment = analysis.connection.segments[*row.segment];
  out += R"({"from":")";
  out += to_string(row.from);
  out += R"(","leg":")";
  out += leg_word(row.leg);
  out += R"(","protocol":")";
  out += to_string(row.protocol);
  out += '"';
  if (row.protocol == Protocol::tcp) append_tcp(out, row);
  if (row.length) {
    out += R"(,"length":)";
    append_number(out, *row.length);
  }
  if (row.icmp) {
    out += R"(,"icmp":{"type":)";
    append_number(out, row.icmp->type);
    out += R"(,"code":)";
    append_number(out, row.icmp->code);
    out += '}';
  }
  out += R"(,"client_state":)";
  append_state(out, row.client);
  out += R"(,"server_state":)";
  append_state(out, row.server);
  out += R"(,"departed":)";
  append_time(out, time_of(segment.departed));
  out += R"(,"arrived":)";
  append_time(out, time_of(segment.arrived));
  out += R"(,"note":)";
  append_string(out, row.note);
  out += R"(,"remarks":)";
  append_remarks(out, row.remarks);
}

}  // namespace

void append_rows_json(std::string& out, const Analysis& analysis, std::optional<Language> language) {
  std::optional<RowProse> prose;
  if (language) prose.emplace(analysis, *language);
  out += R"(,"rows":[)";
  std::string sentences;
  for (const Row& row : analysis.ladder.rows) {
    if (out.back() != '[') out += ',';
    append_row(out, analysis, row);
    if (prose) {
      sentences.clear();
      prose->append_next(sentences);
      out += R"(,"text":)";
      append_string(out, sentences);
    }
    out += '}';
  }
  out += R"(],"closing_remarks":)";
  append_remarks(out, analysis.ladder.closing);
}

}  // namespace tcplab
