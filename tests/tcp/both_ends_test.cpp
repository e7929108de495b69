#include "tcp/both_ends.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/ladders.hpp"
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
  const std::string three_under_way = lost + under_way + under_way + under_way, three = arrives + arrives + arrives;
  const std::string again_first = three_under_way + again + three, again_last = three_under_way + three + again;
  for (const auto& iss : test::initial_numbers) {
    const auto too_late = verdict_of(test::connection_from(again_first, iss));
    const auto in_time = verdict_of(test::connection_from(again_last, iss));
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
    CHECK(verdict.notes[5].sent_once);
    CHECK(verdict.retransmissions[0].empty());
  }
  SECTION("another, which is an old one or forged") {
    second.ip_identification = 4711;
    CHECK_FALSE(verdict_of(connection).notes[5].sent_once);
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

TEST_CASE("an RST that the capture of its sender's end does not have was sent by somebody else") {
  const auto verdict = verdict_of(test::connection_from(opened + "... R 1:1(0) -->\n"));
  REQUIRE(verdict.reset);
  CHECK(verdict.reset->cause == ResetCause::forged);
  CHECK(verdict.reset->has(ResetEvidence::not_sent));
}

TEST_CASE("what never came to an end is not what it answers by an RST") {
  const std::string until_lost = opened + "--> P. 1:6(5) ack 1 -->\n<-- P. 1:4(3) ack 6 <--\n";
  const std::string rest = "--> . 6:6(0) ack 4 -->\n--> R 6:6(0) -->\n";
  const auto lost = verdict_of(test::connection_from(until_lost + "... F. 4:4(0) ack 6 lost <--\n" + rest));
  REQUIRE(lost.reset);
  CHECK(lost.reset->cause == ResetCause::unknown);
}

TEST_CASE("a handshake whose last ACK never comes is half open") {
  const std::string answered = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 lost ...\n";
  CHECK(verdict_of(test::connection_from(answered)).opening == Opening::half_open);
  CHECK(verdict_of(test::connection_from(answered + "--> P. 1:6(5) ack 1 -->\n")).opening == Opening::three_way);
}

TEST_CASE("where nothing comes either way any more, the ends have lost each other") {
  const std::string server_again = "... P. 1:6(5) ack 6 lost <--\n", client_again = "--> P. 6:11(5) ack 1 lost ...\n";
  const std::string open = opened + "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n";
  CHECK(verdict_of(test::connection_from(open + server_again + client_again)).ending == Ending::open);
  CHECK(verdict_of(test::connection_from(open + server_again + client_again + server_again + client_again +
                                         server_again + client_again))
            .ending == Ending::vanished);
}

TEST_CASE("how long TIME-WAIT was seen goes by the clock of the capture at its end") {
  Connection connection = test::connection_from(opened +
                                                "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n"
                                                "<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n");
  connection.watched_until = connection.segments.back().departed->time + std::chrono::seconds(2);
  for (Segment& segment : connection.segments) {
    auto& at_server = segment.from == End::server ? segment.departed : segment.arrived;
    at_server->time -= std::chrono::hours(1);
  }
  CHECK(verdict_of(connection).time_wait[0] == std::chrono::seconds(2));
}

TEST_CASE("in a simultaneous close TIME-WAIT begins when the own FIN is acknowledged") {
  const Connection both = test::connection_from(opened +
                                                "--> F. 1:1(0) ack 1 ...\n... F. 1:1(0) ack 1 <--\n"
                                                "<-- F. 1:1(0) ack 1 ...\n... F. 1:1(0) ack 1 -->\n"
                                                "--> . 2:2(0) ack 2 ...\n... . 2:2(0) ack 2 <--\n"
                                                "... . 2:2(0) ack 2 -->\n<-- . 2:2(0) ack 2 ...\n");
  const Verdict verdict = verdict_of(test::as_captured_at(End::client, both));
  CHECK(verdict.ending == Ending::simultaneous);
  CHECK(verdict.time_wait[0] == std::chrono::nanoseconds(0));
}

TEST_CASE("FINs cross where each end sent its own without knowing of the other's, though that had come to its host") {
  const char* const captured =
      "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 <--\n--> . 2:2(0) ack 2 ...\n"
      "<-- . 2:2(0) ack 2 <--\n... . 2:2(0) ack 2 -->\n";
  CHECK(test::without_blanks(test::printed(test::connection_from(opened + captured))) ==
        test::without_blanks(test::simultaneous_close));
}
