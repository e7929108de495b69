#include "rig/recording.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

TEST_CASE("the kernels' states are told in order, from LISTEN to TIME-WAIT and CLOSED") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("unhurried", "unhurried"), folder.path()).finish();
  CHECK(states(outcome.events, "client") == Texts{"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"});
  CHECK(states(outcome.events, "server") ==
        Texts{"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"});
}

TEST_CASE("a reset leaves both ends CLOSED") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("reset", "hello"), folder.path()).finish();
  CHECK(states(outcome.events, "client").back() == "CLOSED");
  CHECK(states(outcome.events, "server").back() == "CLOSED");
  CHECK(outcome.at_rest);
}

TEST_CASE("where nobody listens, the client's end is CLOSED again and the server's never was anything else") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("connect", "listen-to-nothing"), folder.path()).finish();
  CHECK(segments(outcome.captures[0]) == Texts{"> S", "< R."});
  CHECK(states(outcome.events, "client") == Texts{"SYN-SENT", "CLOSED"});
  CHECK(states(outcome.events, "server").empty());
  CHECK(outcome.client.output == "connect: Connection refused\n");
}

TEST_CASE("a change that no segment goes with is told when it happens, not when the next segment comes") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan slow = plan("give-up", "wait-for-input");
  slow.delay = std::chrono::milliseconds(400);
  const RecordingOutcome outcome = Recording(slow, folder.path()).finish();
  CHECK(states(outcome.events, "client") == Texts{"SYN-SENT", "CLOSED"});
  REQUIRE(outcome.captures.size() == 2);
  CHECK(segments(outcome.captures[0]).front() == "> S");
}

}  // namespace
}  // namespace tcplab::test
