#include "tcp/merge.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
const std::string conversation = opened +
                                 "--> . 1:1001(1000) ack 1 -->\n--> . 1001:2001(1000) ack 1 -->\n"
                                 "--> P. 2001:2501(500) ack 1 -->\n<-- . 1:1(0) ack 2501 <--\n";

struct TwoCaptures {
  explicit TwoCaptures(const test::InitialNumbers& iss = test::initial_numbers[0])
      : client(test::as_captured_at(End::client, test::connection_from(conversation, iss))),
        server(test::as_captured_at(End::server, test::connection_from(conversation, iss))) {}
  [[nodiscard]] Connection merged() const { return merge({client}, {server}, Points::client_and_server).at(0); }
  Connection client, server;
};

bool departed_and_arrived(const Segment& segment) {
  return segment.departed && segment.arrived;
}

/// The three data segments as one, as a host hands them to its network card, or gets them from its kernel.
void put_together(std::vector<Segment>& segments) {
  segments[3].length = 2500;
  segments[3].flags = segments[5].flags;
  segments.erase(segments.begin() + 4, segments.begin() + 6);
}

}  // namespace

TEST_CASE("what one capture has whole and the other in pieces came as it is") {
  for (const auto& iss : test::initial_numbers) {
    for (const bool is_client : {true, false}) {
      TwoCaptures captures(iss);
      put_together((is_client ? captures.client : captures.server).segments);
      const Connection merged = captures.merged();
      CHECK(merged.vantage == Vantage::both_ends);
      CHECK(merged.cut_on_way == 1);
      CHECK(merged.segments.size() == 7);
      CHECK(std::ranges::all_of(merged.segments, departed_and_arrived));
      CHECK(judge(merged, exchange_of(merged)).retransmissions[0].empty());
    }
  }
}

TEST_CASE("what was sent again in other pieces is not what was sent first") {
  TwoCaptures captures;
  put_together(captures.client.segments);
  for (std::size_t i = 3; i < 6; ++i) captures.server.segments[i].ip_identification += 100;
  Segment again = captures.client.segments[3];
  again.ip_identification += 100;
  again.departed->frame = again.arrived->frame = 100;
  captures.client.segments.push_back(again);
  const Connection merged = captures.merged();
  CHECK(std::ranges::count_if(merged.segments, [](const Segment& one) { return !one.arrived; }) == 1);
  CHECK(judge(merged, exchange_of(merged)).retransmissions[0].size() == 3);
}

TEST_CASE("of what is cut up on its way, a piece may be lost") {
  for (const auto& iss : test::initial_numbers) {
    for (const std::size_t lost : {3U, 4U, 5U}) {
      TwoCaptures captures(iss);
      Segment again = captures.client.segments[lost];
      again.ip_identification += 100;
      again.departed->frame = again.arrived->frame = 100;
      put_together(captures.client.segments);
      captures.client.segments.push_back(again);
      auto& there = captures.server.segments;
      there.erase(there.begin() + static_cast<std::ptrdiff_t>(lost));
      there.push_back(again);
      const Connection merged = captures.merged();
      CHECK(merged.vantage == Vantage::both_ends);
      CHECK(merged.segments.size() == 8);
      CHECK(std::ranges::count_if(merged.segments, [](const Segment& one) { return !one.arrived; }) == 1);
      CHECK(std::ranges::all_of(merged.segments, [](const Segment& one) { return one.departed.has_value(); }));
    }
  }
}

TEST_CASE("a SYN whose options a router has changed is the same SYN") {
  TwoCaptures captures;
  captures.client.segments[0].options = std::vector<std::uint8_t>{2, 4, 5, 180};
  captures.server.segments[0].options = std::vector<std::uint8_t>{2, 4, 5, 120};
  const Connection merged = captures.merged();
  CHECK(merged.segments.size() == 7);
  CHECK(std::ranges::all_of(merged.segments, departed_and_arrived));
}

TEST_CASE("where one capture lacks what its end acknowledges or has sent, the other alone tells") {
  for (const auto& iss : test::initial_numbers) {
    for (const End lacking : {End::client, End::server}) {
      TwoCaptures captures(iss);
      auto& segments = (lacking == End::client ? captures.client : captures.server).segments;
      segments.erase(segments.begin(), segments.begin() + 4);
      const Connection merged = captures.merged();
      CHECK(merged.vantage == Vantage::one_point);
      CHECK(merged.left_out == lacking);
      CHECK(merged.segments.size() == 7);
    }
  }
}

namespace {

/// Of others, of which nobody knows whether each shows all.
Connection merged_of_others(const TwoCaptures& captures) {
  return merge({captures.client}, {captures.server}).at(0);
}

}  // namespace

TEST_CASE("what one capture lacks since it ended sooner was neither lost nor forged") {
  TwoCaptures captures(test::initial_numbers[GENERATE(0, 1, 2)]);
  SECTION("the last, which its own end sent") {
    captures.server.segments.pop_back();
    CHECK(merged_of_others(captures).left_out == End::server);
  }
  SECTION("what came, as an ACK tells that only the other capture has") {
    captures.server.segments.erase(captures.server.segments.begin() + 3, captures.server.segments.end());
    CHECK(merged_of_others(captures).left_out == End::server);
    CHECK(captures.merged().left_out == End::server);
  }
  SECTION("the last that came") {
    for (Connection* capture : {&captures.client, &captures.server}) capture->segments.pop_back();
    captures.server.segments.pop_back();
    const Connection merged = merged_of_others(captures);
    CHECK(merged.vantage == Vantage::both_ends);
    CHECK(merged.segments.back().may_have_arrived);
    CHECK(exchange_of(merged).passages.back().leg == Leg::departure);
    CHECK(exchange_of(captures.merged()).passages.back().leg == Leg::lost);  // of a recording, which shows all
  }
  SECTION("but what departs while that capture goes on was lost") {
    for (Connection* capture : {&captures.client, &captures.server}) capture->segments.pop_back();
    captures.server.segments.pop_back();
    captures.server.watched_until = captures.server.segments.back().sighting().time + std::chrono::seconds(20);
    CHECK(exchange_of(merged_of_others(captures)).passages.back().leg == Leg::lost);
  }
  SECTION("but an RST that its end's capture lacks amid others was forged") {
    Segment forged = captures.client.segments.back();
    forged.flags = TcpFlags::rst;
    forged.departed->frame = forged.arrived->frame = captures.client.segments[3].departed->frame;
    captures.client.segments.insert(captures.client.segments.begin() + 3, forged);
    CHECK(merged_of_others(captures).vantage == Vantage::both_ends);
  }
}

TEST_CASE("what was lost, and came when it was sent again, is lacking in no capture") {
  TwoCaptures captures;
  Segment again = captures.client.segments[4];
  again.ip_identification += 100;
  again.departed->frame = again.arrived->frame = 100;
  captures.client.segments.push_back(again);
  captures.server.segments[4].ip_identification += 100;
  CHECK(captures.merged().vantage == Vantage::both_ends);
}

TEST_CASE("the client's host and the server's may be a connection's server and client") {
  TwoCaptures captures;
  for (Segment& segment : captures.client.segments)
    if (segment.from == End::server) segment.departed->time = segment.arrived->time += std::chrono::milliseconds(10);
  const Connection merged = merge({captures.server}, {captures.client}, Points::client_and_server).at(0);
  CHECK(merged.segments[0].departed->time == captures.client.segments[0].sighting().time);
  const auto answer = std::ranges::find(merged.segments, End::server, &Segment::from);
  CHECK(answer->arrived->time == captures.client.segments[1].sighting().time);
}

TEST_CASE("an answer that somebody else gives at once does not make the client's host the server's") {
  TwoCaptures captures;
  for (Segment& segment : captures.client.segments)
    if (segment.from == End::server) segment.departed->time = segment.arrived->time += std::chrono::milliseconds(10);
  Segment forged = captures.client.segments[1];
  forged.flags = TcpFlags::rst;
  forged.seq += 77;
  forged.departed->time = forged.arrived->time = captures.client.segments[0].sighting().time;
  forged.departed->frame = forged.arrived->frame = captures.client.segments[0].sighting().frame;
  captures.client.segments.insert(captures.client.segments.begin() + 1, forged);
  const Connection merged = captures.merged();
  const auto reset = std::ranges::find_if(merged.segments, [](const Segment& one) { return one.has(TcpFlags::rst); });
  REQUIRE(reset != merged.segments.end());
  CHECK(reset->arrived);
  CHECK_FALSE(reset->departed);
}

TEST_CASE("what is answered came, though the other capture shows it by other addresses or not at all") {
  const TwoCaptures captures;
  CHECK(merge({captures.client}, {}, Points::client_and_server).at(0).vantage == Vantage::one_point);
  Connection unanswered = captures.client;
  std::erase_if(unanswered.segments, [](const Segment& segment) { return segment.from == End::server; });
  CHECK(merge({unanswered}, {}, Points::client_and_server).at(0).vantage == Vantage::both_ends);
}
