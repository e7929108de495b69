// A socket that connected to its own port, as a client does that tries a free local port until it meets itself.
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/exchange.hpp"
#include "tcp/flow_table.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

struct Sent {
  TcpFlags flags;
  std::uint32_t seq = 0, ack = 0, length = 0;
};

// As Linux does: connect(), five bytes, shutdown().
const std::vector<Sent> whole = {{syn, 0, 0, 0}, {syn | ack, 0, 1, 0}, {ack, 1, 1, 0}, {psh | ack, 1, 1, 5},
                                 {ack, 6, 6, 0}, {fin | ack, 6, 6, 0}, {ack, 7, 7, 0}};

struct Seen {
  std::vector<Connection> connections;
  std::vector<Opening> openings;
  std::vector<Ending> endings;
  std::array<std::uint64_t, 2> segments{}, bytes{}, again{};
  std::vector<std::array<bool, 2>> time_wait;
};

/// What both tables have of it, 10 us apart, with numbers that wrap.
Seen seen(const std::vector<Sent>& all, const char* address = "127.0.0.1") {
  const Endpoint own{*parse_ip_address(address), 34567};
  Seen seen;
  FlowTable flows(
      [&](const FinishedFlow& one) {
        seen.openings.push_back(one.flow.opening());
        seen.endings.push_back(one.flow.ending());
        for (const End end : {End::client, End::server}) {
          seen.segments[index_of(end)] += one.flow.segments(end);
          seen.bytes[index_of(end)] += one.flow.bytes(end);
          seen.again[index_of(end)] += one.flow.retransmissions(end);
        }
        seen.time_wait.push_back({one.flow.in_time_wait(End::client), one.flow.in_time_wait(End::server)});
      },
      FlowTable::Settings{});
  ConnectionTable table;
  std::uint64_t frame = 0;
  for (const Sent& sent : all) {
    Packet packet;
    packet.ip.emplace();
    packet.ip->source = packet.ip->destination = own.address;
    TcpSegment segment;
    segment.source_port = segment.destination_port = own.port;
    segment.flags = sent.flags;
    segment.seq = SeqNum(0xfffffffe) + sent.seq;
    segment.ack = sent.flags.has(ack) ? SeqNum(0xfffffffe) + sent.ack : SeqNum(0);
    segment.payload_length_bytes = sent.length;
    segment.window = 64240;
    packet.transport = segment;
    const Timestamp time{std::chrono::microseconds(10 * ++frame)};
    table.add(time, packet, frame);
    FlowSegment copy;
    REQUIRE(copy_segment(packet, time, frame, copy));
    flows.add({&copy, 1});
  }
  FlowTable* const tables[] = {&flows};
  FlowTable::finish(tables);
  seen.connections = table.take();
  return seen;
}

/// The state in which each segment leaves, and that in which it is received.
std::string states_of(const Connection& connection) {
  std::string states;
  for (const Passage& passage : exchange_of(connection).passages) {
    CHECK(passage.leg == Leg::whole);
    for (const auto& state : {passage.client, passage.server})
      states += state ? std::string(to_string(*state)) + ' ' : "? ";
    states.back() = '\n';
  }
  return states;
}

}  // namespace

TEST_CASE("a socket that connects to itself opens and closes simultaneously, alone") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    const Seen all = seen(whole, address);
    REQUIRE(all.connections.size() == 1);
    const Connection& connection = all.connections.front();
    CHECK(connection.is_with_itself());
    CHECK(states_of(connection) ==
          "SYN-SENT SYN-RECEIVED\nSYN-RECEIVED ESTABLISHED\nESTABLISHED ESTABLISHED\nESTABLISHED ESTABLISHED\n"
          "ESTABLISHED ESTABLISHED\nFIN-WAIT-1 CLOSING\nCLOSING TIME-WAIT\n");
    const Verdict verdict = judge(connection, exchange_of(connection));
    CHECK(verdict.opening == Opening::simultaneous);
    CHECK(verdict.ending == Ending::simultaneous);
    CHECK(verdict.certainty == Certainty::seen);
    CHECK(verdict.handshake == std::array<std::optional<std::size_t>, 3>{0, 0, 2});
    CHECK(verdict.fins == std::array<std::optional<std::size_t>, 2>{5, 5});
    CHECK(verdict.fin_acks == std::array<std::optional<std::size_t>, 2>{6, 6});
    CHECK(verdict.client == State::time_wait);
    CHECK(verdict.server == State::time_wait);
    CHECK(verdict.time_wait[0] == verdict.time_wait[1]);
    CHECK(verdict.retransmissions[0].empty());
  }
}

TEST_CASE("what a socket sends to itself counts once, and flows tells of it what show does") {
  const Seen all = seen(whole);
  CHECK(all.openings == std::vector{Opening::simultaneous});
  CHECK(all.endings == std::vector{Ending::simultaneous});
  CHECK(all.segments == std::array<std::uint64_t, 2>{7, 0});
  CHECK(all.bytes == std::array<std::uint64_t, 2>{5, 0});
  CHECK(all.again == std::array<std::uint64_t, 2>{0, 0});
  CHECK(all.time_wait == std::vector{std::array{true, true}});
}

TEST_CASE("what comes from an address to itself is no connection with itself until its own SYN is answered") {
  const std::vector<std::vector<Sent>> others = {
      {{syn, 0, 0, 0}, {syn, 0, 0, 0}},
      // As of a forged SYN to a port where nobody listens, and to one where somebody does.
      {{syn, 0, 0, 0}, {rst | ack, 0, 1, 0}},
      {{syn, 0, 0, 0}, {syn | ack, 9000, 1, 0}, {rst, 1, 0, 0}},
      {{syn | ack, 0, 1, 0}, {ack, 1, 1, 0}}};
  for (const auto& sent : others) {
    const Seen all = seen(sent);
    REQUIRE(all.connections.size() == 1);
    const Connection& connection = all.connections.front();
    CHECK_FALSE(connection.is_with_itself());
    const Verdict verdict = judge(connection, exchange_of(connection));
    CHECK(verdict.opening != Opening::simultaneous);
    CHECK(all.openings == std::vector{verdict.opening});
    CHECK(all.endings == std::vector{verdict.ending});
  }
}

TEST_CASE("an RST that ends nothing ends no connection with itself") {
  for (const std::uint32_t number : {1U, 500U}) {
    std::vector<Sent> sent = whole;
    sent.insert(sent.begin() + 5, {rst, number, 0, 0});
    const Seen all = seen(sent);
    const Connection& connection = all.connections.at(0);
    const Verdict verdict = judge(connection, exchange_of(connection));
    CHECK(verdict.ending == Ending::simultaneous);
    CHECK_FALSE(verdict.reset);
    CHECK(verdict.client == State::time_wait);
    CHECK(all.endings == std::vector{Ending::simultaneous});
  }
}

TEST_CASE("packets of a connection with itself that are captured twice were not sent again") {
  std::vector<Sent> twice;
  for (const Sent& sent : whole) twice.insert(twice.end(), {sent, sent});
  const Seen all = seen(twice);
  CHECK(all.again == std::array<std::uint64_t, 2>{0, 0});
  CHECK(all.endings == std::vector{Ending::simultaneous});
}

TEST_CASE("a socket that resets its connection with itself ends it") {
  std::vector<Sent> aborted(whole.begin(), whole.begin() + 5);
  aborted.push_back({rst | ack, 6, 6, 0});
  const Seen all = seen(aborted);
  const Connection& connection = all.connections.at(0);
  const Verdict verdict = judge(connection, exchange_of(connection));
  CHECK(verdict.ending == Ending::abort);
  CHECK(verdict.client == State::closed);
  CHECK(all.endings == std::vector{Ending::abort});
}
