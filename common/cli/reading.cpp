#include "cli/reading.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

#include "lesson/observation.hpp"
#include "lesson/path_text.hpp"
#include "packet/printable.hpp"

namespace tcplab::cli {

namespace fs = std::filesystem;

namespace {
bool is_recording(const std::string& operand) {
  return operand != "-" && fs::is_directory(path_from(operand));
}
}  // namespace

std::vector<std::string> captures_in(const std::vector<std::string>& operands) {
  std::vector<std::string> files;
  for (const std::string& operand : operands) {
    const auto captures = is_recording(operand) ? captures_of(path_from(operand)) : std::vector<std::string>{operand};
    files.insert(files.end(), captures.begin(), captures.end());
  }
  return files;
}

Captured read_operands(const std::vector<std::string>& operands) {
  Observation observation = operands.size() == 1 && is_recording(operands.front())
                                ? observe_recording(path_from(operands.front()))
                                : observe(captures_in(operands));
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, observation.problems.size()); ++i) {
    std::cerr << "warning: " << printable(observation.problems[i]) << "\n";
  }
  if (observation.problems.size() > shown) {
    std::cerr << "warning: and " << observation.problems.size() - shown << " more like these\n";
  }
  return {std::move(observation.connections), observation.frames, !observation.problems.empty()};
}

Reading read_captures(const std::vector<std::string>& operands) {
  Captured captured = read_operands(operands);
  Reading reading{.connections = {}, .frames = captured.frames, .damaged = captured.damaged};
  reading.connections.reserve(captured.connections.size());
  for (Connection& connection : captured.connections) reading.connections.push_back(analyse(std::move(connection)));
  return reading;
}

}  // namespace tcplab::cli
