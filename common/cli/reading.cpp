#include "cli/reading.hpp"

#include <algorithm>
#include <iostream>

#include "lesson/observation.hpp"

namespace tcplab::cli {

Reading read_captures(const std::vector<std::string>& operands) {
  std::vector<std::string> files;
  for (const std::string& operand : operands) {
    const auto captures = operand == "-" ? std::vector<std::string>{operand} : captures_of(operand);
    files.insert(files.end(), captures.begin(), captures.end());
  }
  Observation observation = observe(files);
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, observation.problems.size()); ++i) {
    std::cerr << "warning: " << observation.problems[i] << "\n";
  }
  if (observation.problems.size() > shown) {
    std::cerr << "warning: and " << observation.problems.size() - shown << " more like these\n";
  }
  Reading reading{.connections = {}, .frames = observation.frames, .damaged = !observation.problems.empty()};
  for (Connection& connection : observation.connections) reading.connections.push_back(analyse(std::move(connection)));
  return reading;
}

}  // namespace tcplab::cli
