#include "report/json.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "json/json_text.hpp"
#include "report/json_fields.hpp"
#include "report/row_json.hpp"
#include "report/verdict_text.hpp"
#include "tcp/completeness.hpp"
#include "tcp/transition.hpp"
#include "tcp/zeek_roles.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
std::string_view word_of(const std::optional<Value>& value) {
  return value ? std::string_view(to_string(*value)) : std::string_view();
}

void put_zeek(LineBuffer& out, const Connection& connection) {
  const ZeekRecord record = zeek_record_of(connection);
  const std::string history = record.history();
  out.make_room(history.size() + 64);
  out.put(R"({"conn_state":")");
  out.put(record.conn_state());
  out.put(R"(","history":")");
  out.put(history);
  out.put(R"("})");
}

/// Wireshark's.
unsigned completeness(const Connection& connection) {
  Completeness shown;
  for (const Segment& segment : connection.segments)
    if (segment.protocol == Protocol::tcp) shown.saw(segment);
  return shown.value();
}

/// Which end went there, as flows has it.
std::string_view time_wait_word(const Verdict& verdict) {
  const auto& [client, server] = verdict.time_wait;
  if (client && server) return "both";
  return client ? to_string(End::client) : server ? to_string(End::server) : std::string_view();
}

void put_reset(LineBuffer& out, const std::optional<Reset>& reset) {
  if (!reset) return out.put("null");
  out.set_end(put_json_reset(out.end(), reset->by, reset->cause, reset->evidence));
}

void put_ends(LineBuffer& out, const Connection& connection) {
  out.put(R"({"protocol":")");
  out.put(to_string(connection.protocol));
  out.put(R"(","client":)");
  put_json_endpoint(out, connection.client);
  out.put(R"(,"server":)");
  put_json_endpoint(out, connection.server);
  out.put(R"(,"client_is_guess":)");
  out.put(connection.client_is_guess ? "true" : "false");
  out.put(R"(,"vantage":")");
  out.put(connection.vantage == Vantage::both_ends ? "both-ends" : "one-point");
  out.put('"');
}

/// UDP has no verdict.
void put_verdict(LineBuffer& out, const Verdict& verdict, bool is_tcp) {
  const auto put_word = [&out](std::string_view before, std::string_view word) {
    out.put(before);
    put_json_word(out, word);
  };
  put_word(R"(,"opening":)", is_tcp ? to_string(verdict.opening) : std::string_view());
  put_word(R"(,"ending":)", is_tcp ? to_string(verdict.ending) : std::string_view());
  put_word(R"(,"closed_first":)", word_of(verdict.closed_first));
  put_word(R"(,"time_wait":)", time_wait_word(verdict));
  put_word(R"(,"client_state":)", word_of(verdict.client));
  put_word(R"(,"server_state":)", word_of(verdict.server));
  out.put(R"(,"retransmissions":{"client":)");
  out.put_number(verdict.retransmissions[0].size());
  out.put(R"(,"server":)");
  out.put_number(verdict.retransmissions[1].size());
  out.put(R"(},"reset":)");
  put_reset(out, verdict.reset);
  put_word(R"(,"certainty":)", is_tcp ? to_string(verdict.certainty) : std::string_view());
}

/// All but the rows, with no brace behind it.
void put_head(LineBuffer& out, const Analysis& analysis, Language language) {
  constexpr std::size_t most_of_ends_and_verdict = 2048;
  const bool is_tcp = analysis.connection.protocol == Protocol::tcp;
  out.make_room(most_of_ends_and_verdict);
  put_ends(out, analysis.connection);
  put_verdict(out, analysis.verdict, is_tcp);
  out.put(R"(,"verdict":)");
  put_json_string(out, verdict_text(analysis.connection, analysis.verdict, analysis.ladder, language));
  out.make_room(64);
  out.put(R"(,"zeek":)");
  if (!is_tcp) return out.put(R"(null,"completeness":null)");
  put_zeek(out, analysis.connection);
  out.make_room(64);
  out.put(R"(,"completeness":)");
  out.put_number(completeness(analysis.connection));
}

/// Written by hand: there may be a hundred thousand rows.
void append_json(LineBuffer& text, const Analysis& analysis, Language language, bool explains, const Spill& spill) {
  put_head(text, analysis, language);
  append_rows_json(text, analysis, explains ? std::optional(language) : std::nullopt, spill);
  text.append('}');
}

}  // namespace

void append_show_json(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_json(text, analysis, language, false, spill);
}

void append_explain_json(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_json(text, analysis, language, true, spill);
}

std::string show_json(const Analysis& analysis, Language language) {
  LineBuffer text;
  append_show_json(text, analysis, language, [] {});
  return std::string(text.text());
}

std::string explain_json(const Analysis& analysis, Language language) {
  LineBuffer text;
  append_explain_json(text, analysis, language, [] {});
  return std::string(text.text());
}

std::string states_json() {
  Json json = Json::array();
  for (const Transition& edge : transitions()) {
    json.push_back({{"from", to_string(edge.from)},
                    {"event", to_string(edge.event)},
                    {"to", to_string(edge.to)},
                    {"sends", edge.sends},
                    {"section", edge.section},
                    {"note", edge.note}});
  }
  return json_text(json, 2);
}

}  // namespace tcplab
