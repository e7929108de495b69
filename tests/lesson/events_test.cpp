#include "lesson/events.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

Events events_from(const std::string& text) {
  const test::TemporaryDirectory directory;
  return read_events(directory.write("events.ndjson", text));
}

/// What read_events says of a file whose second line is this one, without the folder.
std::string error_of(const std::string& line) {
  try {
    events_from(R"({"time":"1.000000000","host":"client","kind":"call","name":"connect","phase":"begin"})"
                "\n" +
                line + "\n");
  } catch (const std::runtime_error& error) {
    const std::string what = error.what();
    return what.substr(what.find("events.ndjson"));
  }
  return "no error";
}

}  // namespace

TEST_CASE("a call is read from its beginning to its end, across those of the other host") {
  const Events events = events_from(
      R"({"time":"1763634978.102030405","host":"client","kind":"call","name":"connect","phase":"begin"}
{"time":"1763634978.102030406","host":"server","kind":"call","name":"accept","phase":"begin"}
{"time":"1763634978.143210987","host":"client","kind":"call","name":"connect","phase":"end","outcome":"ok","state":"ESTABLISHED","local":"10.0.0.1:40000","remote":"10.0.0.2:12345"}
)");
  REQUIRE(events.calls.size() == 2);
  const Call& connect = events.calls[0];
  CHECK(connect.host == End::client);
  CHECK(connect.name == "connect");
  CHECK(connect.began.time_since_epoch() == std::chrono::nanoseconds(1763634978102030405));
  CHECK(connect.ended->time_since_epoch() == std::chrono::nanoseconds(1763634978143210987));
  CHECK(connect.outcome == "ok");
  CHECK_FALSE(connect.failed());
  CHECK(connect.state == State::established);
  CHECK(connect.local == "10.0.0.1:40000");
  CHECK(connect.remote == "10.0.0.2:12345");
  CHECK(events.calls[1].host == End::server);
  CHECK_FALSE(events.calls[1].ended);
}

TEST_CASE("of two calls of one name the one under way ends") {
  const Events events = events_from(
      R"({"time":"1.000000000","host":"client","kind":"call","name":"receive","phase":"begin"}
{"time":"2.000000000","host":"client","kind":"call","name":"receive","phase":"end","outcome":"ok"}
{"time":"3.000000000","host":"client","kind":"call","name":"receive","phase":"begin"}
{"time":"4.000000000","host":"client","kind":"call","name":"receive","phase":"end","outcome":"Connection reset by peer"}
)");
  REQUIRE(events.calls.size() == 2);
  CHECK_FALSE(events.calls[0].failed());
  CHECK(events.calls[1].failed());
  CHECK(events.calls[1].ended->time_since_epoch() == std::chrono::seconds(4));
}

TEST_CASE("a state, what the wire did, and what happened to a host or the cable are read") {
  const Events events = events_from(
      R"({"time":"1.000000000","host":"server","kind":"state","state":"SYN-RECEIVED","local":"10.0.0.2:12345","remote":"10.0.0.1:40000"}
{"time":"1.000000001","host":"client","kind":"wire","event":"held","rule":"hold the client's 1st S","segment":{"protocol":"TCP","source":"10.0.0.1:40000","destination":"10.0.0.2:12345","flags":"S","seq":4294967295,"ack":0,"length":7,"id":4711}}
{"time":"1.000000002","host":"server","kind":"wire","event":"departed","segment":{"protocol":"ICMP","source":"10.0.0.2","destination":"10.0.0.1","type":3,"code":1}}
{"time":"1.000000003","host":"server","kind":"action","event":"rebooted","rule":"reboot the server"}
{"time":"1.000000004","host":"wire","kind":"action","event":"cut","rule":"cut the cable"}
)");
  CHECK(events.states.at(0).state == State::syn_received);
  CHECK(events.states.at(0).remote == "10.0.0.1:40000");
  const WireEvent& held = events.wire.at(0);
  CHECK(held.deed == WireDeed::held);
  CHECK(held.rule == "hold the client's 1st S");
  CHECK(held.packet.flags == TcpFlags(TcpFlags::syn));
  CHECK(held.packet.seq == SeqNum(4294967295));
  CHECK(held.packet.length == 7);
  CHECK(held.packet.id == 4711);
  CHECK(events.wire.at(1).rule.empty());
  CHECK(events.wire.at(1).packet.protocol == "ICMP");
  CHECK(events.wire.at(1).packet.type == 3U);
  CHECK(events.actions.at(0).host == End::server);
  CHECK(events.actions.at(0).kind == HostAction::Kind::rebooted);
  CHECK_FALSE(events.actions.at(1).host);
}

TEST_CASE("what events.ndjson has wrong is named with its line") {
  CHECK(error_of("{") == "events.ndjson:2: no JSON object");
  CHECK(error_of("{}") == "events.ndjson:2: no text 'kind'");
  CHECK(error_of(R"({"kind":"cal"})") == "events.ndjson:2: unknown kind 'cal'");
  CHECK(error_of(R"({"kind":"state","time":"1.5"})") ==
        "events.ndjson:2: '1.5' is no time: seconds with nine decimals");
  CHECK(error_of(R"({"kind":"state","time":"1.00000000x"})") ==
        "events.ndjson:2: '1.00000000x' is no time: seconds with nine decimals");
  CHECK(error_of(R"({"kind":"state","time":"-9223372036.854775808"})") ==
        "events.ndjson:2: '-9223372036.854775808' is no time: seconds with nine decimals");
  CHECK(error_of(R"({"kind":"state","time":".000000001"})") ==
        "events.ndjson:2: '.000000001' is no time: seconds with nine decimals");
  const std::string at = R"("time":"1.000000000",)";
  CHECK(error_of("{" + at + R"("kind":"state","host":"router"})") == "events.ndjson:2: unknown host 'router'");
  CHECK(error_of("{" + at + R"("kind":"state","host":"client","state":"OPEN"})") ==
        "events.ndjson:2: unknown state 'OPEN'");
  CHECK(error_of("{" + at + R"("kind":"call","host":"client","name":"connect","phase":"middle"})") ==
        "events.ndjson:2: unknown phase 'middle'");
  CHECK(error_of("{" + at + R"("kind":"call","host":"server","name":"connect","phase":"end","outcome":"ok"})") ==
        "events.ndjson:2: the call 'connect' ends and never began");
  CHECK(error_of("{" + at + R"("kind":"action","host":"wire","event":"burnt"})") ==
        "events.ndjson:2: unknown action 'burnt'");
  CHECK(error_of("{" + at + R"("kind":"wire","host":"client","event":"lifted"})") ==
        "events.ndjson:2: unknown wire event 'lifted'");
  CHECK(error_of("{" + at + R"("kind":"wire","host":"client","event":"held"})") ==
        "events.ndjson:2: no object 'segment'");
  CHECK(
      error_of(
          "{" + at +
          R"("kind":"wire","host":"client","event":"held","segment":{"protocol":"TCP","source":"","destination":"","seq":-1}})") ==
      "events.ndjson:2: no 32-bit number 'seq'");
}

TEST_CASE("what anyone may have written into events.ndjson is made fit for a terminal") {
  const Events events = events_from(
      R"({"time":"1.000000000","host":"client","kind":"call","name":"\u001b[2Jsend","phase":"begin"}
{"time":"2.000000000","host":"client","kind":"call","name":"\u001b[2Jsend","phase":"end","outcome":"\u009b31m\nno"}
)");
  CHECK(events.calls.at(0).name == "\\x1b[2Jsend");
  CHECK(events.calls.at(0).outcome == "\\xc2\\x9b31m\\x0ano");
  CHECK(error_of(R"({"kind":"\u001b[2J"})") == "events.ndjson:2: unknown kind '\\x1b[2J'");
}

TEST_CASE("events that are not there are an error that names the file") {
  CHECK_THROWS_WITH(read_events("/nonexistent/events.ndjson"), test::contains("/nonexistent/events.ndjson"));
}
