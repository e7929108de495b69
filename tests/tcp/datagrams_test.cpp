// UDP exchanges, and ICMP errors about them and about TCP, as frames bring them.
#include "support/catch.hpp"
#include "tcp/capture.hpp"
#include "tcp/exchange.hpp"
#include "tcp/merge.hpp"

using namespace tcplab;
using test::Bytes, test::Capture, test::icmp_packet, test::udp_packet;
using test::v4_client, test::v4_server, test::v6_client, test::v6_server;

TEST_CASE("both directions of datagrams are one exchange, and its client is who sent the first") {
  for (const auto& [client, server] : {std::pair(v4_client, v4_server), std::pair(v4_server, v4_client)}) {
    Capture capture;
    capture.add(udp_packet(client, server, "hello"));
    capture.add(udp_packet(server, client, "hello!"));
    const auto connections = capture.take();
    REQUIRE(connections.size() == 1);
    CHECK(connections[0].protocol == Protocol::udp);
    CHECK(connections[0].client == client);
    CHECK_FALSE(connections[0].client_is_guess);
    REQUIRE(connections[0].segments.size() == 2);
    CHECK(connections[0].segments[0].length == 5);
    CHECK(connections[0].segments[1].from == End::server);
    CHECK(connections[0].segments[1].protocol == Protocol::udp);
  }
}

TEST_CASE("an ICMP error is put to the datagram that it quotes, from the other end, also cut to its first bytes") {
  struct Case {
    Endpoint client, server;
    std::uint8_t type, code;
  };
  for (const Case& error : {Case{v4_client, v4_server, 3, 3}, Case{v6_client, v6_server, 1, 4}}) {
    const Bytes asked = udp_packet(error.client, error.server, "a datagram");
    const std::size_t ports = asked.size() - std::string_view("a datagram").size();
    Capture capture;
    capture.add(asked);
    capture.add(icmp_packet(error.server, error.client, error.type, error.code, asked));
    capture.add(icmp_packet(error.server, error.client, error.type, error.code, test::first(asked, ports)));
    const auto connections = capture.take();
    REQUIRE(connections.size() == 1);
    REQUIRE(connections[0].segments.size() == 3);
    for (const std::size_t i : {1U, 2U}) {
      CHECK(connections[0].segments[i].protocol == Protocol::icmp);
      CHECK(connections[0].segments[i].from == End::server);
      CHECK(connections[0].segments[i].icmp == IcmpKind{error.type, error.code});
    }
  }
}

TEST_CASE("an ICMP message that is no error, or quotes nothing known, is passed over") {
  const Bytes asked = udp_packet(v4_client, v4_server, "hello");
  Capture capture;
  capture.add(icmp_packet(v4_server, v4_client, 3, 3, asked));
  capture.add(asked);
  capture.add(icmp_packet(v4_server, v4_client, 8, 0, asked));
  capture.add(icmp_packet(v4_server, v4_client, 3, 3, {}));
  capture.add(icmp_packet(v4_server, v4_client, 3, 3, test::first(asked, 21)));
  const auto connections = capture.take();
  REQUIRE(connections.size() == 1);
  CHECK(connections[0].segments.size() == 1);
}

TEST_CASE("an ICMP error about a TCP segment belongs to its connection and changes no state") {
  const Bytes syn = test::ip_packet({.seq = SeqNum(7), .flags = TcpFlags::syn});
  Capture capture;
  capture.add(syn);
  capture.add(icmp_packet(v4_server, v4_client, 3, 1, test::first(syn, 28)));
  const auto connections = capture.take();
  REQUIRE(connections.size() == 1);
  CHECK(connections[0].protocol == Protocol::tcp);
  REQUIRE(connections[0].segments.size() == 2);
  const Exchange exchange = exchange_of(connections[0]);
  CHECK(exchange.passages.back().client == State::syn_sent);
  CHECK(exchange.passages.back().leg == Leg::whole);
}

TEST_CASE("UDP and TCP between the same ports are kept apart") {
  Capture capture;
  capture.add(test::ip_packet({.flags = TcpFlags::syn}));
  capture.add(udp_packet(v4_client, v4_server, "hello"));
  CHECK(capture.take().size() == 2);
}

TEST_CASE("a datagram seen at one point has arrived at once, and has no states") {
  Capture capture;
  capture.add(udp_packet(v4_client, v4_server, "hello"));
  capture.add(udp_packet(v4_client, v4_server, "again"));
  const Exchange exchange = exchange_of(capture.take().front());
  REQUIRE(exchange.passages.size() == 2);
  CHECK_FALSE(exchange.client);
  for (const Passage& passage : exchange.passages) {
    CHECK(passage.leg == Leg::whole);
    CHECK_FALSE(passage.client);
    CHECK_FALSE(passage.server);
  }
}

TEST_CASE("two captures of datagrams merge, and one that only its sender's has is lost") {
  const Bytes first = udp_packet(v4_client, v4_server, "hello", 1), lost = udp_packet(v4_client, v4_server, "hello", 2),
              answer = udp_packet(v4_server, v4_client, "hello", 3);
  Capture at_client, at_server;
  for (const Bytes& packet : {first, lost, answer}) at_client.add(packet);
  for (const Bytes& packet : {first, answer}) at_server.add(packet);
  const auto merged = merge(at_client.take(), at_server.take());
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].vantage == Vantage::both_ends);
  const Exchange exchange = exchange_of(merged[0]);
  REQUIRE(exchange.passages.size() == 3);
  CHECK(exchange.passages[0].leg == Leg::whole);
  CHECK(exchange.passages[1].leg == Leg::lost);
  CHECK(exchange.passages[2].leg == Leg::whole);
}
