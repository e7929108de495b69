#include "tcp/both_ends.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";

Verdict verdict_of(const Connection& connection) {
  return judge(connection, exchange_of(connection));
}

}  // namespace

TEST_CASE("why an end sends again rests on what has come to it, not on what is under way") {
  const std::string lost =
      opened +
      "--> . 1:1001(1000) ack 1 lost ...\n"
      "--> . 1001:2001(1000) ack 1 -->\n--> . 2001:3001(1000) ack 1 -->\n--> . 3001:4001(1000) ack 1 -->\n";
  const std::string under_way = "... . 1:1(0) ack 1 <--\n", arrives = "<-- . 1:1(0) ack 1 ...\n",
                    again = "--> . 1:1001(1000) ack 1 -->\n";
  const std::string three_under_way = under_way + under_way + under_way, three_arrive = arrives + arrives + arrives;
  for (const auto& iss : test::initial_numbers) {
    const auto too_late = verdict_of(test::connection_from(lost + three_under_way + again + three_arrive, iss));
    const auto in_time = verdict_of(test::connection_from(lost + three_under_way + three_arrive + again, iss));
    REQUIRE(too_late.retransmissions[0].size() == 1);
    CHECK(too_late.retransmissions[0].front().why == SentAgain::after_timeout);
    REQUIRE(in_time.retransmissions[0].size() == 1);
    CHECK(in_time.retransmissions[0].front().why == SentAgain::fast);
  }
}

TEST_CASE("that the other end had it already is told, though the ACK never came") {
  const auto verdict =
      verdict_of(test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n... . 1:1(0) ack 6 lost <--\n"
                                                "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"));
  REQUIRE(verdict.retransmissions[0].size() == 1);
  CHECK(verdict.retransmissions[0].front().why == SentAgain::spurious);
}

TEST_CASE("a packet that was sent once and comes twice was not sent again") {
  Connection connection = test::connection_from(opened +
                                                "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"
                                                "... P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n");
  Segment& second = connection.segments[5];
  REQUIRE(!second.departed);
  SECTION("the same packet") {
    second.ip_identification = connection.segments[3].ip_identification;
    const Verdict verdict = verdict_of(connection);
    CHECK(verdict.notes[5].again == SentAgain::copy);
    CHECK(verdict.retransmissions[0].empty());
  }
  SECTION("another, which is an old one or forged") {
    second.ip_identification = 4711;
    CHECK(verdict_of(connection).notes[5].again != SentAgain::copy);
  }
}

TEST_CASE("two clocks are not mixed in why an end sends again") {
  const std::string text = opened +
                           "--> . 1:1001(1000) ack 1 lost ...\n--> . 1001:2001(1000) ack 1 -->\n"
                           "--> . 2001:3001(1000) ack 1 -->\n--> . 3001:4001(1000) ack 1 -->\n"
                           "<-- . 1:1(0) ack 1 <--\n<-- . 1:1(0) ack 1 <--\n<-- . 1:1(0) ack 1 <--\n"
                           "--> . 1:1001(1000) ack 1 -->\n<-- . 1:1(0) ack 4001 <--\n";
  Connection connection = test::connection_from(text);
  for (Segment& segment : connection.segments) {
    auto& at_server = segment.from == End::server ? segment.departed : segment.arrived;
    if (at_server) at_server->time += std::chrono::hours(1);
  }
  const Verdict verdict = verdict_of(connection);
  REQUIRE(verdict.retransmissions[0].size() == 1);
  CHECK(verdict.retransmissions[0].front().why == SentAgain::fast);
}
