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
    CHECK(wire_order(captured(ladder)).empty());
    CHECK(wire_order(test::connection_from(ladder)).empty());
  }
  CHECK(wire_order(Connection()).empty());
}

TEST_CASE("several that were recorded late stand in their own order, also where one acknowledges the other") {
  const Connection whole = captured(three_segment);
  const Connection reversed = moved_behind(moved_behind(whole, 3, 5, 10us), 3, 4, 10us);  // ACK, FIN, FIN
  CHECK(wire_order(reversed) == Order{0, 1, 2, 5, 4, 3});
  CHECK(test::printed(reversed) == test::printed(whole));
  const Connection burst =
      captured(opened + "--> . 1:11(10) ack 1 -->\n--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n");
  CHECK(wire_order(moved_behind(moved_behind(burst, 4, 5, 10us), 3, 4, 10us)) == Order{0, 1, 2, 4, 5, 3});
}

TEST_CASE("what comes later than a round trip may be sent again, a SYN what comes later than any timer") {
  const auto late = [](const std::string& ladder, std::size_t one, std::chrono::nanoseconds later) {
    return !wire_order(moved_behind(captured(ladder), one, one + 1, later)).empty();
  };
  CHECK(late(exchanged, 3, 1999us));  // the handshake took two milliseconds
  CHECK_FALSE(late(exchanged, 3, 2ms));
  CHECK(late(exchanged, 3, -1h));  // by its time it came before
  CHECK(late(exchanged, 1, 199ms));
  CHECK_FALSE(late(exchanged, 1, 200ms));
  CHECK(late("--> P. 1:6(5) ack 1 -->\n--> P. 6:9(3) ack 1 -->\n<-- . 1:1(0) ack 9 <--\n", 1, 2999us));
  CHECK_FALSE(late("--> P. 1:6(5) ack 1 -->\n--> P. 6:9(3) ack 1 -->\n<-- . 1:1(0) ack 9 <--\n", 1, 3ms));
}

TEST_CASE("a FIN that comes again, and whose first was not captured, closed first where the other acknowledges it") {
  const Connection late = moved_behind(captured(three_segment), 3, 4, 1s);
  CHECK(wire_order(late).empty());
  const Verdict verdict = judge(late, exchange_of(late));
  CHECK(verdict.ending == Ending::three_segment);
  CHECK(verdict.closed_first == End::client);
  CHECK(verdict.fins == std::array<std::optional<std::size_t>, 2>{4, 3});
  CHECK(verdict.fin_acks == std::array<std::optional<std::size_t>, 2>{3, 5});
}

TEST_CASE("a part that is acknowledged shows that all was sent, as where the capture has segments put together") {
  CHECK(wire_order(captured(opened + "<-- . 1:1(0) ack 6 <--\n--> P. 1:21(20) ack 1 -->\n")) == Order{0, 1, 2, 4, 3});
  const std::string fast_open = "<-- S. 0:0(0) ack 1 <--\n--> S 0:5(5) -->\n";
  CHECK(wire_order(captured(fast_open)) == Order{1, 0});
}

TEST_CASE("what nobody has acknowledged, or only far more, or an RST, stays where it is") {
  CHECK(wire_order(captured(opened + "--> P. 6:11(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK(wire_order(captured(opened + "<-- . 1:1(0) ack 1048578 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK_FALSE(wire_order(captured(opened + "<-- . 1:1(0) ack 1048577 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  CHECK(wire_order(captured(opened + "<-- R. 1:1(0) ack 6 <--\n--> P. 1:6(5) ack 1 -->\n")).empty());
  // Of an end without a SYN in the capture nothing tells where its numbers begin.
  CHECK(wire_order(captured("--> . 1:1(0) ack 6 -->\n<-- P. 5:6(1) ack 1 <--\n")).empty());
}

TEST_CASE("of very much that is acknowledged and not there only the latest is kept") {
  std::string ladder = opened;
  for (int i = 1; i <= 66; ++i) ladder += "<-- . 1:1(0) ack " + std::to_string(1 + 10 * i) + " <--\n";
  const auto is_late = [&](const std::string& data) {
    return !wire_order(moved_behind(captured(ladder + data), 69, 69, -1h)).empty();
  };
  CHECK_FALSE(is_late("--> . 11:21(10) ack 1 -->\n"));
  CHECK(is_late("--> . 21:31(10) ack 1 -->\n"));
}
