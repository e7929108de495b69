#include "lesson/recording_json.hpp"

#include <sys/utsname.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

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
  return {{"arguments", host.arguments},
          {"settings", host.sysctls},
          {"exit", outcome.exit_status},
          {"output", outcome.output}};
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
          {"agrees", history.agrees}};
}

}  // namespace

void write_recording_json(const LabRecord& record, const std::string& command, unsigned count) {
  Json json = {{"lab", record.lab.name}, {"command", command}, {"date", today()}, {"kernel", kernel()}};
  json["versions"] = {{"tcplab", TCPLAB_VERSION}};
  json["link"] = {{"attachment", record.outcome.attachment}};
  if (record.outcome.attachment != "loopback") json["link"]["delay_ms"] = record.lab.delay.count();
  json["client"] = host_json(record.lab.client, record.outcome.client);
  json["server"] = host_json(record.lab.server, record.outcome.server);
  if (const Analysis* analysis = record.analysis()) {
    json["opening"] = to_string(analysis->verdict.opening);
    json["ending"] = to_string(analysis->verdict.ending);
    json["verdict"] = verdict_text(analysis->connection, analysis->verdict, analysis->ladder);
  }
  json["matched"] = record.matched();
  if (!record.matched()) json["shortcoming"] = record.shortcoming();
  if (record.kernels)
    json["states"] = {{"client", history_json(record.kernels->at(0))}, {"server", history_json(record.kernels->at(1))}};
  json["count"] = count;
  for (const auto& [step, time] : record.outcome.times)
    json["milliseconds"][step] = static_cast<double>(time.count()) / 1000;

  const auto file = record.directory / "recording.json";
  std::ofstream stream(file);
  stream << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  stream.close();
  if (!stream) throw std::system_error(errno, std::generic_category(), "cannot write " + file.string());
}

}  // namespace tcplab
