#include "tcp/exchange.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/ladders.hpp"
#include "tcp/merge.hpp"

using namespace tcplab;
using test::half_close;
using test::printed;
using test::simultaneous_close;
using test::without_blanks;

TEST_CASE("from both ends, a conversation comes out as the ladder it was written as") {
  for (const auto& iss : test::initial_numbers) {
    for (const char* text : {half_close, simultaneous_close}) {
      CHECK(without_blanks(printed(test::connection_from(text, iss))) == without_blanks(text));
    }
  }
}

TEST_CASE("two captures merge into what both ends saw") {
  for (const auto& iss : test::initial_numbers) {
    const Connection whole = test::connection_from(simultaneous_close, iss);
    const auto at_client = test::as_captured_at(End::client, whole),
               at_server = test::as_captured_at(End::server, whole);
    const auto merged = merge({at_client}, {at_server});
    REQUIRE(merged.size() == 1);
    CHECK(merged[0].vantage == Vantage::both_ends);
    CHECK(printed(merged[0]) == printed(whole));
  }
}

TEST_CASE("the capture whose client waits longer for its answer is the client's") {
  Connection whole = test::connection_from(half_close);
  Connection at_client = test::as_captured_at(End::client, whole), at_server = test::as_captured_at(End::server, whole);
  for (Segment& segment : at_client.segments) {
    if (segment.from == End::server) segment.departed->time += std::chrono::microseconds(500);
  }
  CHECK(printed(merge({at_server}, {at_client})[0]) == printed(whole));
  CHECK(printed(merge({at_client}, {at_server})[0]) == printed(whole));
}

TEST_CASE("connections that only one capture has are kept as they are") {
  const Connection alone = test::as_captured_at(End::client, test::connection_from(half_close));
  const auto merged = merge({alone}, {});
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].vantage == Vantage::one_point);
}

TEST_CASE("a segment that one capture has and the other lacks is lost") {
  const char* const lost_fin =
      "1 SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
      "2 ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
      "3 ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n"
      "4 FIN-WAIT-1 --> F. 1:1(0) ack 1 lost ...\n"
      "5 FIN-WAIT-1 --> F. 1:1(0) ack 1 --> CLOSE-WAIT\n";
  const std::string text = printed(test::connection_from(lost_fin));
  CHECK(text.find("4   FIN-WAIT-1    -->  F.  1:1(0)  ack 1  lost  ...\n") != std::string::npos);
  CHECK(text.find("5   FIN-WAIT-1    -->  F.  1:1(0)  ack 1        -->  CLOSE-WAIT\n") != std::string::npos);
}

TEST_CASE("two captures that contradict each other still come to an end") {
  Connection connection = test::connection_from(half_close);
  for (Segment& segment : connection.segments) {
    segment.arrived->frame = 100 - segment.arrived->frame;
  }
  CHECK(exchange_of(connection).passages.size() >= connection.segments.size());
}

TEST_CASE("two captures in which each end receives first have no common order, and come to an end") {
  Connection connection = test::connection_from("--> P. 1:6(5) ack 1 -->\n<-- P. 1:4(3) ack 1 <--\n");
  for (Segment& segment : connection.segments) {
    segment.departed->frame = 2;
    segment.arrived->frame = 1;
  }
  const std::vector<Passage> passages = exchange_of(connection).passages;
  REQUIRE(passages.size() == 3);
  CHECK((passages[0].segment == 1 && passages[0].leg == Leg::arrival));
  CHECK((passages[1].segment == 0 && passages[1].leg == Leg::whole));
  CHECK((passages[2].segment == 1 && passages[2].leg == Leg::departure));
}

TEST_CASE("who answers a right SYN,ACK by a bare RST was not waiting for it") {
  const char* const scanned =
      "    client                                     server\n"
      "    CLOSED                                     LISTEN\n"
      "1   SYN-SENT      -->  S   0:0(0)         -->  SYN-RECEIVED\n"
      "2   CLOSED        <--  S.  0:0(0)  ack 1  <--  SYN-RECEIVED\n"
      "3   CLOSED        -->  R   1:1(0)         -->  LISTEN\n";
  CHECK(without_blanks(printed(test::connection_from(scanned))) == without_blanks(scanned));
  CHECK(without_blanks(printed(test::as_captured_at(End::client, test::connection_from(scanned)))) ==
        without_blanks(scanned));
}

TEST_CASE("numbers are counted on beyond what 32 bits have room for") {
  for (const auto& iss : test::initial_numbers) {
    Connection connection = test::as_captured_at(
        End::client, test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> P. 1:11(10) ack 1 -->\n"
                                           "<-- . 1:1(0) ack 11 <--\n",
                                           iss));
    const Segment data = connection.segments[2], answer = connection.segments[3];
    constexpr std::uint32_t step = 1U << 30U;
    for (std::uint32_t i = 1; i <= 5; ++i) {
      connection.segments.push_back(data);
      connection.segments.back().seq = data.seq + i * step;
      connection.segments.push_back(answer);
      connection.segments.back().ack = answer.ack + i * step;
    }
    const Ladder ladder = ladder_of(connection, exchange_of(connection));
    CHECK(ladder.rows[12].seq->first == 1 + std::int64_t{5} * step);
    CHECK(ladder.rows[13].ack == 11 + std::int64_t{5} * step);
  }
}

TEST_CASE("one capture named twice was made at one point all the same") {
  const Connection one = test::as_captured_at(End::client, test::connection_from(half_close));
  const auto merged = merge({one}, {one});
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].vantage == Vantage::one_point);
}

TEST_CASE("captures that share no segment are not merged, whatever their four-tuples") {
  const Connection one = test::as_captured_at(End::client, test::connection_from("--> P. 1:6(5) ack 1 -->\n"));
  const Connection other = test::as_captured_at(End::server, test::connection_from("--> P. 100:106(6) ack 7 -->\n"));
  CHECK(merge({one}, {other}).size() == 2);
}

TEST_CASE("where no answer came back, the capture without one is the client's") {
  const char* const dead_return =
      "--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n"
      "--> S 0:0(0) -->\n";
  const Connection whole = test::connection_from(dead_return);
  const auto at_client = test::as_captured_at(End::client, whole), at_server = test::as_captured_at(End::server, whole);
  CHECK(printed(merge({at_server}, {at_client})[0]) == printed(whole));
  CHECK(printed(merge({at_client}, {at_server})[0]) == printed(whole));
}

TEST_CASE("an end that answers with a bare RST had no connection when the segment came") {
  const std::string opened =
      "1 SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
      "2 ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
      "3 ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n";
  const std::string after_close =
      "4 CLOSE-WAIT <-- F. 1:1(0) ack 1 <-- FIN-WAIT-1\n"
      "5 CLOSE-WAIT --> . 1:1(0) ack 2 --> FIN-WAIT-2\n"
      "6 CLOSE-WAIT --> P. 1:6(5) ack 2 --> CLOSED\n"
      "7 CLOSED <-- R 2:2(0) <-- CLOSED\n";
  const std::string rebooted =
      "4 ESTABLISHED --> P. 1:6(5) ack 1 --> CLOSED\n"
      "5 CLOSED <-- R 1:1(0) <-- CLOSED\n";
  const std::string client_rebooted =
      "4 CLOSED <-- P. 1:6(5) ack 1 <-- ESTABLISHED\n"
      "5 CLOSED --> R 1:1(0) --> CLOSED\n";
  const std::string several =
      "4 CLOSED <-- P. 1:6(5) ack 1 <-- ESTABLISHED\n"
      "5 CLOSED <-- F. 6:6(0) ack 1 <-- FIN-WAIT-1\n"
      "6 CLOSED --> R 1:1(0) --> CLOSED\n"
      "7 CLOSED --> R 1:1(0) --> CLOSED\n";
  for (const auto& iss : test::initial_numbers) {
    for (const std::string& rows : {after_close, rebooted, client_rebooted, several}) {
      const Connection whole = test::connection_from(opened + rows, iss);
      const std::string text = without_blanks("client server\nCLOSED LISTEN\n" + opened + rows);
      CHECK(without_blanks(printed(whole)) == text);
      for (const End end : {End::client, End::server})
        CHECK(without_blanks(printed(test::as_captured_at(end, whole))) == text);
    }
  }
}

TEST_CASE("an RST with an ACK, or with another number, does not tell that there was no connection") {
  const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
  for (const auto& iss : test::initial_numbers) {
    for (const char* reset : {"<-- R. 1:1(0) ack 6 <--\n", "<-- R 0:0(0) <--\n"}) {
      const Exchange exchange = exchange_of(test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n" + reset, iss));
      CHECK(exchange.passages[3].server == State::established);
    }
  }
}

TEST_CASE("an end that is not synchronized stays where it is, whatever RST it sends") {
  const Exchange exchange =
      exchange_of(test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 9 <--\n--> R 9:9(0) -->\n"));
  CHECK(exchange.passages[1].client == State::syn_sent);
}

namespace {

/// Of the last row, as a capture at the client's end alone shows it.
std::pair<std::optional<State>, std::optional<State>> last_states(const std::string& ladder) {
  const Exchange exchange = exchange_of(test::as_captured_at(End::client, test::connection_from(ladder)));
  return {exchange.passages.back().client, exchange.passages.back().server};
}

const std::pair<std::optional<State>, std::optional<State>> both_open = {State::established, State::established};
const std::string opened_plainly = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";

}  // namespace

TEST_CASE("an RST behind which both ends go on closes neither") {
  const std::string answered = "--> P. 6:11(5) ack 1 -->\n<-- P. 1:8(7) ack 11 <--\n--> . 11:11(0) ack 8 -->\n";
  CHECK(last_states(opened_plainly + "--> P. 1:6(5) ack 1 -->\n<-- R. 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 6 <--\n" +
                    answered) == both_open);
  CHECK(last_states("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n") ==
        both_open);
}

TEST_CASE("an RST that draws a challenge ACK does not close who speaks on in whose name it came") {
  CHECK(last_states(opened_plainly +
                    "--> P. 1:6(5) ack 1 -->\n<-- P. 1:8(7) ack 6 <--\n<-- R 4:4(0) <--\n--> . 6:6(0) ack 8 -->\n"
                    "--> . 6:6(0) ack 8 -->\n<-- P. 8:9(1) ack 6 <--\n--> . 6:6(0) ack 9 -->\n") == both_open);
}

TEST_CASE("an RST that refuses one SYN does not close for the next, if somebody listens by then") {
  const auto states = last_states(
      "--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 "
      "-->\n");
  CHECK(states == both_open);
}
