#include <nlohmann/json.hpp>

#include "compare/text.hpp"
#include "json/json_text.hpp"
#include "ladder/print.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<std::size_t>& index) {
  return index ? Json(*index + 1) : Json(nullptr);
}

Json tally_json(const Tally& tally) {
  Json json = Json::object();
  for (const auto& [kind, count] : tally.entries()) json[kind] = count;
  return json;
}

Json rows_json(const std::vector<std::size_t>& rows, const std::vector<Analysis>& connections,
               std::optional<std::size_t> connection) {
  Json json = Json::array();
  for (const std::size_t index : rows) {
    Row row = connections[*connection].ladder.rows[index];
    row.note.clear();
    json.push_back({{"row", index + 1}, {"text", print(row)}});
  }
  return json;
}

Json difference_json(const PairDifference& difference, const ConnectionComparison& connection,
                     const ComparedRecordings& recordings) {
  Json fields = Json::array();
  for (const FieldDifference& field : difference.fields)
    fields.push_back({{"name", field.name}, {"a", field.a}, {"b", field.b}});
  return {{"kind", to_string(difference.kind)},
          {"what", difference.what},
          {"a", rows_json(difference.a_rows, *recordings.a, connection.a)},
          {"b", rows_json(difference.b_rows, *recordings.b, connection.b)},
          {"fields", fields},
          {"cause", difference.why.cause},
          {"calls", difference.why.call},
          {"recorded", {{"a", difference.a_calls}, {"b", difference.b_calls}}}};
}

Json connection_json(const ConnectionComparison& connection, const ComparedRecordings& recordings) {
  Json outcome = Json::object();
  for (const OutcomeLine& line : connection.outcome)
    outcome[line.name] = {{"a", line.a}, {"b", line.b}, {"differs", line.differs}};
  Json differences = Json::array();
  for (const PairDifference& difference : connection.differences)
    differences.push_back(difference_json(difference, connection, recordings));
  return {{"a", or_null(connection.a)},
          {"b", or_null(connection.b)},
          {"same", connection.same()},
          {"view", connection.both_ends ? "both-ends" : "one-point"},
          {"seen_at", connection.seen_at ? Json(to_string(*connection.seen_at)) : Json(nullptr)},
          {"in_windows", connection.in_windows},
          {"outcome", outcome},
          {"differences", differences},
          {"follows", tally_json(connection.follows)},
          {"set_aside", tally_json(connection.set_aside)}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const ComparedRecordings& recordings) {
  Json connections = Json::array();
  for (const ConnectionComparison& connection : comparison.connections)
    connections.push_back(connection_json(connection, recordings));
  const Json json = {{"a", recordings.a_name},
                     {"b", recordings.b_name},
                     {"same", comparison.same()},
                     {"differences", comparison.differences()},
                     {"connections", connections}};
  return json_text(json);
}

}  // namespace tcplab
