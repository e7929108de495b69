#include "report/row_json.hpp"

#include <array>
#include <string>
#include <vector>

#include "packet/bytes.hpp"
#include "packet/tcp_flags.hpp"
#include "packet/tcp_options.hpp"
#include "report/json_fields.hpp"
#include "report/row_prose.hpp"

namespace tcplab {
namespace {

void put_remarks(LineBuffer& out, const std::vector<Remark>& remarks) {
  out.make_room(2);
  out.put('[');
  bool is_first = true;
  for (const Remark& remark : remarks) {
    constexpr std::size_t most_beside_text = 128;
    out.make_room(most_beside_text);
    LineEnd line = out.end();
    line.put(is_first ? R"({"time":)" : R"(,{"time":)");
    line = put_json_time(line, remark.time);
    line.put(R"(,"end":)");
    line = put_json_word(line, remark.end ? to_string(*remark.end) : std::string_view());
    line.put(R"(,"text":)");
    out.set_end(line);
    put_json_string(out, remark.text);
    out.make_room(2);
    out.put('}');
    is_first = false;
  }
  out.put(']');
}

const ShortWord& leg_word(Leg leg) {
  static constexpr std::array words = {ShortWord("whole"), ShortWord("departure"), ShortWord("arrival"),
                                       ShortWord("lost")};
  return words.at(static_cast<std::size_t>(leg));
}

/// In quotes.
const ShortWord& state_word(const std::optional<State>& state) {
  static constexpr ShortWord null("null");
  static const auto words = [] {
    std::vector<ShortWord> all;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(State::time_wait); ++i)
      all.emplace_back('"' + std::string(to_string(static_cast<State>(i))) + '"');
    return all;
  }();
  return state ? words[static_cast<std::size_t>(*state)] : null;
}

/// With their numbers relative to what the row acknowledges.
LineEnd put_options(LineEnd out, const OptionBytes& options, SeqNum acknowledged_base) {
  if (options.begin() == options.end()) return out;
  if (options.are_timestamps_only()) {
    const ByteView bytes(options);
    out.put(R"("nop","nop","TS val )");
    out.put_number(be32(bytes, 4));
    out.put(" ecr ");
    out.put_number(be32(bytes, 8));
    out.put('"');
    return out;
  }
  bool is_first = true;
  for (const TcpOption& option : tcp_options(options)) {
    out.put(is_first ? "\"" : ",\"");
    out = LineEnd(write_text(out.at(), option, acknowledged_base));
    out.put('"');
    is_first = false;
  }
  return out;
}

LineEnd put_tcp(LineEnd out, const Row& row, const Segment& segment, SeqNum acknowledged_base) {
  out.put(R"(,"flags":")");
  out.put(FlagLetters(row.flags).text());
  out.put(R"(","seq":)");
  out = put_json_number(out, row.seq->first);
  out.put(R"(,"length":)");
  out.put_number(row.seq->length);
  out.put(R"(,"ack":)");
  if (row.ack)
    out = put_json_number(out, *row.ack);
  else
    out.put("null");
  out.put(R"(,"window":)");
  out.put_number(*row.window);
  out.put(R"(,"options":[)");
  out = put_options(out, segment.options, acknowledged_base);
  out.put(']');
  return out;
}

LineEnd put_other(LineEnd out, const Row& row) {
  if (row.length) {
    out.put(R"(,"length":)");
    out.put_number(*row.length);
  }
  if (row.icmp) {
    out.put(R"(,"icmp":{"type":)");
    out.put_number(row.icmp->type);
    out.put(R"(,"code":)");
    out.put_number(row.icmp->code);
    out.put('}');
  }
  return out;
}

/// From one capture both times are the same.
LineEnd put_times(LineEnd out, const Segment& segment) {
  const auto time_of = [](const std::optional<Sighting>& seen) {
    return seen ? std::optional(seen->time) : std::nullopt;
  };
  const auto departed = time_of(segment.departed), arrived = time_of(segment.arrived);
  out.put(R"(,"departed":)");
  const char* const begin = out.at();
  out = put_json_time(out, departed);
  const std::string_view text(begin, out.at());
  out.put(R"(,"arrived":)");
  if (departed != arrived) return put_json_time(out, arrived);
  out.put(text);
  return out;
}

/// All that has no text of its own.
LineEnd put_row(LineEnd out, const Row& row, const Segment& segment, SeqNum acknowledged_base) {
  out.put(row.from == End::client ? R"({"from":"client","leg":")" : R"({"from":"server","leg":")");
  out.put(leg_word(row.leg));
  if (row.protocol == Protocol::tcp) {
    out.put(R"(","protocol":"TCP")");
    out = put_tcp(out, row, segment, acknowledged_base);
  } else {
    out.put(R"(","protocol":)");
    out = put_json_word(out, to_string(row.protocol));
    out = put_other(out, row);
  }
  out.put(R"(,"client_state":)");
  out.put(state_word(row.client));
  out.put(R"(,"server_state":)");
  out.put(state_word(row.server));
  return put_times(out, segment);
}
/// It takes no more: 40 bytes of options are at most forty of the longest names.
constexpr std::size_t longest_row = 2048;

/// Of a capture without a recording there are none.
void put_note_and_remarks(LineBuffer& out, const Row& row) {
  if (row.note.empty() && row.remarks.empty()) return out.put(R"(,"note":"","remarks":[])");
  out.put(R"(,"note":)");
  put_json_string(out, row.note);
  out.make_room(16);
  out.put(R"(,"remarks":)");
  put_remarks(out, row.remarks);
}

}  // namespace

void append_rows_json(LineBuffer& out, const Analysis& analysis, std::optional<Language> language, const Spill& spill) {
  const Connection& connection = analysis.connection;
  const std::array bases = {connection.base(End::client), connection.base(End::server)};
  std::optional<RowProse> prose;
  if (language) prose.emplace(analysis, *language);
  out.append(R"(,"rows":[)");
  LineBuffer sentences;
  bool is_first = true;
  for (const Row& row : analysis.ladder.rows) {
    const Segment& segment = connection.segments[*row.segment];
    out.make_room(longest_row);
    if (!is_first) out.put(',');
    is_first = false;
    out.set_end(put_row(out.end(), row, segment, bases[index_of(peer_of(segment.from))]));
    put_note_and_remarks(out, row);
    if (prose) {
      sentences.clear();
      prose->append_next(sentences);
      out.append(R"(,"text":)");
      put_json_string(out, sentences.text());
    }
    out.append('}');
    spill();
  }
  out.append(R"(],"closing_remarks":)");
  put_remarks(out, analysis.ladder.closing);
}

}  // namespace tcplab
