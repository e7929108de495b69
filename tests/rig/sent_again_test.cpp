// What is sent again, and why, is what the kernel of its sender counts.
#include <algorithm>
#include <set>
#include <string>

#include "fault/parse.hpp"
#include "lesson/observation.hpp"
#include "report/analysis.hpp"
#include "rig/recording.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

/// As the peer that pours says it.
std::string counted(const Analysis& analysis) {
  const auto again = [&](auto is_kind) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < analysis.connection.segments.size(); ++i)
      if (analysis.connection.segments[i].from == End::client && is_kind(analysis.verdict.notes[i].again)) ++count;
    return count;
  };
  return "again " + std::to_string(again(is_retransmission)) + ", asked for " + std::to_string(again(is_asked_for)) +
         "\n";
}

bool has(const Analysis& analysis, SentAgain kind) {
  return std::ranges::any_of(analysis.verdict.notes, [&](const Flow::Notes& notes) { return notes.again == kind; });
}

/// What of the client's arrives, but bare ACKs: by the frames in which the client's capture has it.
std::set<std::uint64_t> arrivals(const Analysis& analysis) {
  std::set<std::uint64_t> frames;
  for (const Row& row : analysis.ladder.rows) {
    if (row.from != End::client || (row.leg != Leg::whole && row.leg != Leg::arrival)) continue;
    const Segment& segment = analysis.connection.segments.at(row.segment.value());
    if (segment.sequence_length() > 0) frames.insert(segment.departed.value().frame);
  }
  return frames;
}

/// What a hundred segments from client to server come to, when the wire drops some.
struct Poured {
  std::string counted;  ///< by the client's kernel
  Analysis from_client, from_both_ends;
};

Poured poured(const std::string& sack, const Texts& rules) {
  require_namespaces();
  RecordingPlan much = plan("pour", "pour");
  much.client.sysctls["net.ipv4.tcp_sack"] = much.server.sysctls["net.ipv4.tcp_sack"] = sack;
  for (const std::string& rule : rules) much.rules.push_back(parse_rule(rule));
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(much, folder.path()).finish();
  const auto analysis_of = [](const std::vector<std::string>& captures) {
    Observation observation = observe(captures);
    REQUIRE(observation.connections.size() == 1);
    return analyse(std::move(observation.connections.front()));
  };
  const std::string client = outcome.captures[0].string(), server = outcome.captures[1].string();
  return {outcome.client.output, analysis_of({client}), analysis_of({client, server})};
}

TEST_CASE("what SACK blocks ask for is what the sender's kernel says was asked for") {
  const Poured result = poured("1", {"drop the client's 20th segment", "drop the client's 22nd segment",
                                     "drop the client's 23rd segment", "drop the client's 60th segment"});
  CHECK(counted(result.from_client) == result.counted);
  CHECK(counted(result.from_both_ends) == result.counted);
  CHECK(has(result.from_client, SentAgain::by_sack));
  CHECK(arrivals(result.from_client) == arrivals(result.from_both_ends));
}

TEST_CASE("without SACK, three duplicate ACKs and the partial ACK behind them ask for what the sender's kernel says") {
  const Poured result = poured("0", {"drop the client's 40th segment", "drop the client's 44th segment"});
  CHECK(counted(result.from_client) == result.counted);
  CHECK(counted(result.from_both_ends) == result.counted);
  CHECK(has(result.from_client, SentAgain::fast));
  CHECK(has(result.from_client, SentAgain::partial_ack));
  CHECK(arrivals(result.from_client) == arrivals(result.from_both_ends));
}

TEST_CASE("nobody asks for what is lost at the end, and the sender's kernel says so") {
  // The FIN rides on the last data, or comes behind it.
  const Poured result = poured("1", {"drop the client's 1st FP.", "drop the client's 1st F."});
  CHECK(counted(result.from_client) == result.counted);
  CHECK(counted(result.from_both_ends) == result.counted);
  CHECK(has(result.from_client, SentAgain::after_timeout));
  CHECK(arrivals(result.from_client) == arrivals(result.from_both_ends));
}

}  // namespace
}  // namespace tcplab::test
