// RFC 8200 section 4: extension headers on the way to TCP, and fragments.
#include "packet/packet.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::Checksum, tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::TcpFlags, tcplab::decode,
    tcplab::to_string;

namespace {

const TcpFields data = {.source = v6_client, .destination = v6_server, .seq = SeqNum(9), .payload = "hello"};

Packet decode_v6(std::uint8_t next_header, const Bytes& extensions, const Bytes& payload = tcp_segment(data)) {
  static Bytes bytes;  // the packet's views point into it
  bytes = ipv6_packet({.next_header = next_header}, join({extensions, payload}));
  return decode(LinkType::raw, bytes);
}

const Bytes hop_by_hop = hex("3c 00 0104 00000000"), destination_options = hex("2b 01 010c 00000000 00000000 00000000"),
            used_up_route = hex("33 02 00 00 00000000 20010db8 00000000 00000000 00000009"),
            authentication = hex("06 04 0000 00000001 00000001 00000000 00000000 00000000");

}  // namespace

TEST_CASE("a chain of extension headers leads to TCP") {
  const Packet packet = decode_v6(0, join({hop_by_hop, destination_options, used_up_route, authentication}));
  CHECK_FALSE(packet.problem);
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.ip->protocol == 6);
  CHECK(packet.ip->payload_length_bytes == 25);
  CHECK(packet.tcp()->seq == SeqNum(9));
  CHECK(packet.tcp()->payload.size() == 5);
  CHECK(verify_checksum(packet) == Checksum::correct);
}

TEST_CASE("an authentication header leads to TCP in IPv4 too") {
  const Bytes bytes = ipv4_packet({.protocol = 51}, join({authentication, tcp_segment({.payload = "hello"})}));
  const Packet packet = decode(LinkType::raw, bytes);
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.ip->protocol == 6);
  CHECK(packet.ip->payload_length_bytes == 25);
  CHECK(verify_checksum(packet) == Checksum::correct);
}

TEST_CASE("what IPv6 calls an extension header is none in IPv4") {
  const Packet packet = decode(LinkType::raw, ipv4_packet({.protocol = 60}, join({hop_by_hop, tcp_segment({})})));
  CHECK_FALSE(packet.problem);
  CHECK(packet.ip->protocol == 60);
  CHECK(packet.tcp() == nullptr);
}

TEST_CASE("the pseudo-header of a routed packet holds the end of the route") {
  const Bytes end = address_bytes(endpoint("2001:db8::99", 0).address),
              middle = address_bytes(endpoint("2001:db8::5", 0).address);
  TcpFields routed = data;
  routed.destination = endpoint("2001:db8::99", 80);
  const Bytes source_route = join({hex("06 04 00 01 00000000"), middle, end});
  const Bytes segment_route = join({hex("06 04 04 01 01000000"), end, middle});
  for (const Bytes& route : {source_route, segment_route}) {
    const Packet packet = decode_v6(43, route, tcp_segment(routed));
    REQUIRE(packet.tcp() != nullptr);
    CHECK(to_string(packet.ip->destination) == "2001:db8::2");
    CHECK(to_string(packet.ip->final_destination()) == "2001:db8::99");
    CHECK(verify_checksum(packet) == Checksum::correct);
  }
}

TEST_CASE("the first fragment of a segment is decoded as far as it goes") {
  const Packet v6 = decode_v6(44, hex("06 00 0001 0000abcd"));
  CHECK(v6.ip->is_fragment());
  CHECK(v6.ip->identification == 0xabcd);
  REQUIRE(v6.tcp() != nullptr);
  CHECK(v6.tcp()->payload.size() == 5);
  CHECK(verify_checksum(v6) == Checksum::snapped);

  const Bytes bytes = ipv4_packet({.fragment = 0x2000}, tcp_segment({.seq = SeqNum(9), .payload = "hello"}));
  const Packet v4 = decode(LinkType::raw, bytes);
  CHECK(v4.ip->is_fragment());
  REQUIRE(v4.tcp() != nullptr);
  CHECK(v4.tcp()->seq == SeqNum(9));
  CHECK(verify_checksum(v4) == Checksum::snapped);
}

TEST_CASE("a later fragment has no transport, even if its bytes look like one") {
  const Packet v6 = decode_v6(44, hex("06 00 0010 0000abcd"));
  CHECK_FALSE(v6.problem);
  CHECK(v6.ip->fragment_offset_bytes == 16);
  CHECK_FALSE(v6.ip->more_fragments);
  CHECK(v6.ip->is_fragment());
  CHECK(v6.ip->protocol == 6);
  CHECK(v6.transport.index() == 0);
  CHECK(v6.ip_payload.size() == 25);
  CHECK(verify_checksum(v6) == Checksum::absent);

  const Bytes bytes = ipv4_packet({.fragment = 0x0002}, tcp_segment({}));
  const Packet v4 = decode(LinkType::raw, bytes);
  CHECK_FALSE(v4.problem);
  CHECK(v4.ip->fragment_offset_bytes == 16);
  CHECK(v4.transport.index() == 0);
}

TEST_CASE("a fragment header on a whole packet makes it no fragment") {
  const Packet packet = decode_v6(44, hex("06 00 0000 0000abcd"));
  CHECK_FALSE(packet.ip->is_fragment());
  REQUIRE(packet.tcp() != nullptr);
  CHECK(verify_checksum(packet) == Checksum::correct);
}

TEST_CASE("what cannot be read behind ESP or in another protocol is no problem") {
  const std::uint8_t protocol = GENERATE(std::uint8_t{50}, std::uint8_t{59}, std::uint8_t{132}, std::uint8_t{108});
  const Packet packet = decode_v6(protocol, {});
  CHECK_FALSE(packet.problem);
  CHECK(packet.ip->protocol == protocol);
  CHECK(packet.transport.index() == 0);
}

TEST_CASE("extension headers with impossible lengths are problems where they stand") {
  const Packet beyond = decode_v6(0, hex("06 ff 0104 00000000"));
  REQUIRE(beyond.problem);
  CHECK(beyond.problem->offset == 41);
  CHECK(beyond.problem->what == "IP extension header goes beyond the packet");
  CHECK(beyond.tcp() == nullptr);

  const Packet tiny = decode_v6(51, hex("06 00 0000 00000000"));
  REQUIRE(tiny.problem);
  CHECK(tiny.problem->what == "AH is shorter than 12 bytes");

  const Packet cut = decode_v6(0, hex("06 00 01"), {});
  REQUIRE(cut.problem);
  CHECK(cut.problem->offset == 40);
  CHECK(cut.problem->what == "IP extension header is cut off");
}
