// The outcome as JSON. Bytes of a program's output that are no UTF-8 become U+FFFD on the way; a folder's name may have
// such bytes too, so the files go by their names in it.
// It does not check what it reads: the writer is the same program.
#include "rig/outcome_line.hpp"

#include <nlohmann/json.hpp>

#include "json/json_text.hpp"

namespace tcplab::rig {
namespace {

using nlohmann::json;

std::string one_line(const json& value) {
  return json_text(value) + "\n";
}

json to_json(const ProgramOutcome& program) {
  return {{"exit_status", program.exit_status}, {"has_ended", program.has_ended}, {"output", program.output}};
}
ProgramOutcome program_from(const json& value) {
  return {value.at("exit_status"), value.at("has_ended"), value.at("output")};
}

}  // namespace

std::string to_line(const RecordingOutcome& outcome) {
  json captures = json::array(), times = json::array();
  for (const auto& capture : outcome.captures) captures.push_back(capture.filename().string());
  for (const auto& [phase, time] : outcome.times) times.push_back({phase, time.count()});
  return one_line({{"client", to_json(outcome.client)},
                   {"server", to_json(outcome.server)},
                   {"attachment", outcome.attachment},
                   {"captures", captures},
                   {"events", outcome.events.filename().string()},
                   {"at_rest", outcome.at_rest},
                   {"unused_rules", outcome.unused_rules},
                   {"futile_rules", outcome.futile_rules},
                   {"stood_still_us", outcome.stood_still.count()},
                   {"times", times}});
}

std::string to_line(const RigError& error) {
  return one_line({{"error", error.what()}, {"hint", error.hint()}, {"interrupted", error.interrupted()}});
}

RecordingOutcome from_line(const std::string& line, const std::filesystem::path& directory) {
  const json value = json_from(line);
  if (value.contains("error")) throw RigError(value.at("error"), value.at("hint"), value.at("interrupted"));
  RecordingOutcome outcome;
  outcome.client = program_from(value.at("client"));
  outcome.server = program_from(value.at("server"));
  outcome.attachment = value.at("attachment");
  for (const auto& capture : value.at("captures")) outcome.captures.push_back(directory / capture.get<std::string>());
  outcome.events = directory / value.at("events").get<std::string>();
  outcome.at_rest = value.at("at_rest");
  outcome.unused_rules = value.at("unused_rules").get<std::vector<std::string>>();
  outcome.futile_rules = value.at("futile_rules").get<std::vector<std::string>>();
  outcome.stood_still = std::chrono::microseconds(value.at("stood_still_us").get<std::int64_t>());
  for (const auto& time : value.at("times")) outcome.times.emplace_back(time.at(0), time.at(1).get<std::int64_t>());
  return outcome;
}

}  // namespace tcplab::rig
