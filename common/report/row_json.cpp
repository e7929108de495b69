#include "report/row_json.hpp"

#include <algorithm>
#include <array>

#include "packet/tcp_options.hpp"
#include "report/line_buffer.hpp"
#include "report/row_prose.hpp"

namespace tcplab {
namespace {

/// RFC 8259 section 7.
void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto is_plain = [](char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return code >= 0x20 && code != 0x7f && letter != '"' && letter != '\\';
  };
  out += '"';
  while (true) {
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    out.append(text.begin(), plain_end);
    text.remove_prefix(static_cast<std::size_t>(plain_end - text.begin()));
    if (text.empty()) break;
    const auto code = static_cast<unsigned char>(text.front());
    if (code == '"' || code == '\\') {
      out += '\\';
      out += text.front();
    } else {
      out += "\\u00";
      out += digits[code >> 4U];
      out += digits[code & 15U];
    }
    text.remove_prefix(1);
  }
  out += '"';
}

void put_number(LineBuffer& out, std::int64_t number) {
  if (number < 0) out.put('-');
  out.put_number(number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number));
}

/// Seconds since the epoch, as a string.
void put_time(LineBuffer& out, const std::optional<Timestamp>& time) {
  if (!time) return out.put("null");
  out.put('"');
  out.put_seconds(time->time_since_epoch().count());
  out.put('"');
}

void put_state(LineBuffer& out, const std::optional<State>& state) {
  if (!state) return out.put("null");
  out.put('"');
  out.put(to_string(*state));
  out.put('"');
}

void append_remarks(std::string& out, const std::vector<Remark>& remarks) {
  out += '[';
  bool is_first = true;
  for (const Remark& remark : remarks) {
    LineBuffer time;
    time.make_room(64);
    put_time(time, remark.time);
    out += is_first ? R"({"time":)" : R"(,{"time":)";
    out += time.text();
    out += R"(,"end":)";
    out += remark.end ? (*remark.end == End::client ? R"("client")" : R"("server")") : "null";
    out += R"(,"text":)";
    append_string(out, remark.text);
    out += '}';
    is_first = false;
  }
  out += ']';
}

std::string_view leg_word(Leg leg) {
  constexpr std::array<std::string_view, 4> words = {"whole", "departure", "arrival", "lost"};
  return words.at(static_cast<std::size_t>(leg));
}

/// With their numbers relative to what the row acknowledges.
void put_options(LineBuffer& out, const Segment& segment, SeqNum acknowledged_base) {
  std::string text;
  for (const TcpOption& option : tcp_options(segment.options)) {
    text += text.empty() ? "\"" : ",\"";
    append_text(text, option, acknowledged_base);
    text += '"';
  }
  out.put(text);
}

void put_tcp(LineBuffer& out, const Row& row, const Segment& segment, SeqNum acknowledged_base) {
  out.put(R"(,"flags":")");
  out.put(to_string(row.flags));
  out.put(R"(","seq":)");
  put_number(out, row.seq->first);
  out.put(R"(,"length":)");
  put_number(out, row.seq->length);
  out.put(R"(,"ack":)");
  if (row.ack)
    put_number(out, *row.ack);
  else
    out.put("null");
  out.put(R"(,"window":)");
  put_number(out, *row.window);
  out.put(R"(,"options":[)");
  put_options(out, segment, acknowledged_base);
  out.put(']');
}

std::optional<Timestamp> time_of(const std::optional<Sighting>& seen) {
  return seen ? std::optional(seen->time) : std::nullopt;
}

/// All that has no text of its own. 40 bytes of options are at most forty of the longest names.
void put_row(LineBuffer& out, const Row& row, const Segment& segment, SeqNum acknowledged_base) {
  constexpr std::size_t most = 2048;
  out.make_room(most);
  out.put(R"({"from":")");
  out.put(to_string(row.from));
  out.put(R"(","leg":")");
  out.put(leg_word(row.leg));
  out.put(R"(","protocol":")");
  out.put(to_string(row.protocol));
  out.put('"');
  if (row.protocol == Protocol::tcp) put_tcp(out, row, segment, acknowledged_base);
  if (row.length) {
    out.put(R"(,"length":)");
    put_number(out, *row.length);
  }
  if (row.icmp) {
    out.put(R"(,"icmp":{"type":)");
    put_number(out, row.icmp->type);
    out.put(R"(,"code":)");
    put_number(out, row.icmp->code);
    out.put('}');
  }
  out.put(R"(,"client_state":)");
  put_state(out, row.client);
  out.put(R"(,"server_state":)");
  put_state(out, row.server);
  out.put(R"(,"departed":)");
  put_time(out, time_of(segment.departed));
  out.put(R"(,"arrived":)");
  put_time(out, time_of(segment.arrived));
  out.put(R"(,"note":)");
}

}  // namespace

void append_rows_json(std::string& out, const Analysis& analysis, std::optional<Language> language,
                      const Spill& spill) {
  const Connection& connection = analysis.connection;
  const std::array bases = {connection.base(End::client), connection.base(End::server)};
  std::optional<RowProse> prose;
  if (language) prose.emplace(analysis, *language);
  out += R"(,"rows":[)";
  std::string sentences;
  LineBuffer fields;
  bool is_first = true;
  for (const Row& row : analysis.ladder.rows) {
    const Segment& segment = connection.segments[*row.segment];
    if (!is_first) out += ',';
    is_first = false;
    fields.clear();
    put_row(fields, row, segment, bases[static_cast<std::size_t>(peer_of(segment.from))]);
    out += fields.text();
    append_string(out, row.note);
    out += R"(,"remarks":)";
    append_remarks(out, row.remarks);
    if (prose) {
      sentences.clear();
      prose->append_next(sentences);
      out += R"(,"text":)";
      append_string(out, sentences);
    }
    out += '}';
    spill();
  }
  out += R"(],"closing_remarks":)";
  append_remarks(out, analysis.ladder.closing);
}

}  // namespace tcplab
