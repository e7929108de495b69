#include "tcp/ignored.hpp"

#include <initializer_list>
#include <string>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/exchange.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;

namespace {

/// As both ends see it, each segment so many milliseconds after the beginning.
Connection at(const std::string& ladder, std::initializer_list<int> milliseconds) {
  Connection connection = test::connection_from(ladder);
  REQUIRE(connection.segments.size() == milliseconds.size());
  std::size_t i = 0;
  for (const int time : milliseconds) {
    Segment& segment = connection.segments[i++];
    for (auto* sighting : {&segment.departed, &segment.arrived})
      if (*sighting) (*sighting)->time = Timestamp(std::chrono::milliseconds(time));
  }
  return connection;
}

/// The server's state behind each passage, and '!' behind what it took no notice of.
std::string server_in(const Connection& connection) {
  std::string states;
  for (const Passage& passage : exchange_of(connection).passages) {
    if (!states.empty()) states += ' ';
    states += passage.server ? std::string(to_string(*passage.server)) : "?";
    if (passage.is_ignored) states += '!';
  }
  return states;
}

const std::string syn = "--> S 0:0(0) -->\n", answer = "<-- S. 0:0(0) ack 1 <--\n", last = "--> . 1:1(0) ack 1 -->\n",
                  data = "--> P. 1:6(5) ack 1 -->\n", taken = "<-- . 1:1(0) ack 6 <--\n";

}  // namespace

TEST_CASE("a listener takes no notice of SYNs that come again before any SYN,ACK leaves") {
  const Connection connection = at(syn + syn + syn + answer + last, {0, 1000, 3000, 3000, 3001});
  CHECK(server_in(connection) == "LISTEN! LISTEN! SYN-RECEIVED SYN-RECEIVED ESTABLISHED");
  const Verdict verdict = judge(connection, exchange_of(connection));
  CHECK(verdict.handshake[0] == 2U);
  CHECK(verdict.notes[1].ignored);
  CHECK_FALSE(verdict.notes[2].ignored);
}

TEST_CASE(
    "where nothing ever answers, the last SYN is like those before it, and whether anybody listens is not known") {
  CHECK(server_in(at(syn + syn, {0, 1000})) == "?! ?!");
  CHECK(server_in(at(syn, {0})) == "?");
}

TEST_CASE("a SYN that was doubled on the way is taken, as its copy is") {
  CHECK(server_in(at(syn + syn + answer + last, {0, 1, 2, 3})) == "SYN-RECEIVED SYN-RECEIVED SYN-RECEIVED ESTABLISHED");
  CHECK(server_in(at(syn + syn + syn + answer + last, {0, 1, 1000, 1000, 1001})) ==
        "LISTEN! LISTEN! SYN-RECEIVED SYN-RECEIVED ESTABLISHED");
}

TEST_CASE("a SYN that comes again behind its SYN,ACK had been taken, and one that was lost never came") {
  const std::string lost_syn = "--> S 0:0(0) lost ...\n";
  CHECK(server_in(at(syn + "... S. 0:0(0) ack 1 lost <--\n" + syn + answer + last, {0, 0, 1000, 1000, 1001})) ==
        "SYN-RECEIVED SYN-RECEIVED SYN-RECEIVED SYN-RECEIVED ESTABLISHED");
  CHECK(server_in(at(lost_syn + syn + answer + last, {0, 1000, 1000, 1001})) ==
        "LISTEN SYN-RECEIVED SYN-RECEIVED ESTABLISHED");
}

TEST_CASE("who sends its SYN,ACK again much later has not taken what acknowledged it") {
  CHECK(server_in(at(syn + answer + last + answer + last + data, {0, 0, 1, 1000, 1001, 2000})) ==
        "SYN-RECEIVED SYN-RECEIVED SYN-RECEIVED! SYN-RECEIVED ESTABLISHED ESTABLISHED");
  // So soon, the two may have crossed on the host.
  CHECK(server_in(at(syn + answer + last + answer + last, {0, 0, 900, 1000, 1001})) ==
        "SYN-RECEIVED SYN-RECEIVED ESTABLISHED ESTABLISHED ESTABLISHED");
  const Connection deferred = at(syn + answer + last + answer + last, {0, 0, 1, 1000, 1001});
  CHECK(judge(deferred, exchange_of(deferred)).handshake[2] == 4U);
}

TEST_CASE("nor has who lets data come again and again without an answer, longer than any ACK is delayed") {
  CHECK(server_in(at(syn + answer + last + data + data + data + taken, {0, 0, 1, 2, 210, 620, 620})) ==
        "SYN-RECEIVED SYN-RECEIVED SYN-RECEIVED! SYN-RECEIVED! ESTABLISHED ESTABLISHED ESTABLISHED");
  CHECK(server_in(at(syn + answer + last + data + data + taken, {0, 0, 1, 2, 501, 501})) ==
        "SYN-RECEIVED SYN-RECEIVED ESTABLISHED ESTABLISHED ESTABLISHED ESTABLISHED");
  // It has spoken: what comes again later was only lost in its host, or its answer was.
  CHECK(server_in(at(syn + answer + last + "<-- P. 1:3(2) ack 1 <--\n" + data + data, {0, 0, 1, 1, 2, 900})) ==
        "SYN-RECEIVED SYN-RECEIVED ESTABLISHED ESTABLISHED ESTABLISHED ESTABLISHED");
}

TEST_CASE("one capture does not show what came") {
  const Connection seen = test::as_captured_at(End::server, at(syn + syn + answer + last, {0, 1000, 1000, 1001}));
  for (const Passage& passage : exchange_of(seen).passages) CHECK_FALSE(passage.is_ignored);
}
