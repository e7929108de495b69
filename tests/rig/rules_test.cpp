// Each kind of rule, on two real hosts: what the captures then hold, and what the log says.
#include <algorithm>
#include <set>

#include "fault/parse.hpp"
#include "packet/packet.hpp"
#include "rig/recording.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

/// A recording under rules, read before its folder goes.
struct Recorded {
  RecordingOutcome outcome;
  Texts at_client, at_server, wire, files;
  std::vector<std::vector<std::uint8_t>> client_frames;
};

Recorded recorded(RecordingPlan plan, const Texts& rules) {
  require_namespaces();
  for (const std::string& rule : rules) plan.rules.push_back(parse_rule(rule));
  const TemporaryDirectory folder;
  Recorded result;
  result.outcome = Recording(plan, folder.path()).finish();
  result.at_client = segments(result.outcome.captures[0]);
  result.at_server = segments(result.outcome.captures[1]);
  result.wire = wire_events(result.outcome.events);
  result.files = files(folder.path());
  result.client_frames = frames(result.outcome.captures[0]);
  return result;
}

std::ptrdiff_t count(const Texts& texts, const std::string& text) {
  return std::count(texts.begin(), texts.end(), text);
}

std::ptrdiff_t place(const Texts& texts, const std::string& text) {
  const auto found = std::find(texts.begin(), texts.end(), text);
  INFO(text);
  REQUIRE(found != texts.end());
  return found - texts.begin();
}

const Texts usual = {"client.pcap", "events.ndjson", "server.pcap"};

TEST_CASE("each segment's departure and arrival is in the log") {
  const Recorded result = recorded(plan("connect", "wait-for-input"), {});
  CHECK(Texts(result.wire.begin(), result.wire.begin() + 5) ==
        Texts{"client departed S", "server arrived S", "server departed S.", "client arrived S.", "client departed ."});
  CHECK(place(result.wire, "server arrived .") < place(result.wire, "server arrived F."));
  CHECK(place(result.wire, "client departed F.") < place(result.wire, "server arrived F."));
  CHECK(result.outcome.unused_rules.empty());
}

TEST_CASE("a segment that is dropped departs, and never arrives") {
  const Recorded result = recorded(plan("hello", "hello"), {"drop the server's 1st P."});
  CHECK(count(result.at_server, "< P. 13") + count(result.at_server, "< FP. 13") >= 2);
  CHECK(place(result.at_client, "< F.") >= 0);
  CHECK(count(result.wire, "server dropped P.") == 1);
  CHECK(result.outcome.client.output == "read 13 bytes\n");
}

TEST_CASE("a segment that is delayed is overtaken") {
  const Recorded result = recorded(plan("hello", "hello"), {"delay the server's 1st P. by 50 ms"});
  CHECK(place(result.at_server, "< P. 13") < place(result.at_server, "< F."));
  CHECK(place(result.at_client, "< P. 13") > place(result.at_client, "< F."));
}

TEST_CASE("a segment that is swapped arrives right behind the next") {
  const Recorded result = recorded(plan("hello", "hello"), {"swap the server's 1st P."});
  CHECK(place(result.at_server, "< F.") == place(result.at_server, "< P. 13") + 1);
  CHECK(place(result.at_client, "< P. 13") > place(result.at_client, "< F."));
  // Once each time that it was sent: on a busy machine the server may repeat it.
  CHECK(count(result.at_client, "< P. 13") == count(result.at_server, "< P. 13"));
}

TEST_CASE("a segment that is duplicated arrives twice") {
  const Recorded result = recorded(plan("hello", "hello"), {"duplicate the server's 1st P."});
  CHECK(count(result.at_server, "< P. 13") == 1);
  CHECK(count(result.at_client, "< P. 13") == 2);
}

TEST_CASE("a copy arrives when its moment comes, though nobody sends it then") {
  const Recorded result = recorded(plan("hello", "hello"), {"replay the client's 1st S 5 ms after the client ends"});
  CHECK(count(result.at_client, "> S") == 1);
  CHECK(count(result.at_server, "> S") == 2);
  // The server is in TIME-WAIT, where it acknowledges what it does not expect; the client knows of nothing any more.
  const Texts answers = {"< .", "> R"};
  CHECK(Texts(result.at_client.end() - 2, result.at_client.end()) == answers);
  CHECK(Texts(result.at_server.end() - 2, result.at_server.end()) == answers);
  CHECK(place(result.wire, "client copied S") < place(result.wire, "server replayed S"));
}

TEST_CASE("a segment that is held arrives only when its moment has come: here two FINs cross") {
  const Recorded result =
      recorded(plan("meet", "meet"), {"press Enter at the client when the client's 1st . arrives",
                                      "press Enter at the server when the client's 1st F. departs",
                                      "hold the client's 1st F. until the server's 1st F. departs"});
  CHECK(place(result.at_client, "> F.") < place(result.at_client, "< F."));
  CHECK(place(result.at_server, "< F.") < place(result.at_server, "> F."));
  CHECK(place(result.wire, "client held F.") < place(result.wire, "client released F."));
  CHECK(place(result.wire, "server departed F.") < place(result.wire, "client released F."));
  CHECK(result.outcome.client.output == "met\n");
  CHECK(result.outcome.server.output == "met\n");
}

TEST_CASE("what repeats a segment that is being held goes no further") {
  const Recorded result =
      recorded(plan("connect", "wait-for-input"), {"hold the client's 1st S until the client's 2nd S departs"});
  CHECK(count(result.at_client, "> S") == 2);
  CHECK(count(result.at_server, "> S") == 1);
  CHECK(count(result.wire, "client swallowed S") == 1);
}

TEST_CASE("a segment that two rules hold waits for both moments") {
  const Recorded result =
      recorded(plan("connect", "wait-for-input"), {"hold the client's 1st S until the client's 3rd S departs",
                                                   "hold the client's 1st S until the client's 2nd S departs"});
  CHECK(count(result.at_client, "> S") == 3);
  CHECK(count(result.at_server, "> S") == 1);
  CHECK(count(result.wire, "client held S") == 2);
  CHECK(count(result.wire, "client released S") == 1);
}

TEST_CASE("a segment that is dropped can still be copied, in whichever order the two rules stand") {
  const std::string drop = "drop the client's 1st S",
                    replay = "replay the client's 1st S when the client's 2nd S arrives";
  for (const Texts& rules : {Texts{drop, replay}, Texts{replay, drop}}) {
    const Recorded result = recorded(plan("connect", "wait-for-input"), rules);
    CHECK(count(result.wire, "client dropped S") == 1);
    CHECK(count(result.wire, "server replayed S") == 1);
    CHECK(count(result.at_server, "> S") == 2);
    CHECK(result.outcome.futile_rules.empty());
  }
}

TEST_CASE("a mark of congestion is in the IP header, whose checksum holds") {
  const Recorded result = recorded(plan("hello", "hello"), {"mark the server's 1st P."});
  std::vector<int> marks;
  for (const auto& frame : result.client_frames) {
    const Packet packet = decode(LinkType::ethernet, frame);
    REQUIRE(packet.ip);
    marks.push_back(packet.ip->traffic_class & 3);
  }
  CHECK(count(result.at_client, "< P. 13") == 1);
  CHECK(marks[static_cast<std::size_t>(place(result.at_client, "< P. 13"))] == 3);
  CHECK(std::count(marks.begin(), marks.end(), 0) == static_cast<std::ptrdiff_t>(marks.size()) - 1);
  CHECK(result.outcome.client.output == "read 13 bytes\n");  // the client's kernel took it
}

TEST_CASE("what departs while the cable is cut is lost, until it is mended") {
  const Recorded result = recorded(plan("hello", "hello"), {"cut the cable when the client's 1st . arrives",
                                                            "mend the cable 100 ms after the client's 1st . arrives"});
  CHECK(place(result.wire, "wire cut") < place(result.wire, "server lost P."));
  CHECK(place(result.wire, "server lost P.") < place(result.wire, "wire mended"));
  CHECK(result.outcome.client.output == "read 13 bytes\n");
}

TEST_CASE("a forged segment arrives that its sender never sent, and is believed if its number is right") {
  const Recorded result = recorded(plan("meet", "meet"), {"forge the client's R when the client's 1st . arrives",
                                                          "press Enter at the client when the client's 1st . arrives",
                                                          "press Enter at the server when the client's 1st . arrives"});
  CHECK(count(result.at_client, "> R") == 0);
  CHECK(count(result.at_server, "> R") == 1);
  CHECK(count(result.at_server, "< F.") == 0);  // the server's connection was gone
}

TEST_CASE("a forged RST whose number is not exact is answered with a challenge ACK") {
  const Recorded result =
      recorded(plan("meet", "meet"), {"forge the client's R at +1000 when the client's 1st . arrives",
                                      "press Enter at the client when the server's 1st . arrives",
                                      "press Enter at the server when the client's 1st F. arrives"});
  CHECK(result.at_server[static_cast<std::size_t>(place(result.at_server, "> R")) + 1] == "< .");
  CHECK(result.outcome.server.output == "met\n");
}

TEST_CASE("a program is killed, and its kernel closes what it had open") {
  const Recorded result = recorded(plan("hello", "meet"), {"kill the server when the client's 1st . arrives",
                                                           "press Enter at the server when the client ends"});
  CHECK(result.outcome.server.exit_status == 137);
  CHECK(result.outcome.client.exit_status == 0);
  CHECK(count(result.wire, "server killed") == 1);
}

void check_reboot() {
  const Recorded result =
      recorded(plan("ask-when-told", "unhurried"), {"reboot the server when the client's 1st . arrives",
                                                    "press Enter at the client when the client's 1st . arrives"});
  const Texts all = {"> S", "< S.", "> .", "> P. 5", "< R"};
  CHECK(result.at_client == all);
  CHECK(result.at_server == all);
  CHECK(result.files == usual);
  CHECK(result.outcome.server.exit_status == 137);
  CHECK(result.outcome.client.output == "read: Connection reset by peer\n");
}

TEST_CASE("a rebooted host knows nothing of its connections, and its captures are one") {
  check_reboot();
}

TEST_CASE("more hosts may wait to take another's place than leave descriptors below 64") {
  Texts rules;
  for (int i = 1; i <= 15; ++i)
    rules.push_back("reboot the server when the client's " + std::to_string(i) + "th segment departs");
  const Recorded result = recorded(plan("hello", "hello"), rules);
  CHECK(result.at_client == Texts{"> S", "< R."});
  CHECK(result.outcome.unused_rules.size() == 14);
}

TEST_CASE("a host can be rebooted on veth as well") {
  const Environment forced("TCPLAB_ATTACHMENT", "veth");
  check_reboot();
}

TEST_CASE("a program that runs again meets what is left of the first run") {
  const Recorded result = recorded(plan("hello", "hello"), {"run the client again when the client ends"});
  CHECK(result.outcome.client.exit_status == 1);
  CHECK(result.outcome.client.output == "read 13 bytes\nconnect: Connection refused\n");
  CHECK(count(result.at_client, "> S") == 2);
}

TEST_CASE("a recording can be stopped while a program still runs") {
  const Recorded result = recorded(plan("meet", "meet"), {"stop 20 ms after the client's 1st . arrives",
                                                          "press Enter at the client when the client is in CLOSING"});
  CHECK(result.at_client == Texts{"> S", "< S.", "> ."});
  CHECK_FALSE(result.outcome.client.has_ended);
  CHECK_FALSE(result.outcome.server.has_ended);
  CHECK(result.wire.back() == "wire stopped");
  CHECK(count(result.wire, "wire stopped") == 1);
  CHECK(result.files == usual);
}

TEST_CASE("what is to happen in the moment of the stop happens, and does not keep the recording from ending") {
  RecordingPlan patient = plan("meet", "meet");
  patient.deadline = std::chrono::seconds(60);
  const Recorded result =
      recorded(patient, {"stop when the client's 1st . arrives", "kill the server when the client's 1st . arrives",
                         "press Enter at the client when the client is in CLOSING"});  // it waits for ever
  CHECK(place(result.wire, "server killed") < place(result.wire, "wire stopped"));
  CHECK_FALSE(result.outcome.client.has_ended);
}

TEST_CASE("a state that a kernel enters can be a moment") {
  const Recorded result =
      recorded(plan("meet", "meet"), {"press Enter at the client when the client is in ESTABLISHED",
                                      "press Enter at the server when the server is in CLOSE-WAIT"});
  CHECK(place(result.at_server, "> F.") < place(result.at_server, "< F."));
}

TEST_CASE("rules that had nothing to do are told") {
  const Texts rules = {"drop the client's 9th S", "cut the cable when the client is in CLOSING",
                       "replay the client's 1st S when the client is in CLOSING"};
  CHECK(recorded(plan("hello", "hello"), rules).outcome.unused_rules == rules);
}

TEST_CASE("rules whose moment came when there was nothing for them to act on are told, and leave no event") {
  const Texts rules = {"kill the client when the client ends", "press Enter at the client when the client ends",
                       "forge the server's R when the client's 1st S departs",
                       "replay the client's 1st F. when the client's 1st S departs"};
  const Recorded result = recorded(plan("hello", "hello"), rules);
  CHECK(result.outcome.unused_rules.empty());
  const std::set<std::string> told(result.outcome.futile_rules.begin(), result.outcome.futile_rules.end());
  CHECK(told == std::set<std::string>(rules.begin(), rules.end()));
  CHECK(count(result.wire, "client killed") == 0);
  CHECK(count(result.wire, "client enter") == 0);
}

TEST_CASE("a segment that is to be swapped with a next that never comes is lost, and the rule is told") {
  RecordingPlan brief = plan("hello", "hello");
  brief.deadline = std::chrono::seconds(1);
  const Recorded result =
      recorded(brief, {"replay the client's 1st S 5 ms after the client ends", "swap the client's 1st R"});
  CHECK(count(result.at_client, "> R") == 1);
  CHECK(count(result.at_server, "> R") == 0);
  CHECK(result.outcome.futile_rules == Texts{"swap the client's 1st R"});
}

}  // namespace
}  // namespace tcplab::test
