#include "lesson/recording_json.hpp"

#include <sys/utsname.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "json/json_text.hpp"
#include "lesson/record.hpp"
#include "report/verdict_text.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::ordered_json;

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string kernel() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

Json host_json(const LessonHost& host, const ProgramOutcome& outcome) {
  Json json;
  if (!host.program_of.empty()) json["program"] = host.program_of;
  json["arguments"] = host.arguments;
  json["settings"] = host.sysctls;
  json["exit"] = outcome.has_ended ? Json(outcome.exit_status) : Json(nullptr);
  json["output"] = outcome.output;
  return json;
}

Json words(const std::vector<State>& states) {
  Json list = Json::array();
  for (const State state : states) list.push_back(to_string(state));
  return list;
}

Json history_json(const StateHistory& history) {
  return {{"inferred", words(history.inferred)},
          {"inet_diag", words(history.sampled)},
          {"program", words(history.narrated)},
          {"unseen", words(history.unseen)},
          {"timed_out", history.timed_out ? Json(to_string(*history.timed_out)) : Json(nullptr)},
          {"agrees", history.agrees}};
}

Json agreement_json(const KernelAgreement& agreement) {
  return {
      {"client", to_string(agreement.client)},
      {"server", to_string(agreement.server)},
      {"states", {{"client", history_json(agreement.histories[0])}, {"server", history_json(agreement.histories[1])}}}};
}

/// How it opened and ended, which only TCP does.
void add_judgement(Json& json, const Analysis& analysis) {
  const bool is_tcp = analysis.connection.protocol == Protocol::tcp;
  json["opening"] = is_tcp ? Json(to_string(analysis.verdict.opening)) : Json(nullptr);
  json["ending"] = is_tcp ? Json(to_string(analysis.verdict.ending)) : Json(nullptr);
  json["verdict"] = verdict_text(analysis.connection, analysis.verdict, analysis.ladder);
}

Json connection_json(const Analysis& analysis) {
  Json json = {{"client", to_string(analysis.connection.client)},
               {"server", to_string(analysis.connection.server)},
               {"protocol", to_string(analysis.connection.protocol)}};
  add_judgement(json, analysis);
  return json;
}

Json rule_texts(const std::vector<Rule>& rules) {
  Json list = Json::array();
  for (const Rule& rule : rules) list.push_back(rule.text);
  return list;
}

}  // namespace

void write_recording_json(const LabRecord& record, const std::string& command, unsigned count) {
  Json json = {{"lab", record.lab.name}, {"command", command}, {"date", today()}, {"kernel", kernel()}};
  json["versions"] = {{"tcplab", TCPLAB_VERSION}};
  json["link"] = {{"attachment", record.outcome.attachment}};
  if (record.outcome.attachment != "loopback") {
    json["link"]["delay_ms"] = record.lab.delay.count();
    json["link"]["rules"] = rule_texts(record.lab.rules);
  }
  if (!record.outcome.unused_rules.empty()) json["link"]["unused_rules"] = record.outcome.unused_rules;
  if (!record.outcome.futile_rules.empty()) json["link"]["futile_rules"] = record.outcome.futile_rules;
  json["client"] = host_json(record.lab.client, record.outcome.client);
  json["server"] = host_json(record.lab.server, record.outcome.server);
  if (!record.connections.empty()) add_judgement(json, record.connections.front());
  json["connections"] = Json::array();
  for (const Analysis& analysis : record.connections) json["connections"].push_back(connection_json(analysis));
  json["matched"] = record.matched();
  if (!record.matched()) json["shortcoming"] = record.shortcoming();
  if (record.is_disturbed()) json["stood_still_ms"] = static_cast<double>(record.outcome.stood_still.count()) / 1000;
  json["kernels"] = Json::array();
  for (const KernelAgreement& agreement : record.kernels) json["kernels"].push_back(agreement_json(agreement));
  json["count"] = count;
  for (const auto& [step, time] : record.outcome.times)
    json["milliseconds"][step] = static_cast<double>(time.count()) / 1000;

  const auto file = record.directory / "recording.json";
  std::ofstream stream(file);
  stream << json_text(json, 2) << "\n";
  stream.close();
  if (!stream) throw std::system_error(errno, std::generic_category(), "cannot write " + file.string());
}

std::optional<std::chrono::milliseconds> recorded_time(const std::filesystem::path& folder) {
  std::ifstream stream(folder / "recording.json");
  const auto json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("milliseconds")) return std::nullopt;
  double sum = 0;
  for (const auto& step : json["milliseconds"]) sum += step.is_number() ? step.get<double>() : 0;
  return std::chrono::milliseconds(static_cast<std::int64_t>(sum));
}

}  // namespace tcplab
