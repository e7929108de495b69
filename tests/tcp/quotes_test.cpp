#include "tcp/quotes.hpp"

#include "support/catch.hpp"
#include "tcp/capture.hpp"
#include "tcp/exchange.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

const Endpoint router = endpoint("10.0.0.254", 0), v6_router = endpoint("2001:db8::fe", 0);
constexpr std::uint8_t unreachable = 3, time_exceeded = 11;

/// What the packet's receiver, or a router, says of it; with the first bytes of it that RFC 792 wants, or fewer.
Bytes error_about(const Bytes& packet, std::uint8_t type, std::uint8_t code = 0, const Endpoint& from = router,
                  std::size_t quoted_bytes = 28, std::uint32_t mtu = 0) {
  return icmp_packet(from, v4_client, type, code, first(packet, quoted_bytes), mtu);
}

Connection captured(std::initializer_list<Bytes> packets) {
  Capture capture;
  for (const Bytes& packet : packets) capture.add(packet);
  const auto connections = capture.take();
  REQUIRE(connections.size() == 1);
  return connections.front();
}

Bytes data(std::uint32_t seq, std::uint16_t identification, std::string payload = "data") {
  return ip_packet({.seq = SeqNum(seq), .ack = SeqNum(100), .payload = std::move(payload)}, identification);
}
Bytes acknowledgment(std::uint32_t ack, std::uint16_t identification) {
  return ip_packet({.source = v4_server, .destination = v4_client, .seq = SeqNum(100), .ack = SeqNum(ack)},
                   identification);
}

/// The legs of the segment at a place: w(hole), d(eparture), a(rrival).
std::string legs_of(const Connection& connection, std::size_t segment) {
  std::string legs;
  for (const Passage& passage : exchange_of(connection).passages)
    if (passage.segment == segment) legs += passage.leg == Leg::whole ? 'w' : passage.leg == Leg::departure ? 'd' : 'a';
  return legs;
}

}  // namespace

TEST_CASE("an error quotes the packet of that number and identification, of several copies the right one") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7), again = ip_packet({.flags = TcpFlags::syn}, 8);
  const Quotes quotes(captured({syn, again, error_about(syn, time_exceeded), error_about(again, time_exceeded)}));
  CHECK(quotes.quoted_by(2) == 0U);
  CHECK(quotes.quoted_by(3) == 1U);
  CHECK(quotes.turned_away_by(0) == 2U);
  CHECK(quotes.turned_away_by(1) == 3U);
}

TEST_CASE("an error that quotes too little, or what was not captured, quotes nothing") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7), other = ip_packet({.flags = TcpFlags::syn}, 8);
  constexpr std::size_t ports_only = 24;
  const Quotes quotes(
      captured({syn, error_about(syn, unreachable, 1, router, ports_only), error_about(other, unreachable, 1)}));
  CHECK_FALSE(quotes.quoted_by(1));
  CHECK_FALSE(quotes.quoted_by(2));
  CHECK_FALSE(quotes.turned_away_by(0));
}

TEST_CASE("a segment that a router turns away only departs, and the one sent again arrives when it is acknowledged") {
  const Connection connection =
      captured({data(1, 1), error_about(data(1, 1), unreachable, 4), data(1, 2), acknowledgment(5, 3)});
  CHECK(legs_of(connection, 0) == "d");
  CHECK(legs_of(connection, 2) == "w");
}

TEST_CASE("what is acknowledged though it was not sent again came, whatever an error says") {
  const Connection connection = captured({data(1, 1), error_about(data(1, 1), unreachable, 1), acknowledgment(5, 3)});
  CHECK(Quotes(connection).quoted_by(1) == 0U);
  CHECK_FALSE(Quotes(connection).turned_away_by(0));
  CHECK(legs_of(connection, 0) == "w");
}

TEST_CASE("source quench and redirect do not say that a segment was not delivered") {
  const std::uint8_t type = GENERATE(std::uint8_t{4}, std::uint8_t{5});
  const Connection connection = captured({data(1, 1), error_about(data(1, 1), type), data(1, 2)});
  CHECK(Quotes(connection).quoted_by(1) == 0U);
  CHECK_FALSE(Quotes(connection).turned_away_by(0));
}

TEST_CASE("an error of a router on the way arrives, but the other end has not sent it") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7);
  CHECK(legs_of(captured({syn, error_about(syn, unreachable, 1, router)}), 1) == "a");
  CHECK(legs_of(captured({syn, error_about(syn, unreachable, 3, v4_server)}), 1) == "w");
}

TEST_CASE("a datagram that a router turns away only departs, and one to a port that nobody has arrives") {
  const Bytes asked = udp_packet(v4_client, v4_server, "hello", 9);
  CHECK(legs_of(captured({asked, error_about(asked, unreachable, 1, router)}), 0) == "d");
  CHECK(legs_of(captured({asked, error_about(asked, unreachable, 3, v4_server)}), 0) == "w");
  // Without an identification, several of one length may be meant.
  const Bytes nameless = udp_packet(v4_client, v4_server, "hello", 0),
              other = udp_packet(v4_client, v4_server, "hi", 0);
  const Bytes error = error_about(nameless, unreachable, 1, router);
  CHECK(legs_of(captured({nameless, other, error}), 0) == "d");
  CHECK(legs_of(captured({nameless, nameless, error}), 0) == "w");
}

TEST_CASE("the MTU that an error tells is kept, of either version") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7);
  const Bytes v6_syn = ip_packet({.source = v6_client, .destination = v6_server, .flags = TcpFlags::syn});
  CHECK(captured({syn, error_about(syn, unreachable, 4, router, 28, 1300)}).segments[1].window == 1300);
  CHECK(captured({syn, error_about(syn, unreachable, 1, router, 28, 1300)}).segments[1].window == 0);
  CHECK(captured({v6_syn, icmp_packet(v6_router, v6_client, 2, 0, v6_syn, 1280)}).segments[1].window == 1280);
  CHECK(captured({v6_syn, icmp_packet(v6_router, v6_client, 2, 0, v6_syn, 65'536)}).segments[1].window == 65'535);
}

TEST_CASE("ICMPv6 errors quote segments too, by their numbers alone") {
  const Bytes syn = ip_packet({.source = v6_client, .destination = v6_server, .flags = TcpFlags::syn});
  const std::uint8_t type = GENERATE(std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3});
  const Connection connection = captured({syn, icmp_packet(v6_router, v6_client, type, 0, syn)});
  CHECK(Quotes(connection).turned_away_by(0) == 1U);
  CHECK(legs_of(connection, 0) == "d");
}

TEST_CASE("of segments alike, without an identification, an error is about the one whose ACK and options it quotes") {
  const auto segment = [](std::uint32_t ack, std::uint8_t stamp, std::uint8_t options) {
    return ip_packet({.source = v6_client,
                      .destination = v6_server,
                      .seq = SeqNum(1),
                      .ack = SeqNum(ack),
                      .options = options != 0 ? Bytes{1, 1, 8, 10, 0, 0, 0, stamp, 0, 0, 0, 0} : Bytes()});
  };
  const Bytes one = segment(10, 0, 0), other = segment(20, 0, 0);
  CHECK(Quotes(captured({one, other, icmp_packet(v6_router, v6_client, 1, 0, one)})).quoted_by(2) == 0U);
  const Bytes early = segment(10, 1, 1), late = segment(10, 2, 1);
  CHECK(Quotes(captured({early, late, icmp_packet(v6_router, v6_client, 1, 0, early)})).quoted_by(2) == 0U);
  // What nothing tells apart is quoted once each.
  const Connection queued =
      captured({one, one, icmp_packet(v6_router, v6_client, 1, 0, one), icmp_packet(v6_router, v6_client, 1, 0, one)});
  CHECK(Quotes(queued).turned_away_by(0));
  CHECK(Quotes(queued).turned_away_by(1));
}

TEST_CASE("a SYN that was turned away was, whatever number a later one has that is answered") {
  const std::uint32_t number = GENERATE(1U, 0x80000001U);
  const Bytes refused = ip_packet({.seq = SeqNum(0x40000000), .flags = TcpFlags::syn}, 7);
  const Connection connection = captured({refused, error_about(refused, unreachable, 13),
                                          ip_packet({.seq = SeqNum(number), .flags = TcpFlags::syn}, 8),
                                          ip_packet({.source = v4_server,
                                                     .destination = v4_client,
                                                     .ack = SeqNum(number + 1),
                                                     .flags = TcpFlags(TcpFlags::syn) | TcpFlags(TcpFlags::ack)})});
  CHECK(Quotes(connection).turned_away_by(0) == 1U);
}

TEST_CASE("each copy of a packet that was captured twice is turned away, and the first is quoted") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7);
  const Quotes quotes(captured({syn, syn, error_about(syn, unreachable, 13)}));
  CHECK(quotes.quoted_by(2) == 0U);
  CHECK(quotes.turned_away_by(0) == 2U);
  CHECK(quotes.turned_away_by(1) == 2U);
}

TEST_CASE("who sends an error is told by its address") {
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}, 7);
  const auto source_of = [&](const Endpoint& from) {
    return captured({syn, error_about(syn, unreachable, 1, from)}).segments[1].error_source;
  };
  CHECK(source_of(v4_server) == ErrorSource::other_end);
  CHECK(source_of(v4_client) == ErrorSource::own_host);
  CHECK(source_of(router) == ErrorSource::between);
}
