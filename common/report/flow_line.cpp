#include "report/flow_line.hpp"

#include <array>
#include <vector>

#include "json/json_text.hpp"
#include "packet/printable.hpp"
#include "report/json_fields.hpp"

namespace tcplab {
namespace {

// --- What all formats share ----------------------------------------------------------------------------------------

LineEnd put_address(LineEnd out, const IpAddress& address) {
  return LineEnd(write_address(out.at(), address));
}

LineEnd put_history(LineEnd out, const ZeekRecord& zeek) {
  return LineEnd(zeek.write_history(out.at()));
}

std::int64_t start_of(const FinishedFlow& finished) {
  return finished.first.time_since_epoch().count();
}
std::int64_t duration_of(const FinishedFlow& finished) {
  return (finished.latest - finished.first).count();
}

/// Which ends, by bits: 1 for the client, 2 for the server.
constexpr std::array<std::string_view, 4> end_words = {"", "client", "server", "both"};
std::size_t ends_in(const std::optional<End>& end) {
  return end ? std::size_t{1} << index_of(*end) : 0;
}
std::size_t ends_in_time_wait(const Flow& flow) {
  return static_cast<std::size_t>(flow.in_time_wait(End::client)) |
         static_cast<std::size_t>(flow.in_time_wait(End::server)) << 1U;
}

template <typename Word>
std::vector<ShortWord> short_words(const std::vector<Word>& words) {
  std::vector<ShortWord> texts;
  texts.reserve(words.size());
  for (const Word word : words) texts.emplace_back(to_string(word));
  return texts;
}
const ShortWord& word_of(Opening opening) {
  static const auto words = short_words(all_openings());
  return words[static_cast<std::size_t>(opening)];
}
const ShortWord& word_of(Ending ending) {
  static const auto words = short_words(all_endings());
  return words[static_cast<std::size_t>(ending)];
}
const ShortWord& word_of(Certainty certainty) {
  static const auto words = short_words<Certainty>({Certainty::seen, Certainty::inferred, Certainty::guess});
  return words[static_cast<std::size_t>(certainty)];
}

// --- JSON ----------------------------------------------------------------------------------------------------------

LineEnd put_both(LineEnd out, std::uint64_t client, std::uint64_t server) {
  out.put(R"({"client":)");
  out.put_number(client);
  out.put(R"(,"server":)");
  out.put_number(server);
  out.put('}');
  return out;
}

/// As end_words, in quotes.
constexpr std::array quoted_ends = {ShortWord("null"), ShortWord(R"("client")"), ShortWord(R"("server")"),
                                    ShortWord(R"("both")")};

LineEnd put_reset(LineEnd out, const std::optional<Flow::Reset>& reset) {
  if (reset) return put_json_reset(out, reset->by, reset->cause, reset->evidence);
  out.put("null");
  return out;
}

LineEnd put_json(LineEnd out, const FinishedFlow& finished, std::string_view file) {
  const Flow& flow = finished.flow;
  out.put(R"({"client":)");
  out = put_json_endpoint(out, finished.client);
  out.put(R"(,"server":)");
  out = put_json_endpoint(out, finished.server);
  out.put(R"(,"ip_version":)");
  out.put_number(finished.client.address.version);
  out.put(R"(,"start":")");
  out.put_seconds(start_of(finished));
  out.put(R"(","duration":")");
  out.put_seconds(duration_of(finished));
  out.put(R"(","segments":)");
  out = put_both(out, flow.segments(End::client), flow.segments(End::server));
  out.put(R"(,"bytes":)");
  out = put_both(out, flow.bytes(End::client), flow.bytes(End::server));
  out.put(R"(,"opening":")");
  out.put(word_of(flow.opening()));
  out.put(R"(","ending":")");
  out.put(word_of(flow.ending()));
  out.put(R"(","closed_first":)");
  out.put(quoted_ends.at(ends_in(flow.closed_first())));
  out.put(R"(,"time_wait":)");
  out.put(quoted_ends.at(ends_in_time_wait(flow)));
  out.put(R"(,"retransmissions":)");
  out = put_both(out, flow.retransmissions(End::client), flow.retransmissions(End::server));
  out.put(R"(,"reset":)");
  out = put_reset(out, flow.reset());
  out.put(R"(,"certainty":")");
  out.put(word_of(flow.certainty()));
  out.put(R"(","zeek":{"conn_state":")");
  out.put(finished.zeek.conn_state());
  out.put(R"(","history":")");
  out = put_history(out, finished.zeek);
  out.put(R"("},"completeness":)");
  out.put_number(finished.completeness.value());
  out.put(R"(,"file":)");
  out.put(file);
  out.put(R"(,"first_packet":)");
  out.put_number(finished.first_frame);
  out.put("}\n");
  return out;
}

// --- CSV -----------------------------------------------------------------------------------------------------------

constexpr std::string_view csv_title =
    "client_address,client_port,server_address,server_port,ip_version,start,duration,client_segments,server_segments,"
    "client_bytes,server_bytes,opening,ending,closed_first,time_wait,client_retransmissions,server_retransmissions,"
    "reset_by,reset_cause,reset_evidence,certainty,zeek_conn_state,zeek_history,completeness,file,first_packet\n";

/// RFC 4180 section 2.
std::string csv_field(std::string_view text) {
  std::string field = printable(text);
  if (field.find_first_of(",\"") == std::string::npos) return field;
  for (std::size_t at = field.find('"'); at != std::string::npos; at = field.find('"', at + 2))
    field.insert(at, 1, '"');
  return '"' + field + '"';
}

LineEnd put_numbers(LineEnd out, std::uint64_t client, std::uint64_t server) {
  out.put_number(client);
  out.put(',');
  out.put_number(server);
  out.put(',');
  return out;
}

LineEnd put_field(LineEnd out, std::string_view text) {
  out.put(text);
  out.put(',');
  return out;
}

LineEnd put_csv_reset(LineEnd out, const std::optional<Flow::Reset>& reset) {
  if (!reset) {
    out.put(",,,");
    return out;
  }
  out = put_field(out, to_string(reset->by));
  out = put_field(out, to_string(reset->cause));
  bool is_first = true;
  for (const ResetEvidence evidence : evidence_in(reset->evidence)) {
    if (!is_first) out.put(' ');
    is_first = false;
    out.put(to_string(evidence));
  }
  out.put(',');
  return out;
}

LineEnd put_csv(LineEnd out, const FinishedFlow& finished, std::string_view file) {
  const Flow& flow = finished.flow;
  for (const Endpoint& endpoint : {finished.client, finished.server}) {
    out = put_address(out, endpoint.address);
    out.put(',');
    out.put_number(endpoint.port);
    out.put(',');
  }
  out.put_number(finished.client.address.version);
  out.put(',');
  out.put_seconds(start_of(finished));
  out.put(',');
  out.put_seconds(duration_of(finished));
  out.put(',');
  out = put_numbers(out, flow.segments(End::client), flow.segments(End::server));
  out = put_numbers(out, flow.bytes(End::client), flow.bytes(End::server));
  out = put_field(out, to_string(flow.opening()));
  out = put_field(out, to_string(flow.ending()));
  out = put_field(out, end_words.at(ends_in(flow.closed_first())));
  out = put_field(out, end_words.at(ends_in_time_wait(flow)));
  out = put_numbers(out, flow.retransmissions(End::client), flow.retransmissions(End::server));
  out = put_csv_reset(out, flow.reset());
  out = put_field(out, to_string(flow.certainty()));
  out = put_field(out, finished.zeek.conn_state());
  out = put_history(out, finished.zeek);
  out.put(',');
  out.put_number(finished.completeness.value());
  out.put(',');
  out = put_field(out, file);
  out.put_number(finished.first_frame);
  out.put('\n');
  return out;
}

// --- Text: 80 columns, where the addresses let it be so ------------------------------------------------------------

constexpr std::string_view text_title = "client -> server                    time segm. bytes opening, ending\n";
constexpr std::size_t ends_width = 33, time_width = 7, segments_width = 5, bytes_width = 5;

LineEnd put_right(LineEnd out, std::string_view text, std::size_t width) {
  for (std::size_t i = text.size(); i < width; ++i) out.put(' ');
  out.put(text);
  return out;
}

/// At most six characters: "999", "9999", "12.3k", "1.2M".
std::string short_count(std::uint64_t count) {
  constexpr std::array units = {'k', 'M', 'G', 'T', 'P', 'E'};
  if (count < 10'000) return std::to_string(count);
  std::uint64_t tenths = count / 100;
  std::size_t unit = 0;
  for (; tenths >= 10'000; tenths /= 1000) ++unit;
  const std::string whole = std::to_string(tenths / 10);
  return (tenths < 1000 ? whole + '.' + std::to_string(tenths % 10) : whole) + units.at(unit);
}

/// At most seven characters: "950 us", "164 ms", "12.3 s", "86400 s".
std::string short_time(std::int64_t nanoseconds) {
  const std::int64_t us = nanoseconds / 1000;
  if (us < 0) return "-";
  if (us < 1000) return std::to_string(us) + " us";
  if (us < 1'000'000) return std::to_string(us / 1000) + " ms";
  const std::int64_t tenths = us / 100'000;
  if (tenths < 1000) return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
  return std::to_string(tenths / 10) + " s";
}

LineEnd put_text_endpoint(LineEnd out, const Endpoint& endpoint) {
  return LineEnd(write_endpoint(out.at(), endpoint));
}

LineEnd put_text(LineEnd out, const FinishedFlow& finished) {
  const Flow& flow = finished.flow;
  const char* const begin = out.at();
  out = put_text_endpoint(out, finished.client);
  out.put(flow.certainty() == Certainty::guess ? " ?? " : " -> ");
  out = put_text_endpoint(out, finished.server);
  while (out.at() < begin + ends_width) out.put(' ');
  out.put(' ');
  out = put_right(out, short_time(duration_of(finished)), time_width);
  out.put(' ');
  out = put_right(out, short_count(flow.segments(End::client) + flow.segments(End::server)), segments_width);
  out.put(' ');
  out = put_right(out, short_count(flow.bytes(End::client) + flow.bytes(End::server)), bytes_width);
  out.put(' ');
  out.put(to_string(flow.opening()));
  out.put(' ');
  out.put(to_string(flow.ending()));
  out.put('\n');
  return out;
}

}  // namespace

FlowLine::FlowLine(FlowFormat format, std::string_view file) : format_(format) {
  // In ASCII: no byte of a name can be anything but a letter to a terminal.
  if (format == FlowFormat::json) file_ = json_string(file, JsonLetters::ascii);
  if (format == FlowFormat::csv) file_ = csv_field(file);
}

std::string_view FlowLine::title(FlowFormat format) {
  if (format == FlowFormat::json) return {};
  return format == FlowFormat::csv ? csv_title : text_title;
}

void FlowLine::put(LineBuffer& out, const FinishedFlow& finished) const {
  constexpr std::size_t most_else = 2048;  // all words, numbers and addresses, with plenty to spare
  out.make_room(most_else + file_.size() + finished.zeek.history_room());
  LineEnd end = out.end();
  if (format_ == FlowFormat::json)
    end = put_json(end, finished, file_);
  else if (format_ == FlowFormat::csv)
    end = put_csv(end, finished, file_);
  else
    end = put_text(end, finished);
  out.set_end(end);
}

}  // namespace tcplab
