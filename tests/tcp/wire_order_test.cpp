#include "tcp/wire_order.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/exchange.hpp"
#include "tcp/ladders.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;
using namespace std::chrono_literals;
using Order = std::vector<std::size_t>;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
const std::string exchanged = opened + "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n";
const std::string three_segment = opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";
const std::string fin_with_data =
    opened + "--> PF. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 7 <--\n<-- F. 1:1(0) ack 7 <--\n--> . 7:7(0) ack 2 -->\n";

Connection captured(const std::string& ladder, const test::InitialNumbers& iss = test::initial_numbers[0]) {
  return test::as_captured_at(End::client, test::connection_from(ladder, iss));
}

/// The segment is recorded so much later than the one that it stands behind now.
Connection moved_behind(Connection connection, std::size_t one, std::size_t other, std::chrono::nanoseconds later) {
  auto& segments = connection.segments;
  const Sighting behind = segments[other].sighting();
  std::rotate(segments.begin() + static_cast<std::ptrdiff_t>(one),
              segments.begin() + static_cast<std::ptrdiff_t>(one) + 1,
              segments.begin() + static_cast<std::ptrdiff_t>(other) + 1);
  segments[other].departed = segments[other].arrived = Sighting{behind.time + later, behind.frame};
  return connection;
}

bool acknowledges(const Segment& answer, const Segment& segment) {
  return answer.from != segment.from && answer.has(TcpFlags::ack) && !answer.has(TcpFlags::rst) &&
         segment.sequence_length() > 0 && answer.ack == segment.sequence_end();
}

Flow as_recorded(const Connection& connection) {
  Flow flow;
  Timestamp before;
  for (const Segment& segment : connection.segments)
    flow.saw(segment, segment.sighting().time, std::exchange(before, segment.sighting().time));
  return flow;
}

Order order_of(const Connection& connection) {
  return wire_order(connection).order;
}

/// Everything that a verdict says of the beginning and the end.
auto said_of(const Flow& flow) {
  return std::tuple(flow.opening(), flow.ending(), flow.closed_first(), flow.certainty(),
                    flow.in_time_wait(End::client), flow.in_time_wait(End::server), flow.retransmissions(End::client),
                    flow.retransmissions(End::server));
}

}  // namespace

TEST_CASE("what is recorded behind its own acknowledgment changes neither the ladder nor the verdict") {
  const auto iss = GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers)));
  std::size_t moved = 0;
  for (const std::string& ladder : {std::string(test::half_close), three_segment, fin_with_data, exchanged}) {
    const Connection whole = captured(ladder, iss);
    for (std::size_t i = 0; i + 1 < whole.segments.size(); ++i) {
      if (!acknowledges(whole.segments[i + 1], whole.segments[i])) continue;
      ++moved;
      INFO(ladder << "segment " << i);
      const Connection late = moved_behind(whole, i, i + 1, 10us);
      CHECK(test::printed(late) == test::printed(whole));
      CHECK(said_of(as_recorded(late)) == said_of(as_recorded(whole)));
      const Verdict verdict = judge(late, exchange_of(late)), expected = judge(whole, exchange_of(whole));
      CHECK(verdict.ending == expected.ending);
      CHECK(verdict.closed_first == expected.closed_first);
      CHECK(verdict.certainty == expected.certainty);
      CHECK(verdict.notes[i + 1].recorded_late);
      CHECK_FALSE(verdict.notes[i].recorded_late);
    }
  }
  CHECK(moved > 12);
}

TEST_CASE("a capture in order stays as it is, and so does one of both ends") {
  for (const std::string& ladder : {std::string(test::half_close), three_segment, exchanged}) {
    CHECK(order_of(captured(ladder)).empty());
    CHECK(order_of(test::connection_from(ladder)).empty());
  }
  CHECK(order_of(Connection()).empty());
}

TEST_CASE("several that were recorded late stand in their own order, also where one acknowledges the other") {
  const Connection whole = captured(three_segment);
  const Connection reversed = moved_behind(moved_behind(whole, 3, 5, 10us), 3, 4, 10us);  // ACK, FIN, FIN
  CHECK(order_of(reversed) == Order{0, 1, 2, 5, 4, 3});
  CHECK(test::printed(reversed) == test::printed(whole));
  const Connection burst =
      captured(opened + "--> . 1:11(10) ack 1 -->\n--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n");
  CHECK(order_of(moved_behind(moved_behind(burst, 4, 5, 10us), 3, 4, 10us)) == Order{0, 1, 2, 4, 5, 3});
}

TEST_CASE("what comes ten milliseconds later may have been sent again") {
  const auto late = [](const std::string& ladder, std::size_t one, std::chrono::nanoseconds later) {
    return !order_of(moved_behind(captured(ladder), one, one + 1, later)).empty();
  };
  const std::size_t syn_ack = 1, data = 3;
  for (const std::size_t one : {syn_ack, data}) {
    CHECK(late(exchanged, one, 9999us));
    CHECK_FALSE(late(exchanged, one, 10ms));
    CHECK(late(exchanged, one, -9999us));  // by its time it came before
    CHECK_FALSE(late(exchanged, one, -1h));
  }
}

TEST_CASE("a SYN of another number begins anew where it was recorded") {
  const std::string asked = "--> S 0:0(0) -->\n<-- . 1:1(0) ack 6 <--\n";
  CHECK(order_of(captured(asked + "--> S 0:5(5) -->\n")) == Order{0, 2, 1});
  CHECK(order_of(captured(asked + "--> S 1:6(5) -->\n")).empty());
}

TEST_CASE("what acknowledges in its turn who acknowledged it was sent again since") {
  CHECK(order_of(captured(opened + "<-- F. 1:1(0) ack 2 <--\n--> F. 1:1(0) ack 1 -->\n")) == Order{0, 1, 2, 4, 3});
  CHECK(order_of(captured(opened + "<-- F. 1:1(0) ack 2 <--\n--> F. 1:1(0) ack 2 -->\n")).empty());
}

TEST_CASE("by a clock that was set back nothing comes soon behind what was recorded long before") {
  const Connection whole = captured(exchanged + "<-- P. 1:3(2) ack 6 <--\n");
  Connection late = moved_behind(whole, 3, 4, 10us);
  const Timestamp told = late.segments[3].sighting().time;
  std::swap(late.segments[4], late.segments[5]);  // ACK, the server's data, what the ACK acknowledges
  const auto order_with = [&](std::chrono::nanoseconds between) {
    late.segments[4].departed = late.segments[4].arrived = Sighting{told + between, 6};
    return order_of(late);
  };
  CHECK(order_with(5ms) == Order{0, 1, 2, 5, 3, 4});
  CHECK(order_with(11ms).empty());
}

TEST_CASE("one direction that is recorded behind all of the other, with its SYN, changes nothing") {
  const std::string answers = "<-- S. 0:0(0) ack 1 <--\n<-- . 1:1(0) ack 6 <--\n";
  const std::string asks = "--> S 0:0(0) -->\n--> . 1:1(0) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n";
  const Flow broken_off = as_recorded(captured(answers + asks + "<-- R. 1:1(0) ack 6 <--\n"));
  CHECK(broken_off.opening() == Opening::three_way);
  CHECK(broken_off.ending() == Ending::abort);
  const Flow closed =
      as_recorded(captured("<-- S. 0:0(0) ack 1 <--\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n"
                           "--> S 0:0(0) -->\n--> . 1:1(0) ack 1 -->\n--> F. 1:1(0) ack 1 -->\n"
                           "--> . 2:2(0) ack 2 -->\n"));
  CHECK(closed.ending() == Ending::four_segment);
  CHECK(closed.closed_first() == End::client);
  CHECK(closed.certainty() == Certainty::seen);
}

TEST_CASE("what a sender sent before goes along, and so does a copy") {
  // The client's last ACK is recorded before the server's ACK and FIN.
  const std::string four_segment =
      opened + "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";
  const Connection whole = captured(four_segment);
  const Connection early = moved_behind(moved_behind(whole, 5, 6, 20us), 4, 5, 10us);
  CHECK(order_of(early) == Order{0, 1, 2, 3, 5, 6, 4});
  CHECK(wire_order(early).recorded_late == Order{6});
  CHECK(test::printed(early) == test::printed(whole));
  CHECK(said_of(as_recorded(early)) == said_of(as_recorded(whole)));
  Connection copied = captured(opened + "<-- . 1:1(0) ack 6 <--\n--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n");
  copied.segments[5].ip_identification = copied.segments[4].ip_identification;
  CHECK(order_of(copied) == Order{0, 1, 2, 4, 5, 3});
  // Each FIN is sent again in answer to the other, as some systems do.
  const Connection again = captured(
      opened + "<-- F. 1:1(0) ack 1 <--\n<-- F. 1:1(0) ack 2 <--\n--> F. 1:1(0) ack 1 -->\n--> F. 1:1(0) ack 2 -->\n");
  CHECK(order_of(again) == Order{0, 1, 2, 3, 5, 4, 6});
}

TEST_CASE("a SYN recorded behind all that its sender sent after it stands alone before the SYN,ACK") {
  const Connection whole = captured(exchanged);
  const Connection late = moved_behind(whole, 0, 4, 10us);
  CHECK(order_of(late) == Order{4, 0, 1, 2, 3});
  CHECK(test::printed(late) == test::printed(whole));
}

TEST_CASE("a FIN recorded behind both the ACK of it and the other FIN closed first, and in four segments") {
  const Connection whole = captured(
      opened + "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n");
  for (const auto later : {std::chrono::nanoseconds(10us), std::chrono::nanoseconds(1s)}) {
    const Connection late = moved_behind(whole, 3, 5, later);
    CHECK(said_of(as_recorded(late)) == said_of(as_recorded(whole)));
    const Verdict verdict = judge(late, exchange_of(late));
    CHECK(verdict.ending == Ending::four_segment);
    CHECK(verdict.closed_first == End::client);
  }
}

TEST_CASE("a SYN,ACK recorded behind everything else of a short connection completed the handshake all the same") {
  const Connection late = moved_behind(captured(opened + "--> R. 1:1(0) ack 1 -->\n"), 1, 2, 10us);
  CHECK(as_recorded(late).opening() == Opening::three_way);
  CHECK(as_recorded(late).certainty() == Certainty::seen);
  CHECK(judge(late, exchange_of(late)).handshake[2] == 1U);
}

TEST_CASE("a SYN,ACK recorded behind several acknowledgments of the client completed the handshake all the same") {
  const Connection late = moved_behind(captured(opened + "--> . 1:1(0) ack 6 -->\n"), 1, 3, 10us);
  CHECK(as_recorded(late).opening() == Opening::three_way);
  const Verdict verdict = judge(late, exchange_of(late));
  CHECK(verdict.opening == Opening::three_way);
  CHECK(verdict.handshake == std::array<std::optional<std::size_t>, 3>{0, 3, 1});
}

TEST_CASE("a FIN that comes again, and whose first was not captured, closed first where the other acknowledges it") {
  const Connection late = moved_behind(captured(three_segment), 3, 4, 1s);
  CHECK(order_of(late).empty());
  const Verdict verdict = judge(late, exchange_of(late));
  CHECK(verdict.ending == Ending::three_segment);
  CHECK(verdict.closed_first == End::client);
  CHECK(verdict.fins == std::array<std::optional<std::size_t>, 2>{4, 3});
  CHECK(verdict.fin_acks == std::array<std::optional<std::size_t>, 2>{3, 5});
}

TEST_CASE("a part that is acknowledged shows that all was sent, as where the capture has segments put together") {
  CHECK(order_of(captured(opened + "<-- . 1:1(0) ack 6 <--\n--> P. 1:21(20) ack 1 -->\n")) == Order{0, 1, 2, 4, 3});
  const std::string fast_open = "<-- S. 0:0(0) ack 1 <--\n--> S 0:5(5) -->\n";
  CHECK(order_of(captured(fast_open)) == Order{1, 0});
}

TEST_CASE("what nobody has acknowledged, or only far more, or an RST, stays where it is") {
  CHECK(order_of(captured(opened + "--> P. 6:11(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK(order_of(captured(opened + "<-- . 1:1(0) ack 1048578 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK_FALSE(order_of(captured(opened + "<-- . 1:1(0) ack 1048577 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK(order_of(captured(opened + "<-- R. 1:1(0) ack 6 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  // Of an end without a SYN in the capture nothing tells where its numbers begin.
  CHECK(order_of(captured("--> . 1:1(0) ack 6 -->\n<-- P. 5:6(1) ack 1 <--\n")).empty());
}

TEST_CASE("a FIN is not what acknowledges more than it, for nothing lies behind a FIN") {
  const std::string exact = opened + "<-- F. 1:1(0) ack 2 <--\n--> F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 -->\n";
  const std::string beyond = opened + "<-- F. 1:1(0) ack 3 <--\n--> F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 -->\n";
  CHECK(order_of(captured(exact)) == Order{0, 1, 2, 4, 3, 5});
  CHECK(order_of(captured(beyond)).empty());
  CHECK(as_recorded(captured(exact)).closed_first() == End::client);
  CHECK(as_recorded(captured(beyond)).closed_first() == End::server);
}

TEST_CASE("a SYN,ACK acknowledges no more than a SYN with its data, whatever it says") {
  CHECK(order_of(captured("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 6 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK(order_of(captured("<-- S. 0:0(0) ack 6 <--\n--> S 0:5(5) -->\n")) == Order{1, 0});
}

TEST_CASE("however much is acknowledged before it is recorded, nothing of it was sent again") {
  std::string ladder = opened;
  for (int i = 0; i < 300; ++i) ladder += "<-- . 1:1(0) ack " + std::to_string(11 + 10 * i) + " <--\n";
  for (int i = 0; i < 300; ++i)
    ladder += "--> . " + std::to_string(1 + 10 * i) + ":" + std::to_string(11 + 10 * i) + "(10) ack 1 -->\n";
  Connection late = captured(ladder);
  for (std::size_t i = 0; i < late.segments.size(); ++i)
    late.segments[i].departed->time = late.segments[i].arrived->time = Timestamp(std::chrono::microseconds(10 * i));
  CHECK(wire_order(late).recorded_late.size() == 300);
  const Flow flow = as_recorded(late);
  CHECK(flow.retransmissions(End::client) == 0);
  CHECK(flow.certainty() == Certainty::seen);
}
