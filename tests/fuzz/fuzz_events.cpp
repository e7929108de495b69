// Event logs, written beside the ladders of a reference recording: an error that names the line, or a report that a
// terminal may be given.
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "fuzz/analysis_check.hpp"
#include "fuzz/targets.hpp"
#include "lesson/events.hpp"
#include "lesson/observation.hpp"
#include "lesson/timeline.hpp"

namespace tcplab::fuzz {
namespace {

struct Recording {
  std::vector<Analysis> connections;
  std::size_t frames = 0;
};

/// The references of the labs that a rule or an interesting call makes notes of, by the labs' names.
const std::map<std::string, Recording, std::less<>>& recordings() {
  static const auto read = [] {
    std::map<std::string, Recording, std::less<>> all;
    for (const auto& lab : std::filesystem::directory_iterator(TCPLAB_LABS_SOURCE)) {
      if (!lab.is_directory()) continue;
      Observation observation = observe_recording(lab.path() / "reference");
      Recording& recording = all[lab.path().filename().string()];
      recording.frames = observation.frames;
      for (Connection& connection : observation.connections)
        recording.connections.push_back(analyse(std::move(connection)));
    }
    return all;
  }();
  return read;
}

}  // namespace

void fuzz_events(ByteView input) {
  const std::string_view text = text_of(input);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const auto named = recordings().find(text.substr(0, line));
  const Recording& recording = named != recordings().end() ? named->second : recordings().at("hello");

  std::istringstream log{std::string(text.substr(std::min(line + 1, text.size())))};
  Events events;
  try {
    events = read_events(log, "events.ndjson");
  } catch (const std::runtime_error& error) {
    require(std::string_view(error.what()).starts_with("events.ndjson:"), "an error that names no line");
    require_fit_for_terminal(error.what());
    return;
  }
  std::vector<Analysis> connections = recording.connections;
  annotate(connections, events);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    const std::size_t rows = connections[i].ladder.rows.size();
    require(rows == recording.connections[i].ladder.rows.size(), "events change the rows");
    check_analysis(connections[i], recording.frames);
  }
}

}  // namespace tcplab::fuzz
