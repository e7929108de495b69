#include "report/flow_line.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "packet/printable.hpp"

namespace tcplab {
namespace {

// --- What all formats share ----------------------------------------------------------------------------------------

void put_address(LineBuffer& out, const IpAddress& address) {
  if (address.version == 6) return out.put(to_string(address));
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) out.put('.');
    out.put_number(address.bytes[i]);
  }
}

std::int64_t start_of(const FinishedFlow& finished) {
  return finished.first.time_since_epoch().count();
}
std::int64_t duration_of(const FinishedFlow& finished) {
  return (finished.latest - finished.first).count();
}

std::string_view time_wait_word(const Flow& flow) {
  const bool client = flow.in_time_wait(End::client), server = flow.in_time_wait(End::server);
  if (client) return server ? "both" : "client";
  return server ? "server" : "";
}

std::string_view closed_first_word(const Flow& flow) {
  const auto closed_first = flow.closed_first();
  return closed_first ? to_string(*closed_first) : "";
}

// --- JSON ----------------------------------------------------------------------------------------------------------

void put_endpoint(LineBuffer& out, const Endpoint& endpoint) {
  out.put(R"({"address":")");
  put_address(out, endpoint.address);
  out.put(R"(","port":)");
  out.put_number(endpoint.port);
  out.put('}');
}

void put_both(LineBuffer& out, std::uint64_t client, std::uint64_t server) {
  out.put(R"({"client":)");
  out.put_number(client);
  out.put(R"(,"server":)");
  out.put_number(server);
  out.put('}');
}

void put_word(LineBuffer& out, std::string_view word) {
  if (word.empty()) return out.put("null");
  out.put('"');
  out.put(word);
  out.put('"');
}

void put_reset(LineBuffer& out, const std::optional<Flow::Reset>& reset) {
  if (!reset) return out.put("null");
  out.put(R"({"by":")");
  out.put(to_string(reset->by));
  out.put(R"(","cause":")");
  out.put(to_string(reset->cause));
  out.put(R"(","evidence":[)");
  bool is_first = true;
  for (const ResetEvidence evidence : evidence_in(reset->evidence)) {
    if (!is_first) out.put(',');
    is_first = false;
    put_word(out, to_string(evidence));
  }
  out.put("]}");
}

void put_json(LineBuffer& out, const FinishedFlow& finished, std::string_view file, std::string_view history) {
  const Flow& flow = finished.flow;
  out.put(R"({"client":)");
  put_endpoint(out, finished.client);
  out.put(R"(,"server":)");
  put_endpoint(out, finished.server);
  out.put(R"(,"ip_version":)");
  out.put_number(finished.client.address.version);
  out.put(R"(,"start":")");
  out.put_seconds(start_of(finished));
  out.put(R"(","duration":")");
  out.put_seconds(duration_of(finished));
  out.put(R"(","segments":)");
  put_both(out, flow.segments(End::client), flow.segments(End::server));
  out.put(R"(,"bytes":)");
  put_both(out, flow.bytes(End::client), flow.bytes(End::server));
  out.put(R"(,"opening":")");
  out.put(to_string(flow.opening()));
  out.put(R"(","ending":")");
  out.put(to_string(flow.ending()));
  out.put(R"(","closed_first":)");
  put_word(out, closed_first_word(flow));
  out.put(R"(,"time_wait":)");
  put_word(out, time_wait_word(flow));
  out.put(R"(,"retransmissions":)");
  put_both(out, flow.retransmissions(End::client), flow.retransmissions(End::server));
  out.put(R"(,"reset":)");
  put_reset(out, flow.reset());
  out.put(R"(,"certainty":")");
  out.put(to_string(flow.certainty()));
  out.put(R"(","zeek":{"conn_state":")");
  out.put(finished.zeek.conn_state());
  out.put(R"(","history":")");
  out.put(history);
  out.put(R"("},"completeness":)");
  out.put_number(finished.completeness.value());
  out.put(R"(,"file":)");
  out.put(file);
  out.put(R"(,"first_packet":)");
  out.put_number(finished.first_frame);
  out.put("}\n");
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

void put_numbers(LineBuffer& out, std::uint64_t client, std::uint64_t server) {
  out.put_number(client);
  out.put(',');
  out.put_number(server);
  out.put(',');
}

void put_field(LineBuffer& out, std::string_view text) {
  out.put(text);
  out.put(',');
}

void put_csv_reset(LineBuffer& out, const std::optional<Flow::Reset>& reset) {
  if (!reset) return out.put(",,,");
  put_field(out, to_string(reset->by));
  put_field(out, to_string(reset->cause));
  bool is_first = true;
  for (const ResetEvidence evidence : evidence_in(reset->evidence)) {
    if (!is_first) out.put(' ');
    is_first = false;
    out.put(to_string(evidence));
  }
  out.put(',');
}

void put_csv(LineBuffer& out, const FinishedFlow& finished, std::string_view file, std::string_view history) {
  const Flow& flow = finished.flow;
  for (const Endpoint& endpoint : {finished.client, finished.server}) {
    put_address(out, endpoint.address);
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
  put_numbers(out, flow.segments(End::client), flow.segments(End::server));
  put_numbers(out, flow.bytes(End::client), flow.bytes(End::server));
  put_field(out, to_string(flow.opening()));
  put_field(out, to_string(flow.ending()));
  put_field(out, closed_first_word(flow));
  put_field(out, time_wait_word(flow));
  put_numbers(out, flow.retransmissions(End::client), flow.retransmissions(End::server));
  put_csv_reset(out, flow.reset());
  put_field(out, to_string(flow.certainty()));
  put_field(out, finished.zeek.conn_state());
  put_field(out, history);
  out.put_number(finished.completeness.value());
  out.put(',');
  put_field(out, file);
  out.put_number(finished.first_frame);
  out.put('\n');
}

// --- Text: 80 columns, where the addresses let it be so ------------------------------------------------------------

constexpr std::string_view text_title = "client -> server                    time segm. bytes opening, ending\n";
constexpr std::size_t ends_width = 33, time_width = 7, segments_width = 5, bytes_width = 5;

void put_right(LineBuffer& out, std::string_view text, std::size_t width) {
  for (std::size_t i = text.size(); i < width; ++i) out.put(' ');
  out.put(text);
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

void put_text_endpoint(LineBuffer& out, const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.address.version == 6;
  if (is_ipv6) out.put('[');
  put_address(out, endpoint.address);
  out.put(is_ipv6 ? "]:" : ":");
  out.put_number(endpoint.port);
}

void put_text(LineBuffer& out, const FinishedFlow& finished) {
  const Flow& flow = finished.flow;
  const std::size_t begin = out.size();
  put_text_endpoint(out, finished.client);
  out.put(flow.certainty() == Certainty::guess ? " ?? " : " -> ");
  put_text_endpoint(out, finished.server);
  while (out.size() - begin < ends_width) out.put(' ');
  out.put(' ');
  put_right(out, short_time(duration_of(finished)), time_width);
  out.put(' ');
  put_right(out, short_count(flow.segments(End::client) + flow.segments(End::server)), segments_width);
  out.put(' ');
  put_right(out, short_count(flow.bytes(End::client) + flow.bytes(End::server)), bytes_width);
  out.put(' ');
  out.put(to_string(flow.opening()));
  out.put(' ');
  out.put(to_string(flow.ending()));
  out.put('\n');
}

}  // namespace

FlowLine::FlowLine(FlowFormat format, std::string_view file) : format_(format) {
  // In ASCII: no byte of a name can be anything but a letter to a terminal.
  if (format == FlowFormat::json)
    file_ = nlohmann::json(file).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (format == FlowFormat::csv) file_ = csv_field(file);
}

std::string_view FlowLine::title(FlowFormat format) {
  if (format == FlowFormat::json) return {};
  return format == FlowFormat::csv ? csv_title : text_title;
}

void FlowLine::put(LineBuffer& out, const FinishedFlow& finished) const {
  constexpr std::size_t most_else = 2048;  // all words, numbers and addresses, with plenty to spare
  const std::string history = finished.zeek.history();
  out.make_room(most_else + file_.size() + history.size());
  if (format_ == FlowFormat::json) return put_json(out, finished, file_, history);
  if (format_ == FlowFormat::csv) return put_csv(out, finished, file_, history);
  put_text(out, finished);
}

}  // namespace tcplab
