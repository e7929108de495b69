// Two recordings held against each other: each is the same as itself, which is A and which is B decides nothing, every
// connection is told of once, and the report is fit for a terminal and a JSON reader.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "compare/compare.hpp"
#include "compare/text.hpp"
#include "fuzz/captures.hpp"
#include "fuzz/targets.hpp"
#include "json/json_text.hpp"
#include "packet/printable.hpp"
#include "tcp/merge.hpp"

namespace tcplab::fuzz {
namespace {

using Recording = std::vector<Analysis>;

Recording analysed(std::vector<Connection> connections) {
  Recording recording;
  recording.reserve(connections.size());
  for (Connection& connection : connections) recording.push_back(analyse(std::move(connection)));
  return recording;
}

Recording seen_at_one_point(ByteView capture) {
  return analysed(read_capture(capture).connections);
}

Recording seen_at_both_ends(ByteView client, ByteView server) {
  return analysed(merge(read_capture(client).connections, read_capture(server).connections, Points::client_and_server));
}

void require_same_as_itself(const Recording& recording) {
  const Comparison comparison = compare(recording, recording);
  require(comparison.same() && comparison.differences() == 0, "a recording differs from itself");
  for (const ConnectionComparison& connection : comparison.connections) {
    require(connection.a == connection.b, "a connection is not its own partner");
    require(connection.set_aside.entries().empty() && connection.follows.entries().empty(),
            "something to set aside between a recording and itself");
  }
}

/// Each of a recording's connections stands in one comparison.
void require_all_told(const Recording& recording, const Comparison& comparison,
                      std::optional<std::size_t> ConnectionComparison::*side) {
  std::vector<bool> told(recording.size());
  for (const ConnectionComparison& connection : comparison.connections) {
    const auto index = connection.*side;
    if (!index) continue;
    require(*index < told.size() && !told[*index], "a connection that is not there, or told of twice");
    told[*index] = true;
  }
  require(std::ranges::find(told, false) == told.end(), "a connection that is not told of");
}

void require_rows(const std::vector<std::size_t>& rows, const Recording& recording, std::optional<std::size_t> index) {
  for (const std::size_t row : rows)
    require(index && row < recording[*index].ladder.rows.size(), "a difference in a row that is not there");
}

void check_differences(const Comparison& comparison, const Recording& a, const Recording& b) {
  for (const ConnectionComparison& connection : comparison.connections) {
    require(connection.a || connection.b, "a comparison of nothing");
    require(connection.same() <= (connection.a && connection.b), "a connection without a partner is the same");
    for (const PairDifference& difference : connection.differences) {
      require(!difference.what.empty(), "a difference that is not named");
      require_rows(difference.a_rows, a, connection.a);
      require_rows(difference.b_rows, b, connection.b);
    }
  }
}

void check_report(const Comparison& comparison, const Recording& a, const Recording& b) {
  const std::string name = printable("\x1b[2J\",\n\xff<b>\x9b.pcap");
  const ComparedRecordings recordings{name, name, &a, &b};
  const std::string text = comparison_text(comparison, recordings);
  require_fit_for_terminal(text);
  require(text.ends_with('\n'), "a text without an end");
  require((text.find("\nThe same: ") != std::string::npos) == (comparison.same() && !comparison.connections.empty()),
          "the text says something else than the comparison");
  const std::string line = comparison_json(comparison, recordings);
  require_fit_for_terminal(line);
  require(line.find('\n') == std::string::npos && nlohmann::json::accept(line), "JSON that is not one line of JSON");
  const auto json = json_from(line);
  require(json["same"] == comparison.same() && json["differences"] == comparison.differences() &&
              json["connections"].size() == comparison.connections.size(),
          "the JSON says something else than the comparison");
}

void check_pair(const Recording& a, const Recording& b) {
  const Comparison forth = compare(a, b), back = compare(b, a);
  require(forth.same() == back.same(), "A is the same as B, and B is not the same as A");
  require_all_told(a, forth, &ConnectionComparison::a);
  require_all_told(b, forth, &ConnectionComparison::b);
  for (const bool is_forth : {true, false}) {
    const Recording &one = is_forth ? a : b, &other = is_forth ? b : a;
    check_differences(is_forth ? forth : back, one, other);
    check_report(is_forth ? forth : back, one, other);
  }
}

}  // namespace

void fuzz_compare(ByteView input) {
  const std::vector<ByteView> captures = captures_in(input, 4);
  const std::size_t of_a = (captures.size() + 1) / 2;
  const Recording a = of_a == 2 ? seen_at_both_ends(captures[0], captures[1]) : seen_at_one_point(captures[0]);
  require_same_as_itself(a);
  if (captures.size() == 1) return;
  const Recording b =
      captures.size() == 4 ? seen_at_both_ends(captures[2], captures[3]) : seen_at_one_point(captures[of_a]);
  check_pair(a, b);
}

}  // namespace tcplab::fuzz
