#include "report/json.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "report/verdict_text.hpp"
#include "tcp/completeness.hpp"
#include "tcp/transition.hpp"
#include "tcp/zeek.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::ordered_json;

/// Seconds since the epoch with nanoseconds, as a string: a double cannot hold them.
Json time_json(const std::optional<Timestamp>& time) {
  if (!time) return nullptr;
  const auto since_epoch = time->time_since_epoch().count();
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%09lld", static_cast<long long>(since_epoch / 1'000'000'000),
                static_cast<long long>(since_epoch % 1'000'000'000));
  return text;
}

Json time_json(const std::optional<Sighting>& seen) {
  return time_json(seen ? std::optional(seen->time) : std::nullopt);
}

Json remarks_json(const std::vector<Remark>& remarks) {
  Json list = Json::array();
  for (const Remark& remark : remarks) {
    list.push_back({{"time", time_json(remark.time)},
                    {"end", remark.end ? Json(to_string(*remark.end)) : Json(nullptr)},
                    {"text", remark.text}});
  }
  return list;
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(to_string(*value)) : Json(nullptr);
}

Json endpoint_json(const Endpoint& endpoint) {
  return {{"address", to_string(endpoint.address)}, {"port", endpoint.port}};
}

std::string_view leg_word(Leg leg) {
  constexpr std::array<std::string_view, 4> words = {"whole", "departure", "arrival", "lost"};
  return words.at(static_cast<std::size_t>(leg));
}

Json row_json(const Analysis& analysis, const Row& row) {
  const Segment& segment = analysis.connection.segments[*row.segment];
  Json json = {{"from", to_string(row.from)}, {"leg", leg_word(row.leg)}, {"protocol", to_string(row.protocol)}};
  if (row.protocol == Protocol::tcp) {
    json.update({{"flags", to_string(row.flags)}, {"seq", row.seq->first}, {"length", row.seq->length}});
    json["ack"] = row.ack ? Json(*row.ack) : Json(nullptr);
    json["window"] = *row.window;
    json["options"] = row.options;
  }
  if (row.length) json["length"] = *row.length;
  if (row.icmp) json["icmp"] = {{"type", row.icmp->type}, {"code", row.icmp->code}};
  json["client_state"] = or_null(row.client);
  json["server_state"] = or_null(row.server);
  json["departed"] = time_json(segment.departed);
  json["arrived"] = time_json(segment.arrived);
  json["note"] = row.note;
  json["remarks"] = remarks_json(row.remarks);
  return json;
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

}  // namespace

std::string show_json(const Analysis& analysis) {
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
  json["client_state"] = or_null(verdict.client);
  json["server_state"] = or_null(verdict.server);
  json["retransmissions"] = {{"client", verdict.retransmissions[0].size()},
                             {"server", verdict.retransmissions[1].size()}};
  json["reset"] = verdict.reset ? Json{{"by", to_string(verdict.reset->by)}, {"cause", to_string(verdict.reset->cause)}}
                                : Json(nullptr);
  json["verdict"] = verdict_text(connection, verdict, analysis.ladder);
  json["zeek"] = has_verdict ? zeek_json(connection) : Json(nullptr);
  json["completeness"] = has_verdict ? Json(completeness(connection)) : Json(nullptr);
  json["rows"] = Json::array();
  for (const Row& row : analysis.ladder.rows) json["rows"].push_back(row_json(analysis, row));
  json["closing_remarks"] = remarks_json(analysis.ladder.closing);
  return json.dump();
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
