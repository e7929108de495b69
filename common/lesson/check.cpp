#include "lesson/check.hpp"

#include <fstream>
#include <iterator>

#include "ladder/parse.hpp"

namespace tcplab {
namespace {

/// From one point only one end's order is proved, and the capture does not say whose: either will do.
CheckResult check_one(const Ladder& expected, const Analysis& analysis) {
  if (analysis.connection.vantage == Vantage::both_ends) {
    return {expected, View::both_ends, find_difference(expected, analysis.ladder, View::both_ends), 0};
  }
  auto at_client = find_difference(expected, analysis.ladder, View::client);
  auto at_server = find_difference(expected, analysis.ladder, View::server);
  // Where neither matches, the one that got further is the more telling; a capture that was read to its end got
  // furthest.
  const auto reached = [](const std::optional<Difference>& difference) {
    return difference && difference->captured ? *difference->captured : std::string::npos;
  };
  const bool server_fits_better = at_client && (!at_server || reached(at_server) > reached(at_client));
  if (server_fits_better) return {expected, View::server, at_server, 0};
  return {expected, View::client, at_client, 0};
}

}  // namespace

Ladder load_ladder(const Lesson& lab) {
  std::ifstream stream(lab.ladder());
  if (!stream) throw LessonError("cannot read the lab's ladder, " + lab.ladder().string());
  try {
    return parse_ladder(std::string(std::istreambuf_iterator<char>(stream), {}));
  } catch (const LadderError& error) {
    throw LessonError(lab.ladder().string() + ": " + error.what());
  }
}

CheckResult check(const Lesson& lab, const std::vector<Analysis>& connections) {
  if (!std::filesystem::exists(lab.ladder()))
    return {{}, View::both_ends, Difference{{}, {}, lab.ladder().string() + " is missing", ""}, 0};
  const Ladder expected = load_ladder(lab);
  if (connections.empty())
    return {expected, View::both_ends, Difference{{}, {}, "no TCP connection was captured", ""}, 0};
  std::optional<CheckResult> first;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    CheckResult result = check_one(expected, connections[i]);
    result.connection = i;
    if (!result.difference) return result;
    if (!first) first = std::move(result);
  }
  return *first;
}

}  // namespace tcplab
