#include "rig/outcome_line.hpp"

#include "support/catch.hpp"

using namespace tcplab;

TEST_CASE("an outcome is read back from its line as it was") {
  const std::filesystem::path directory = "no UTF-8 \xff";
  RecordingOutcome outcome;
  outcome.client = {143, true, "two\nlines \xff\n"};
  outcome.server = {0, false, ""};
  outcome.attachment = "veth";
  outcome.captures = {directory / "client.pcap", directory / "server.pcap"};
  outcome.events = directory / "events.ndjson";
  outcome.at_rest = false;
  outcome.unused_rules = {"drop client F. 1"};
  outcome.futile_rules = {"kill server at client F. 1"};
  outcome.stood_still = std::chrono::microseconds(23'456);
  outcome.times = {{"hosts", std::chrono::microseconds(7)}, {"conversation", std::chrono::microseconds(90)}};

  const std::string line = rig::to_line(outcome);
  CHECK(line.find('\n') == line.size() - 1);
  const RecordingOutcome read = rig::from_line(line, directory);
  CHECK(read.client.exit_status == 143);
  CHECK(read.client.has_ended);
  CHECK(read.client.output == "two\nlines \xef\xbf\xbd\n");
  CHECK_FALSE(read.server.has_ended);
  CHECK(read.attachment == outcome.attachment);
  CHECK(read.captures == outcome.captures);
  CHECK(read.events == outcome.events);
  CHECK_FALSE(read.at_rest);
  CHECK(read.unused_rules == outcome.unused_rules);
  CHECK(read.futile_rules == outcome.futile_rules);
  CHECK(read.stood_still == outcome.stood_still);
  CHECK(read.times == outcome.times);
}

TEST_CASE("an error is thrown again as it was") {
  for (const bool interrupted : {false, true}) {
    try {
      rig::from_line(rig::to_line(RigError("cannot start", "do this", interrupted)), ".");
      FAIL("nothing was thrown");
    } catch (const RigError& error) {
      CHECK(error.what() == std::string("cannot start"));
      CHECK(error.hint() == "do this");
      CHECK(error.interrupted() == interrupted);
    }
  }
}
