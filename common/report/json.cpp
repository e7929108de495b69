#include "report/json.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "report/row_json.hpp"
#include "report/verdict_text.hpp"
#include "tcp/completeness.hpp"
#include "tcp/transition.hpp"
#include "tcp/zeek.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(to_string(*value)) : Json(nullptr);
}

Json endpoint_json(const Endpoint& endpoint) {
  return {{"address", to_string(endpoint.address)}, {"port", endpoint.port}};
}

/// What Zeek and Wireshark would say of it, had they seen its segments in the order of their departure.
Json zeek_json(const Connection& connection) {
  ZeekRecord record;
  for (const Segment& segment : connection.segments)
    if (segment.protocol == Protocol::tcp) record.saw(segment);
  return {{"conn_state", record.conn_state()}, {"history", record.history()}};
}

unsigned completeness(const Connection& connection) {
  Completeness shown;
  for (const Segment& segment : connection.segments)
    if (segment.protocol == Protocol::tcp) shown.saw(segment);
  return shown.value();
}

/// Which end went there, as flows has it: "client", "server", "both".
Json time_wait_json(const Verdict& verdict) {
  const auto& [client, server] = verdict.time_wait;
  if (client && server) return "both";
  if (client || server) return to_string(client ? End::client : End::server);
  return nullptr;
}

Json reset_json(const Verdict& verdict) {
  if (!verdict.reset) return nullptr;
  Json evidence = Json::array();
  for (const ResetEvidence one : evidence_in(verdict.reset->evidence)) evidence.push_back(to_string(one));
  return {{"by", to_string(verdict.reset->by)}, {"cause", to_string(verdict.reset->cause)}, {"evidence", evidence}};
}

Json head_json(const Analysis& analysis, Language language) {
  const Connection& connection = analysis.connection;
  const Verdict& verdict = analysis.verdict;
  Json json = {{"protocol", to_string(connection.protocol)},
               {"client", endpoint_json(connection.client)},
               {"server", endpoint_json(connection.server)}};
  json["client_is_guess"] = connection.client_is_guess;
  json["vantage"] = connection.vantage == Vantage::both_ends ? "both-ends" : "one-point";
  const bool has_verdict = connection.protocol == Protocol::tcp;
  json["opening"] = has_verdict ? Json(to_string(verdict.opening)) : Json(nullptr);
  json["ending"] = has_verdict ? Json(to_string(verdict.ending)) : Json(nullptr);
  json["closed_first"] = or_null(verdict.closed_first);
  json["time_wait"] = time_wait_json(verdict);
  json["client_state"] = or_null(verdict.client);
  json["server_state"] = or_null(verdict.server);
  json["retransmissions"] = {{"client", verdict.retransmissions[0].size()},
                             {"server", verdict.retransmissions[1].size()}};
  json["reset"] = reset_json(verdict);
  json["certainty"] = has_verdict ? Json(to_string(verdict.certainty)) : Json(nullptr);
  json["verdict"] = verdict_text(connection, verdict, analysis.ladder, language);
  json["zeek"] = has_verdict ? zeek_json(connection) : Json(nullptr);
  json["completeness"] = has_verdict ? Json(completeness(connection)) : Json(nullptr);
  return json;
}

/// The rows are written by hand: there may be a hundred thousand of them.
void append_json(std::string& text, const Analysis& analysis, Language language, bool explains, const Spill& spill) {
  text += head_json(analysis, language).dump();
  text.pop_back();  // the last brace
  append_rows_json(text, analysis, explains ? std::optional(language) : std::nullopt, spill);
  text += '}';
}

}  // namespace

void append_show_json(std::string& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_json(text, analysis, language, false, spill);
}

void append_explain_json(std::string& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_json(text, analysis, language, true, spill);
}

std::string show_json(const Analysis& analysis, Language language) {
  std::string text;
  append_show_json(text, analysis, language, [] {});
  return text;
}

std::string explain_json(const Analysis& analysis, Language language) {
  std::string text;
  append_explain_json(text, analysis, language, [] {});
  return text;
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
  return json.dump(2);
}

}  // namespace tcplab
