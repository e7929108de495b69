#include "lesson/timeline.hpp"

#include <cstdio>

#include "ladder/print.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

/// Rows are a millisecond apart, the first at 1 ms.
const std::string conversation =
    "client server\nCLOSED LISTEN\n"
    "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n"
    "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n";

Timestamp at(double milliseconds) {
  return Timestamp(std::chrono::nanoseconds(static_cast<std::int64_t>(milliseconds * 1e6)));
}

Call call(End host, const std::string& name, double begins, double ends, const std::string& outcome = "ok") {
  return {host, name, at(begins), at(ends), outcome, {}, {}, {}};
}

StateChange state(End host, State state, double time) {
  const std::string client = "10.0.0.1:40000", server = "10.0.0.2:12345";
  return {at(time), host, state, host == End::client ? client : server, host == End::client ? server : client};
}

/// What the wire did to the `index`th segment, at the same instant or so later.
WireEvent wire(const Analysis& analysis, std::size_t index, WireDeed deed, double later = 0) {
  const Segment& segment = analysis.connection.segments[index];
  WireEvent event;
  event.deed = deed;
  event.host = segment.from;
  event.time = segment.sighting().time + (at(later) - at(0));
  event.packet = {.protocol = to_string(segment.protocol),
                  .source = to_string(analysis.connection.address(segment.from)),
                  .destination = to_string(analysis.connection.address(peer_of(segment.from))),
                  .flags = segment.flags,
                  .seq = segment.seq,
                  .ack = segment.ack,
                  .length = segment.length,
                  .id = segment.ip_identification,
                  .type = {},
                  .code = {}};
  return event;
}

std::vector<Analysis> analyses(const std::string& ladder = conversation) {
  return {analyse(test::connection_from(ladder))};
}

/// "client: connect" and so on, for the remarks above row `number`, from 1; 0: those behind the last row.
std::vector<std::string> remarks(const Analysis& analysis, std::size_t number) {
  std::vector<std::string> texts;
  for (const Remark& remark : number == 0 ? analysis.ladder.closing : analysis.ladder.rows.at(number - 1).remarks)
    texts.push_back(std::string(remark.end ? to_string(*remark.end) : "wire") + ": " + remark.text);
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a call stands above the segment it causes, and a blocking one shows where it returns") {
  auto connections = analyses();
  Events events;
  events.calls = {call(End::client, "connect", 0.9, 3.2), call(End::client, "send", 3.3, 4.1),
                  call(End::client, "close", 5.5, 5.6)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"client: connect"});
  CHECK(remarks(connections[0], 4) == Texts{"client: connect returns", "client: send"});
  CHECK(remarks(connections[0], 0) == Texts{"client: close"});
}

TEST_CASE("a call that begins at the very instant of its segment stands above it") {
  auto connections = analyses();
  Events events;
  events.calls = {call(End::client, "connect", 1, 3.2)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"client: connect"});
}

TEST_CASE("a call is placed among what its own host sees, wherever the other's rows stand") {
  auto connections = analyses(
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 ...\n... P. 1:6(5) ack 1 <--\n"
      "... . 1:1(0) ack 1 -->\n<-- P. 1:6(5) ack 1 ...\n");
  REQUIRE(connections[0].ladder.rows.size() == 5);  // row 4 leaves the server at 4 ms and comes at 6; row 5 comes at 5
  Events events;
  events.calls = {call(End::client, "receive", 5.5, 5.6), call(End::server, "send", 3.2, 4.1),
                  call(End::server, "receive", 4.2, 5.1)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 4) == Texts{"server: send", "client: receive"});
  CHECK(remarks(connections[0], 5) == Texts{"server: receive"});
  CHECK(remarks(connections[0], 0) == Texts{"server: receive returns"});
}

TEST_CASE("a call that failed says why, where it failed") {
  auto connections = analyses("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n");
  Events events;
  events.calls = {call(End::client, "bind", 0.1, 0.2, "Address already in use"),
                  call(End::client, "connect", 0.9, 2.1, "Connection refused")};
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"client: bind fails: Address already in use", "client: connect"});
  CHECK(remarks(connections[0], 0) == Texts{"client: connect fails: Connection refused"});
}

TEST_CASE("a call that never returned has only its beginning") {
  auto connections = analyses();
  Events events;
  events.calls = {call(End::server, "receive", 3.5, 9)};
  events.calls[0].ended.reset();
  annotate(connections, events);
  CHECK(remarks(connections[0], 4) == Texts{"server: receive"});
  CHECK(remarks(connections[0], 0).empty());
}

TEST_CASE("of two connections a call belongs to the one it names, else to the one that begins while it runs") {
  std::vector<Analysis> connections = analyses();
  Connection later = test::connection_from(conversation);
  later.client.port = 40001;
  for (Segment& segment : later.segments) {
    segment.departed->time += std::chrono::milliseconds(100);
    segment.arrived->time += std::chrono::milliseconds(100);
  }
  connections.push_back(analyse(later));
  Events events;
  events.calls = {call(End::server, "accept", 0.1, 3.1), call(End::server, "accept", 5.1, 103.1),
                  call(End::client, "connect", 100.5, 103.1), call(End::client, "close", 106, 107)};
  events.calls[1].local = "10.0.0.2:12345";
  events.calls[1].remote = "10.0.0.1:40001";
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"server: accept"});
  CHECK(remarks(connections[0], 0).empty());
  CHECK(remarks(connections[1], 1) == Texts{"server: accept", "client: connect"});
  CHECK(remarks(connections[1], 0) == Texts{"client: close"});
}

TEST_CASE("what the wire did is the note of the segment's row") {
  auto connections = analyses("--> S 0:0(0) ack 1 lost ...\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n");
  Events events;
  events.wire = {wire(connections[0], 0, WireDeed::departed), wire(connections[0], 0, WireDeed::dropped),
                 wire(connections[0], 2, WireDeed::departed), wire(connections[0], 2, WireDeed::delayed),
                 wire(connections[0], 2, WireDeed::marked)};
  SECTION("with remarks") {
    annotate(connections, events);
  }
  SECTION("and without") {
    annotate(connections, events, Annotations::notes);
  }
  CHECK(connections[0].ladder.rows[0].note == "dropped");
  CHECK(connections[0].ladder.rows[1].note.empty());
  CHECK(connections[0].ladder.rows[2].note == "delayed, CE");
}

TEST_CASE("of equal segments the one is noted that departed at that time") {
  auto connections = analyses("--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n... S. 0:0(0) ack 1 lost <--\n");
  auto& segments = connections[0].connection.segments;
  segments[1].ip_identification = segments[2].ip_identification = 0;
  Events events;
  events.wire = {wire(connections[0], 1, WireDeed::departed), wire(connections[0], 2, WireDeed::departed),
                 wire(connections[0], 2, WireDeed::dropped)};
  annotate(connections, events);
  CHECK(connections[0].ladder.rows[1].note.empty());
  CHECK(connections[0].ladder.rows[2].note == "dropped");
}

TEST_CASE("a segment that arrives without having been sent is noted as replayed or forged") {
  auto connections = analyses(
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n... S 0:0(0) -->\n<-- R 1:1(0) ...\n");
  auto& segments = connections[0].connection.segments;
  REQUIRE(segments.size() == 5);
  segments[3].ip_identification = segments[0].ip_identification;
  Events events;
  events.wire = {wire(connections[0], 0, WireDeed::departed), wire(connections[0], 0, WireDeed::copied),
                 wire(connections[0], 3, WireDeed::replayed, -0.1), wire(connections[0], 4, WireDeed::forged, -0.1)};
  annotate(connections, events);
  CHECK(connections[0].ladder.rows[0].note == "copied");
  CHECK(connections[0].ladder.rows[3].note == "forged");
  CHECK(connections[0].ladder.rows[4].note == "replayed");
}

TEST_CASE("what happens to a host is remarked in its column, what happens to the cable between") {
  auto connections = analyses();
  Events events;
  events.actions = {{at(3.5), std::nullopt, HostAction::Kind::cut, "cut the cable"},
                    {at(9), End::server, HostAction::Kind::killed, "kill the server"}};
  annotate(connections, events);
  CHECK(remarks(connections[0], 4) == Texts{"wire: the cable is cut"});
  CHECK(remarks(connections[0], 0) == Texts{"server: the server is killed"});
}

TEST_CASE("a state that a row shows is not remarked, though the kernel is asked before or after it") {
  auto connections = analyses();
  Events events;
  events.states = {state(End::client, State::syn_sent, 0.99), state(End::client, State::established, 2.1),
                   state(End::server, State::listen, 1.1), state(End::server, State::syn_received, 1.2),
                   state(End::server, State::established, 3.1)};
  annotate(connections, events);
  for (std::size_t row = 0; row <= connections[0].ladder.rows.size(); ++row)
    CHECK(remarks(connections[0], row).empty());
}

TEST_CASE("a state that no segment explains is remarked, with the timer where nothing else can be its cause") {
  auto connections = analyses();
  Events events;
  events.states = {state(End::server, State::closed, 120), state(End::client, State::closed, 130)};
  events.calls = {call(End::client, "close", 125, 126)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 0) == Texts{"server: CLOSED, by a timer", "client: close", "client: CLOSED"});
}

TEST_CASE("an end that was closed before a segment comes to it is remarked above that segment") {
  Connection connection = test::connection_from(conversation + "<-- P. 1:6(5) ack 6 <--\n--> R 6:6(0) -->\n");
  for (std::size_t i : {5U, 6U}) {
    connection.segments[i].departed->time += std::chrono::seconds(1);
    connection.segments[i].arrived->time += std::chrono::seconds(1);
  }
  std::vector<Analysis> connections = {analyse(connection)};
  Events events;
  SECTION("by a timer, if it happened out of the blue") {
    events.states = {state(End::client, State::closed, 500)};
    annotate(connections, events);
    CHECK(remarks(connections[0], 6) == Texts{"client: CLOSED, by a timer"});
  }
  SECTION("without a cause, if a segment had just come") {
    events.states = {state(End::client, State::closed, 5.1)};
    annotate(connections, events);
    CHECK(remarks(connections[0], 6) == Texts{"client: CLOSED"});
  }
}

TEST_CASE("an end that its program finds CLOSED is remarked as well, once") {
  auto connections = analyses();
  Events events;
  events.calls = {call(End::client, "receive", 3.5, 900, "Connection timed out")};
  events.calls[0].local = "10.0.0.1:40000";
  events.calls[0].remote = "10.0.0.2:12345";
  events.calls[0].state = State::closed;
  SECTION("though the rig did not ask") {}
  SECTION("and the rig as well, later") {
    events.states = {state(End::client, State::closed, 910)};
  }
  annotate(connections, events);
  CHECK(remarks(connections[0], 0) ==
        Texts{"client: CLOSED, by a timer", "client: receive fails: Connection timed out"});
}

TEST_CASE("an end that is back in LISTEN is CLOSED to its kernel, which is no remark") {
  auto connections =
      analyses("client server\nCLOSED LISTEN\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n");
  REQUIRE(connections[0].ladder.rows.back().server == State::listen);
  Events events;
  events.states = {state(End::server, State::syn_received, 1.1), state(End::server, State::closed, 3.1)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 0).empty());
}

TEST_CASE("where both ends use their addresses again, a call belongs to what its own host had seen of them") {
  std::vector<Analysis> connections = analyses(conversation + "--> R 6:6(0) -->\n");
  Connection again = test::connection_from(conversation);
  for (Segment& segment : again.segments) {
    segment.departed->time += std::chrono::microseconds(4500);  // the first leaves before the RST arrives
    segment.arrived->time += std::chrono::milliseconds(100);
  }
  connections.push_back(analyse(again));
  Events events;
  events.calls = {call(End::client, "receive", 3.9, 0),
                  call(End::server, "receive", 3.5, 6.1, "Connection reset by peer")};
  events.calls[0].ended.reset();
  events.calls[1].local = "10.0.0.2:12345";
  events.calls[1].remote = "10.0.0.1:40000";
  events.states = {state(End::server, State::closed, 6.2)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 4) == Texts{"server: receive", "client: receive"});
  CHECK(remarks(connections[0], 0) == Texts{"server: receive fails: Connection reset by peer"});
  CHECK(remarks(connections[1], 1).empty());
}

TEST_CASE("a connect whose first SYN still meets the old connection begins there, and returns in its own") {
  std::vector<Analysis> connections =
      analyses(conversation + "--> S 900:900(0) -->\n<-- . 1:1(0) ack 6 <--\n--> R 6:6(0) -->\n");
  Connection again = test::connection_from(conversation);
  for (Segment& segment : again.segments) {
    segment.departed->time += std::chrono::milliseconds(100);
    segment.arrived->time += std::chrono::milliseconds(100);
  }
  connections.push_back(analyse(again));
  Events events;
  events.calls = {call(End::client, "connect", 5.5, 103.1)};
  events.calls[0].local = "10.0.0.1:40000";
  events.calls[0].remote = "10.0.0.2:12345";
  annotate(connections, events);
  CHECK(remarks(connections[0], 6) == Texts{"client: connect"});
  CHECK(remarks(connections[1], 4) == Texts{"client: connect returns"});
}

TEST_CASE("a folder without events leaves the ladder as it is") {
  auto connections = analyses();
  const std::string before = print(connections[0].ladder);
  const test::TemporaryDirectory directory;
  annotate(connections, directory.path());
  CHECK(print(connections[0].ladder) == before);
  directory.write("events.ndjson", "{\n");
  CHECK_THROWS_WITH(annotate(connections, directory.path()), test::contains("events.ndjson:1: "));
}

TEST_CASE("a host that no segment reaches has its remarks where they belong by the clock") {
  auto connections = analyses("--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n");
  Events events;
  events.calls = {call(End::server, "listen", 0.1, 0.2), call(End::server, "wait", 1.5, 1.6)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"server: listen"});
  CHECK(remarks(connections[0], 2) == Texts{"server: wait"});
}

TEST_CASE("a connect that is given up finds its end CLOSED, though it has lost its addresses") {
  auto connections = analyses("--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n");
  Events events;
  events.calls = {call(End::client, "bind", 0.1, 0.2, "Address already in use"),
                  call(End::client, "connect", 0.9, 200, "Connection timed out"), call(End::client, "close", 201, 202)};
  events.calls[0].state = events.calls[1].state = State::closed;
  events.states = {state(End::client, State::closed, 203)};
  annotate(connections, events);
  CHECK(remarks(connections[0], 1) == Texts{"client: bind fails: Address already in use", "client: connect"});
  CHECK(remarks(connections[0], 0) ==
        Texts{"client: CLOSED, by a timer", "client: connect fails: Connection timed out", "client: close"});
}
