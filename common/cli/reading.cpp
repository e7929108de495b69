#include "cli/reading.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>
#include <utility>

#include "cli/huge_pages.hpp"
#include "lesson/observation.hpp"
#include "lesson/path_text.hpp"
#include "packet/printable.hpp"

namespace tcplab::cli {

namespace fs = std::filesystem;

namespace {
bool is_recording(const std::string& operand) {
  return operand != "-" && fs::is_directory(path_from(operand));
}

bool is_udp(const Connection& connection) {
  return connection.protocol == Protocol::udp;
}

ObservationOf<StoredConnections> observe_operands(const std::vector<std::string>& operands) {
  const bool is_one = operands.size() == 1, is_folder = is_one && is_recording(operands.front());
  if (is_one && !is_folder) return observe_stored(operands.front(), huge_pages(), std::thread::hardware_concurrency());
  Observation observation = is_folder ? observe_recording(path_from(operands.front())) : observe(captures_in(operands));
  return {StoredConnections(std::move(observation.connections)), std::move(observation.problems),
          std::move(observation.left_out), observation.frames};
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

std::size_t leave_out_udp(StoredConnections& connections) {
  const bool all = std::ranges::all_of(connections.all(), [](const auto& one) { return is_udp(one.connection); });
  return all ? 0 : connections.erase_if(is_udp);
}

std::size_t leave_out_udp(std::vector<Analysis>& connections) {
  const auto is_of_udp = [](const Analysis& one) { return is_udp(one.connection); };
  return std::ranges::all_of(connections, is_of_udp) ? 0 : std::erase_if(connections, is_of_udp);
}

Captured read_operands(const std::vector<std::string>& operands) {
  auto observation = observe_operands(operands);
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, observation.problems.size()); ++i) {
    std::cerr << "warning: " << printable(observation.problems[i]) << "\n";
  }
  if (observation.problems.size() > shown) {
    std::cerr << "warning: and " << observation.problems.size() - shown << " more like these\n";
  }
  for (const std::string& what : observation.left_out) std::cerr << "note: " << printable(what) << "\n";
  return {std::move(observation.connections), observation.frames, !observation.problems.empty()};
}

Reading read_captures(const std::vector<std::string>& operands) {
  Captured captured = read_operands(operands);
  Reading reading{.connections = {}, .frames = captured.frames, .damaged = captured.damaged};
  reading.connections.reserve(captured.connections.size());
  for (Connection& connection : captured.connections.take_all())
    reading.connections.push_back(analyse(std::move(connection)));
  return reading;
}

}  // namespace tcplab::cli
