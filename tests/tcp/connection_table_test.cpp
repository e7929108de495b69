#include "tcp/connection_table.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

/// Hands segments to a table as decoded packets, a millisecond apart.
class Capture {
 public:
  void add(bool from_client, TcpFlags flags, SeqNum seq, SeqNum ack_number = SeqNum(0),
           std::uint16_t client_port = 40000) {
    Packet packet;
    packet.ip.emplace();
    const IpAddress client = *parse_ip_address("10.0.0.1"), server = *parse_ip_address("10.0.0.2");
    packet.ip->source = from_client ? client : server;
    packet.ip->destination = from_client ? server : client;
    TcpSegment segment;
    segment.source_port = from_client ? client_port : 80;
    segment.destination_port = from_client ? 80 : client_port;
    segment.flags = flags;
    segment.seq = seq;
    segment.ack = ack_number;
    packet.transport = segment;
    ++frame_;
    table.add(Timestamp(std::chrono::milliseconds(frame_)), packet, frame_);
  }
  ConnectionTable table;

 private:
  std::uint64_t frame_ = 0;
};

}  // namespace

TEST_CASE("both directions of a four-tuple are one connection, and its client is who sent the SYN") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
  REQUIRE(capture.table.connections().size() == 1);
  const Connection connection = capture.table.connections().front();
  CHECK(to_string(connection.client) == "10.0.0.1:40000");
  CHECK_FALSE(connection.client_is_guess);
  CHECK(connection.client_iss == SeqNum(100));
  CHECK(connection.server_iss == SeqNum(300));
}

TEST_CASE("a capture that begins with the SYN,ACK still knows the client") {
  Capture capture;
  capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
  CHECK(to_string(capture.table.connections().front().client) == "10.0.0.1:40000");
  CHECK_FALSE(capture.table.connections().front().client_is_guess);
}

TEST_CASE("without a SYN the end with the higher port is taken for the client, and that is a guess") {
  Capture capture;
  capture.add(false, psh | ack, SeqNum(1), SeqNum(1));
  CHECK(to_string(capture.table.connections().front().client) == "10.0.0.1:40000");
  CHECK(capture.table.connections().front().client_is_guess);
}

TEST_CASE("a new SYN on a used four-tuple starts a new connection") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(false, rst | ack, SeqNum(0), SeqNum(101));
  capture.add(true, syn, SeqNum(200));
  CHECK(capture.table.connections().size() == 2);
}

TEST_CASE("a SYN that is repeated does not start a new connection") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(true, syn, SeqNum(100));
  capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
  capture.add(true, syn, SeqNum(100));
  CHECK(capture.table.connections().size() == 1);
}

TEST_CASE("other ports are other connections") {
  Capture capture;
  capture.add(true, syn, SeqNum(100), SeqNum(0), 40000);
  capture.add(true, syn, SeqNum(100), SeqNum(0), 40001);
  CHECK(capture.table.connections().size() == 2);
}

TEST_CASE(
    "relative numbers count from the SYN, else from the first number known, and an RST that says 0 counts from "
    "nothing") {
  for (const auto& iss : test::initial_numbers) {
    const Connection whole = test::connection_from("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n", iss);
    CHECK(whole.base(End::client) == iss.client);
    CHECK(whole.base(End::server) == iss.server);
    const Connection middle = test::connection_from("--> P. 1:6(5) ack 1 -->\n", iss);
    CHECK(middle.base(End::client) == iss.client);
    CHECK(middle.base(End::server) == iss.server);
    const Connection refused =
        test::connection_from("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n", {iss.client, SeqNum(0)});
    CHECK(refused.base(End::server) == SeqNum(0));
    const Connection alone = test::connection_from("<-- R 1:1(0) <--\n", iss);
    CHECK(alone.base(End::server) == iss.server);
  }
}

TEST_CASE("a SYN on a live connection belongs to it, until a SYN,ACK accepts it") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
  capture.add(true, ack, SeqNum(101), SeqNum(301));
  capture.add(true, syn, SeqNum(900));
  capture.add(false, ack, SeqNum(301), SeqNum(101));  // the challenge
  CHECK(capture.table.connections().size() == 1);
  capture.add(true, rst, SeqNum(101));
  capture.add(true, syn, SeqNum(900));
  capture.add(false, syn | ack, SeqNum(500), SeqNum(901));
  REQUIRE(capture.table.connections().size() == 2);
  CHECK(capture.table.connections()[1].client_iss == SeqNum(900));
  CHECK(capture.table.connections()[1].server_iss == SeqNum(500));
}

TEST_CASE("a SYN with a new number after both FINs starts a new connection") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
  capture.add(true, fin | ack, SeqNum(101), SeqNum(301));
  capture.add(false, fin | ack, SeqNum(301), SeqNum(102));
  capture.add(true, syn, SeqNum(900));
  const auto connections = capture.table.connections();
  REQUIRE(connections.size() == 2);
  CHECK_FALSE(connections[0].reuses_ports);
  CHECK(connections[1].reuses_ports);
}

TEST_CASE("of several SYNs of the client its numbers count from the one that is answered") {
  Capture capture;
  capture.add(true, syn, SeqNum(100));
  capture.add(true, syn, SeqNum(900));
  const auto the_one = [&] { return capture.table.connections().front(); };
  CHECK(the_one().client_iss == SeqNum(900));
  SECTION("the latest") {
    capture.add(false, syn | ack, SeqNum(300), SeqNum(901));
    capture.add(true, ack, SeqNum(901), SeqNum(301));
    CHECK(the_one().client_iss == SeqNum(900));
  }
  SECTION("an earlier one") {
    capture.add(false, syn | ack, SeqNum(300), SeqNum(101));
    capture.add(true, ack, SeqNum(101), SeqNum(301));
    capture.add(true, fin | ack, SeqNum(101), SeqNum(301));
    CHECK(the_one().client_iss == SeqNum(100));
    const Connection connection = the_one();
    const Verdict verdict = judge(connection, exchange_of(connection));
    CHECK(verdict.retransmissions[0].empty());
    CHECK(verdict.opening == Opening::three_way);
  }
  CHECK(capture.table.connections().size() == 1);
}

TEST_CASE("a SYN that is repeated after an old ACK and its RST stays in one connection, as in RFC 9293 Figure 9") {
  Capture capture;
  capture.add(true, syn, SeqNum(400));
  capture.add(false, ack, SeqNum(300), SeqNum(100));
  capture.add(true, rst, SeqNum(100));
  capture.add(true, syn, SeqNum(400));
  capture.add(false, syn | ack, SeqNum(900), SeqNum(401));
  capture.add(true, ack, SeqNum(401), SeqNum(901));
  REQUIRE(capture.table.connections().size() == 1);
  const Connection connection = capture.table.connections().front();
  CHECK(connection.server_iss == SeqNum(900));
  const Exchange exchange = exchange_of(connection);
  CHECK(judge(connection, exchange).opening == Opening::three_way);
  CHECK(exchange.passages.back().client == State::established);
  CHECK(exchange.passages.back().server == State::established);
}

TEST_CASE("the same number after a connection that had opened begins another, once it is accepted") {
  Capture capture;
  capture.add(true, syn, SeqNum(400));
  capture.add(false, syn | ack, SeqNum(900), SeqNum(401));
  capture.add(true, ack, SeqNum(401), SeqNum(901));
  capture.add(true, rst | ack, SeqNum(401), SeqNum(901));
  capture.add(true, syn, SeqNum(400));
  capture.add(false, syn | ack, SeqNum(700), SeqNum(401));
  const auto connections = capture.table.connections();
  REQUIRE(connections.size() == 2);
  CHECK_FALSE(connections[1].reuses_ports);
}
