#include "tcp/one_point.hpp"

#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/exchange.hpp"
#include "tcp/ladders.hpp"

using namespace tcplab;
using test::half_close;
using test::printed;
using test::simultaneous_close;
using test::without_blanks;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

Connection at_client(const std::string& ladder) {
  return test::as_captured_at(End::client, test::connection_from(ladder));
}

/// What the client's capture shows of the ladder, its segments so many milliseconds after the beginning.
Connection at_client(const std::string& ladder, std::initializer_list<int> milliseconds) {
  Connection connection = at_client(ladder);
  REQUIRE(connection.segments.size() == milliseconds.size());
  std::size_t i = 0;
  for (const int time : milliseconds) {
    Segment& segment = connection.segments[i++];
    segment.departed->time = segment.arrived->time = Timestamp(std::chrono::milliseconds(time));
  }
  return connection;
}

/// The legs of what the client sent, from the fourth segment on: w(hole), d(eparture), a(rrival).
std::string legs_of_client(const Connection& connection) {
  std::string legs;
  for (const Passage& passage : exchange_of(connection).passages) {
    if (passage.segment < 3 || connection.segments[passage.segment].from == End::server) continue;
    legs += passage.leg == Leg::whole ? 'w' : passage.leg == Leg::departure ? 'd' : 'a';
    legs += std::to_string(passage.segment);
  }
  return legs;
}

/// An option of two numbers of 32 bits.
void put_option(Segment& segment, TcpOptionKind kind, std::uint32_t one, std::uint32_t other) {
  std::vector<std::uint8_t> bytes = {1, 1, static_cast<std::uint8_t>(kind), 10};
  for (const std::uint32_t number : {one, other})
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
  segment.options = bytes;
}
void put_sack(Segment& segment, std::uint32_t left, std::uint32_t right) {
  put_option(segment, TcpOptionKind::sack, left, right);
}
void put_timestamps(Segment& segment, std::uint32_t value, std::uint32_t echo) {
  put_option(segment, TcpOptionKind::timestamps, value, echo);
}

}  // namespace

TEST_CASE("from one end alone, each end goes through the same states") {
  const Connection whole = test::connection_from(half_close);
  for (const End end : {End::client, End::server}) CHECK(printed(test::as_captured_at(end, whole)) == printed(whole));
}

TEST_CASE("a crossing of FINs is seen from either end alone, by what the FINs do not acknowledge") {
  const Connection whole = test::connection_from(simultaneous_close);
  for (const End end : {End::client, End::server}) {
    const Exchange exchange = exchange_of(test::as_captured_at(end, whole));
    bool client_closing = false, server_closing = false;
    for (const Passage& passage : exchange.passages) {
      client_closing = client_closing || passage.client == State::closing;
      server_closing = server_closing || passage.server == State::closing;
    }
    CHECK(client_closing);
    CHECK(server_closing);
    CHECK(exchange.passages.back().client == State::time_wait);
    CHECK(exchange.passages.back().server == State::time_wait);
  }
}

TEST_CASE("from one point, who is known to have gone on had received the SYN,ACK") {
  const Connection reset = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n<-- R. 1:1(0) ack 61 <--\n"));
  const Exchange by_server = exchange_of(reset);
  CHECK(by_server.passages[1].client == State::established);
  CHECK(by_server.passages[2].client == State::closed);
  CHECK(by_server.passages[2].server == State::closed);
  const Connection aborted = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R. 61:61(0) ack 61 -->\n"));
  const Exchange by_client = exchange_of(aborted);
  CHECK(by_client.passages[2].client == State::closed);
  CHECK(by_client.passages[2].server == State::closed);
}

TEST_CASE("from one point, a segment that nobody answers is not said to have arrived") {
  const Connection connection =
      test::as_captured_at(End::client, test::connection_from("--> S 0:0(0) -->\n--> S 0:0(0) -->\n"));
  for (const Passage& passage : exchange_of(connection).passages) CHECK(passage.leg == Leg::departure);
}

TEST_CASE("from one point, what is sent again though acknowledged came by the time that it is acknowledged again") {
  const Connection connection = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> P. 1:11(10) ack 1 -->\n"
                                         "<-- . 1:1(0) ack 11 <--\n--> P. 21:31(10) ack 1 lost ...\n"
                                         "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"));
  CHECK(without_blanks(printed(connection)).find("6ESTABLISHED-->P.1:11(10)ack1-->ESTABLISHED") != std::string::npos);
}

TEST_CASE("from one point, however many segments nobody acknowledges, each is looked at a few times only") {
  Connection connection = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> P. 1001:1011(10) ack 1 -->\n"
                                         "--> . 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 1 <--\n<-- . 1:1(0) ack 2 <--\n"));
  const std::vector<Segment> repeated(connection.segments.begin() + 2, connection.segments.end());
  constexpr std::size_t times = 100'000;  // to look at all that wait for each of these would take minutes
  for (std::size_t i = 1; i < times; ++i)
    connection.segments.insert(connection.segments.end(), repeated.begin(), repeated.end());
  const Exchange exchange = exchange_of(connection);
  CHECK(std::ranges::count(exchange.passages, Leg::departure, &Passage::leg) == times);
}

TEST_CASE("from one point, the last ACK does not come before what its receiver went on to say") {
  const std::string closing = "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n";
  const Connection connection = at_client(opened + closing + "--> . 2:2(0) ack 2 -->\n<-- . 2:2(0) ack 2 <--\n");
  const Exchange exchange = exchange_of(connection);
  REQUIRE(exchange.passages.size() == 8);
  CHECK(exchange.passages[6].server == State::last_ack);
  CHECK(exchange.passages[7].segment == 5);
  CHECK(exchange.passages[7].leg == Leg::arrival);
  CHECK(exchange.passages[7].server == State::closed);
}

TEST_CASE("from one point, an RST does not come before what its receiver went on to say") {
  const auto states = [&](const std::string& rest) {
    const Exchange exchange = exchange_of(test::as_captured_at(End::client, test::connection_from(opened + rest)));
    std::string text;
    for (const Passage& passage : exchange.passages)
      if (passage.server) text += std::string(to_string(*passage.server)) + " ";
    return text;
  };
  const std::string handshake = "SYN-RECEIVED SYN-RECEIVED ESTABLISHED ";
  // The server has taken the FIN when it closes, and the first RST has not the number that it expects then.
  CHECK(states("--> F. 1:1(0) ack 1 -->\n--> R 1:1(0) -->\n<-- F. 1:1(0) ack 2 <--\n--> R 2:2(0) -->\n") ==
        handshake + "CLOSE-WAIT CLOSE-WAIT LAST-ACK LAST-ACK CLOSED ");
  // Who speaks seconds later never took it.
  Connection late = test::as_captured_at(
      End::client, test::connection_from(opened + "--> R. 1:1(0) ack 1 -->\n<-- P. 1:11(10) ack 1 <--\n"));
  late.segments.back().departed->time += std::chrono::seconds(2);
  late.segments.back().arrived->time += std::chrono::seconds(2);
  const Exchange never = exchange_of(late);
  CHECK(never.passages[3].leg == Leg::departure);
  CHECK(never.passages.back().server == State::established);
  // Data under way when the client aborts.
  CHECK(states("--> R. 1:1(0) ack 1 -->\n<-- P. 1:11(10) ack 1 <--\n") ==
        handshake + "ESTABLISHED ESTABLISHED CLOSED ");
}

TEST_CASE("from one point, an RST that comes before the SYN,ACK ends what was there before, and comes at once") {
  const Exchange exchange = exchange_of(
      at_client("--> S 0:0(0) -->\n<-- . 5000:5000(0) ack 9000 <--\n--> R 9000:9000(0) -->\n--> S 0:0(0) -->\n"
                "<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 <--\n"));
  REQUIRE(exchange.passages.size() == 7);
  CHECK(exchange.passages[2].leg == Leg::whole);
  CHECK(exchange.passages.back().server == State::fin_wait_1);
}

TEST_CASE("from one point, a forged SYN that nobody accepts does not keep what follows from arriving") {
  const std::string forged =
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n--> S 9999:9999(0) -->\n<-- . 1:1(0) ack 1 "
      "<--\n"
      "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";
  const Exchange exchange = exchange_of(test::as_captured_at(End::client, test::connection_from(forged)));
  CHECK(exchange.passages.back().client == State::time_wait);
  CHECK(exchange.passages.back().server == State::closed);
}

TEST_CASE("of a SYN that nothing answers before a fresh one nothing says that it came") {
  const Exchange exchange = exchange_of(test::as_captured_at(
      End::client, test::connection_from("--> S 700:700(0) -->\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n")));
  CHECK(exchange.passages.front().leg == Leg::departure);
  CHECK(exchange.passages.front().server == State::listen);
}

// --- What was sent again -------------------------------------------------------------------------------------------

TEST_CASE("from one point, a loss is seen as it was, by what the repeated ACKs tell of") {
  const std::string fast_retransmit =
      "    client                                                    server\n"
      "    CLOSED                                                    LISTEN\n"
      "1   SYN-SENT     -->  S   0:0(0)                     -->  SYN-RECEIVED\n"
      "2   ESTABLISHED  <--  S.  0:0(0)           ack 1     <--  SYN-RECEIVED\n"
      "3   ESTABLISHED  -->  .   1:1(0)           ack 1     -->  ESTABLISHED\n"
      "4   ESTABLISHED  -->  .   1:1001(1000)     ack 1     lost ...\n"
      "5   ESTABLISHED  -->  .   1001:2001(1000)  ack 1     -->  ESTABLISHED\n"
      "6   ESTABLISHED  <--  .   1:1(0)           ack 1     <--  ESTABLISHED\n"
      "7   ESTABLISHED  -->  .   2001:3001(1000)  ack 1     -->  ESTABLISHED\n"
      "8   ESTABLISHED  <--  .   1:1(0)           ack 1     <--  ESTABLISHED\n"
      "9   ESTABLISHED  -->  .   3001:4001(1000)  ack 1     -->  ESTABLISHED\n"
      "10  ESTABLISHED  <--  .   1:1(0)           ack 1     <--  ESTABLISHED\n"
      "11  ESTABLISHED  -->  .   1:1001(1000)     ack 1     -->  ESTABLISHED\n"
      "12  ESTABLISHED  <--  .   1:1(0)           ack 4001  <--  ESTABLISHED\n";
  for (const auto& iss : test::initial_numbers) {
    const Connection connection = test::as_captured_at(End::client, test::connection_from(fast_retransmit, iss));
    CHECK(without_blanks(printed(connection)) == without_blanks(replaced(fast_retransmit, "lost", "")));
  }
}

TEST_CASE("from one point, an ACK that is repeated before anything is sent again tells of no arrival") {
  CHECK(legs_of_client(at_client(opened + "--> . 1:1001(1000) ack 1 -->\n--> . 1001:2001(1000) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 1 <--\n<-- . 1:1(0) ack 2001 <--\n")) == "d3d4a3a4");
  // Nor does one with another window, or with none.
  Connection connection = at_client(opened +
                                    "--> . 1:1001(1000) ack 1 lost ...\n--> . 1001:2001(1000) ack 1 -->\n"
                                    "<-- . 1:1(0) ack 1 <--\n<-- . 1:1(0) ack 1 <--\n"
                                    "--> . 1:1001(1000) ack 1 -->\n<-- . 1:1(0) ack 2001 <--\n");
  CHECK(legs_of_client(connection) == "d3w4w7");
  connection.segments[5].window = 1000;
  connection.segments[6].window = 2000;
  CHECK(legs_of_client(connection) == "d3w4w7");  // the first behind a SYN,ACK may be scaled
  connection.segments[5].window = connection.segments[6].window = 0;
  CHECK(legs_of_client(connection) == "d3d4a4w7");
}

TEST_CASE("from one point, of what was sent again the latest came, for all that is known") {
  CHECK(legs_of_client(at_client(opened + "--> P. 1:11(10) ack 1 lost ...\n--> P. 1:11(10) ack 1 lost ...\n"
                                          "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n")) == "d3d4w5");
  // In other pieces.
  CHECK(legs_of_client(at_client(opened + "--> . 1:21(20) ack 1 lost ...\n--> . 21:41(20) ack 1 lost ...\n"
                                          "--> . 1:16(15) ack 1 -->\n--> . 16:31(15) ack 1 -->\n"
                                          "--> . 31:41(10) ack 1 -->\n<-- . 1:1(0) ack 41 <--\n")) == "d3d4w5w6w7");
  // Not all of it was sent again, so it came.
  CHECK(legs_of_client(at_client(opened + "--> . 1:21(20) ack 1 -->\n--> . 1:11(10) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 21 <--\n")) == "w3w4");
  // A FIN.
  const Exchange lost_fin = exchange_of(
      at_client(opened + "--> F. 1:1(0) ack 1 lost ...\n--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n"));
  CHECK(lost_fin.passages[3].leg == Leg::departure);
  CHECK(lost_fin.passages[3].server == State::established);
  CHECK(lost_fin.passages[4].leg == Leg::whole);
  // A SYN; and a SYN,ACK is no repetition of one.
  const Exchange lost_syn =
      exchange_of(at_client("--> S 0:0(0) lost ...\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n"));
  CHECK(lost_syn.passages[0].leg == Leg::departure);
  CHECK(lost_syn.passages[1].leg == Leg::whole);
  const Exchange both_open =
      exchange_of(at_client("--> S 0:0(0) ...\n<-- S 0:0(0) <--\n... S 0:0(0) -->\n--> S. 0:0(0) ack 1 -->\n"
                            "<-- S. 0:0(0) ack 1 <--\n"));
  CHECK(both_open.passages[2].leg == Leg::arrival);
  CHECK(both_open.passages[2].server == State::syn_received);
}

TEST_CASE("from one point, what was sent again too late for an answer did not cause it") {
  const std::string spurious = opened +
                               "--> P. 1:11(10) ack 1 -->\n--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"
                               "<-- . 1:1(0) ack 11 <--\n";
  // A round trip of 100 ms. The answer comes 20 ms after the repetition, of which nothing tells; or its receiver does.
  Connection soon = at_client(spurious, {0, 100, 100, 200, 500, 520, 700});
  CHECK(legs_of_client(soon) == "w3d4");
  put_sack(soon.segments.back(), 1, 11);
  CHECK(legs_of_client(soon) == "w3d4a4");
  CHECK(exchange_of(soon).passages[5].segment == 5);
  // The answer comes 120 ms after it.
  CHECK(legs_of_client(at_client(spurious, {0, 100, 100, 200, 500, 620, 700})) == "d3w4");
}

TEST_CASE("from one point, the time stamp that an answer echoes tells which of two came") {
  Connection connection = at_client(opened +
                                    "--> P. 1:11(10) ack 1 -->\n--> P. 1:11(10) ack 1 -->\n"
                                    "<-- . 1:1(0) ack 11 <--\n");
  put_timestamps(connection.segments[3], 0xffffffff, 7);
  put_timestamps(connection.segments[4], 300, 7);
  put_timestamps(connection.segments[5], 8, 0xffffffff);
  CHECK(legs_of_client(connection) == "w3d4");
  put_timestamps(connection.segments[5], 8, 300);
  CHECK(legs_of_client(connection) == "d3w4");
}

TEST_CASE("from one point, both came of what the receiver says that it has twice") {
  Connection connection = at_client(opened +
                                    "--> P. 1:11(10) ack 1 -->\n--> P. 1:11(10) ack 1 -->\n"
                                    "<-- . 1:1(0) ack 11 <--\n<-- . 1:1(0) ack 11 <--\n");
  CHECK(legs_of_client(connection) == "d3w4");
  put_sack(connection.segments.back(), 1, 11);
  CHECK(legs_of_client(connection) == "w3d4a4");
}

TEST_CASE("from one point, a packet that was captured twice is no repetition") {
  Connection connection = at_client(opened +
                                    "--> P. 1:11(10) ack 1 -->\n--> P. 1:11(10) ack 1 -->\n"
                                    "<-- . 1:1(0) ack 11 <--\n");
  connection.segments[4].ip_identification = connection.segments[3].ip_identification;
  CHECK(legs_of_client(connection) == "w3w4");
}

TEST_CASE("from one point, what was acknowledged of a segment before any of that was sent again came with it") {
  // Only its tail is sent again, as a probe of the tail does.
  CHECK(legs_of_client(at_client(opened + "--> . 1:21(20) ack 1 -->\n--> P. 11:21(10) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 21 <--\n")) == "w3w4");
  // The tail alone was lost.
  CHECK(legs_of_client(at_client(opened + "--> . 1:21(20) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"
                                          "--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n")) == "d3a3w5");
  // In pieces, each of which is acknowledged alone.
  CHECK(legs_of_client(at_client(opened + "--> . 1:21(20) ack 1 lost ...\n--> . 1:11(10) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 11 <--\n--> . 11:21(10) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 21 <--\n")) == "d3w4w6");
}

TEST_CASE("from one point, an ACK that is repeated for another reason tells of no arrival") {
  const std::string three =
      "--> P. 1:11(10) ack 1 -->\n--> P. 11:21(10) ack 1 lost ...\n--> P. 21:31(10) ack 1 lost ...\n";
  const std::string ack = "<-- . 1:1(0) ack 11 <--\n", again = "--> P. 11:21(10) ack 1 lost ...\n";
  const Connection missing = at_client(opened + three + ack + ack + again);
  REQUIRE(legs_of_client(missing) == "w3d4d5a5d8");  // as it should: the first of them is not in its way
  // The same packet, captured twice.
  Connection copied = missing;
  copied.segments[7].ip_identification = copied.segments[6].ip_identification;
  CHECK(legs_of_client(copied) == "w3d4d5d8");
  // What came again was answered.
  CHECK(legs_of_client(at_client(opened + "--> P. 1:11(10) ack 1 -->\n" + ack + "--> P. 1:11(10) ack 1 -->\n" +
                                 three.substr(three.find("--> P. 11")) + ack + again)) == "w3w5d6d7d9");
  // Both have agreed to SACK, so what came would be named.
  Connection agreed = missing;
  for (const std::size_t syn : {0U, 1U}) agreed.segments[syn].options = std::vector<std::uint8_t>{4, 2, 1, 1};
  CHECK(legs_of_client(agreed) == "w3d4d5d8");
  // The number is still expected later.
  CHECK(legs_of_client(at_client(opened + three + ack + ack +
                                 "--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n")) == "w3d4d5w8");
  // It only asks whether the client is there.
  Connection asks = missing;
  asks.segments[7].seq = asks.segments[7].seq - 1;
  CHECK(legs_of_client(asks) == "w3d4d5d8");
}

TEST_CASE("from one point, what the repeated ACK tells to have come was not also sent before") {
  CHECK(legs_of_client(at_client(opened + "--> P. 1:11(10) ack 1 lost ...\n--> P. 11:21(10) ack 1 lost ...\n"
                                          "--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 1 <--\n"
                                          "<-- . 1:1(0) ack 1 <--\n--> P. 1:11(10) ack 1 -->\n"
                                          "<-- . 1:1(0) ack 21 <--\n")) == "d3d4w5w8");
}

TEST_CASE("from one point, each probe of a window of zero comes that is answered") {
  Connection probed = at_client(opened +
                                "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"
                                "--> . 11:12(1) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"
                                "--> . 11:12(1) ack 1 -->\n<-- . 1:1(0) ack 12 <--\n");
  probed.segments[4].window = probed.segments[6].window = 0;
  CHECK(legs_of_client(probed) == "w3w5w7");
}

TEST_CASE(
    "from one point, a copy comes if the packet does of which it is one, and what is sent again at once is none") {
  Connection copied = at_client(opened +
                                "--> P. 1:11(10) ack 1 lost ...\n--> P. 1:11(10) ack 1 lost ...\n"
                                "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n");
  copied.segments[4].ip_identification = copied.segments[3].ip_identification;
  CHECK(legs_of_client(copied) == "d3d4w5");
  Connection quick = at_client(opened +
                               "--> P. 1:11(10) ack 1 lost ...\n--> P. 11:21(10) ack 1 -->\n"
                               "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n");
  for (std::size_t i = 0; i < quick.segments.size(); ++i) {
    quick.segments[i].ip_identification = 0;
    quick.segments[i].departed->time = quick.segments[i].arrived->time = Timestamp(std::chrono::microseconds(100 * i));
  }
  CHECK(legs_of_client(quick) == "d3w4w5");
}

TEST_CASE("from one point, the shortest round trip decides what had no time to come, and a time stamp before it") {
  // The handshake took a second, the data 50 ms.
  const std::string slow = opened + "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n" +
                           "--> P. 11:21(10) ack 1 lost ...\n--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n";
  CHECK(legs_of_client(at_client(slow, {0, 1000, 1000, 1100, 1150, 2000, 2500, 2550})) == "w3d5w6");
  Connection stamped = at_client(opened +
                                     "--> P. 1:11(10) ack 1 lost ...\n--> P. 1:11(10) ack 1 -->\n"
                                     "<-- . 1:1(0) ack 11 <--\n",
                                 {0, 1000, 1000, 1100, 2400, 2450});
  CHECK(legs_of_client(stamped) == "w3d4");
  put_timestamps(stamped.segments[3], 1100, 7);
  put_timestamps(stamped.segments[4], 2400, 7);
  put_timestamps(stamped.segments[5], 8, 2400);
  CHECK(legs_of_client(stamped) == "d3w4");
}

TEST_CASE("from one point, a SYN comes whose data is acknowledged, though it came again without") {
  const Exchange exchange = exchange_of(at_client("--> S 0:11(11) -->\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 12 <--\n"));
  CHECK(exchange.passages[0].leg == Leg::whole);
}

TEST_CASE("from one point, as often as the receiver says so a segment came again") {
  Connection connection = at_client(opened +
                                    "--> P. 1:11(10) ack 1 -->\n--> P. 1:11(10) ack 1 -->\n"
                                    "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n"
                                    "<-- . 1:1(0) ack 11 <--\n");
  CHECK(legs_of_client(connection) == "d3d4w5");
  put_sack(connection.segments.back(), 1, 11);
  CHECK(legs_of_client(connection) == "d3w4d5a5");
}

TEST_CASE("from one point, however much was sent again, each segment is looked at a few times only") {
  Connection connection =
      at_client(opened + "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n", {0, 100, 100, 200, 300});
  const Segment data = connection.segments[3], answer = connection.segments[4];
  connection.segments.pop_back();
  constexpr std::size_t times = 100'000;
  for (std::size_t i = 1; i < times; ++i) connection.segments.push_back(data);
  for (std::size_t i = 0; i < times; ++i) {
    connection.segments.push_back(answer);
    put_sack(connection.segments.back(), 1, 11);
  }
  CHECK(exchange_of(connection).passages.size() >= 2 * times);
}

TEST_CASE("from one point, who sends its SYN,ACK again has not taken the ACK of it") {
  const std::string text =
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 lost ...\n"
      "<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
  for (const bool is_late : {false, true}) {
    Connection connection = test::as_captured_at(End::client, test::connection_from(text));
    for (std::size_t i = 3; i < connection.segments.size() && is_late; ++i)
      connection.segments[i].departed->time += std::chrono::seconds(1);
    const std::string ladder = test::without_blanks(test::printed(connection));
    CHECK((ladder.find("3ESTABLISHED-->.1:1(0)ack1...\n") != std::string::npos) == is_late);
  }
}
