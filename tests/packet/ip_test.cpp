// The IP headers: their fields, and how long the packet is whatever the frame's length.
#include "packet/packet.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::LinkType, tcplab::Packet, tcplab::TcpFlags, tcplab::decode, tcplab::to_string;

TEST_CASE("the fields of an IPv4 header are read") {
  const Bytes packet_bytes =
      ipv4_packet({.traffic_class = 0x03, .identification = 0xabcd, .fragment = 0x4000}, tcp_segment({}));
  const Packet packet = decode(LinkType::ethernet, ethernet(0x0800, packet_bytes));
  REQUIRE(packet.ip);
  CHECK(to_string(packet.ip->source) == "10.0.0.1");
  CHECK(to_string(packet.ip->destination) == "10.0.0.2");
  CHECK(packet.ip->final_destination() == packet.ip->destination);
  CHECK(packet.ip->protocol == 6);
  CHECK(packet.ip->hop_limit == 64);
  CHECK(packet.ip->traffic_class == 3);
  CHECK(packet.ip->identification == 0xabcd);
  CHECK(packet.ip->payload_length_bytes == 20);
  CHECK_FALSE(packet.ip->is_fragment());
}

TEST_CASE("the fields of an IPv6 header are read") {
  const Packet packet =
      decode(LinkType::ethernet, ethernet(0x86dd, ipv6_packet({.traffic_class = 0xb9}, tcp_segment({}))));
  REQUIRE(packet.ip);
  CHECK(to_string(packet.ip->source) == "2001:db8::1");
  CHECK(to_string(packet.ip->destination) == "2001:db8::2");
  CHECK(packet.ip->protocol == 6);
  CHECK(packet.ip->hop_limit == 64);
  CHECK(packet.ip->traffic_class == 0xb9);
  CHECK(packet.ip->payload_length_bytes == 20);
  CHECK_FALSE(packet.ip->is_fragment());
}

TEST_CASE("Ethernet's padding is not data") {
  Bytes bytes = frame({});
  bytes.resize(60, 0xee);
  const Packet packet = decode(LinkType::ethernet, bytes);
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload.empty());
  CHECK(packet.tcp()->payload_length_bytes == 0);
  CHECK(packet.ip_payload.size() == 20);
}

TEST_CASE("a snapped frame keeps the length that IP states") {
  const bool v6 = GENERATE(false, true);
  const TcpFields fields = {.source = v6 ? v6_client : v4_client,
                            .destination = v6 ? v6_server : v4_server,
                            .flags = TcpFlags::psh | TcpFlags::ack,
                            .payload = std::string(1000, 'x')};
  const Bytes whole = frame(fields);
  const Packet packet = decode(LinkType::ethernet, first(whole, whole.size() - 990));
  REQUIRE(packet.tcp() != nullptr);
  CHECK_FALSE(packet.problem);
  CHECK(packet.tcp()->payload.size() == 10);
  CHECK(packet.tcp()->payload_length_bytes == 1000);
  CHECK(packet.ip->payload_length_bytes == 1020);
}

TEST_CASE("IPv4 options are passed over") {
  const auto options = GENERATE(as<std::string>(), "94040000", "01010101", "0727" + std::string(74, '0') + "00");
  const Packet packet =
      decode(LinkType::raw, ipv4_packet({.options = hex(options)}, tcp_segment({.payload = "hello"})));
  CHECK_FALSE(packet.problem);
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload_length_bytes == 5);
}

TEST_CASE("a source route that is not used up tells the final destination") {
  const std::string route = "83 0b 04 c0000201 c0000202 00";
  const Packet open = decode(LinkType::raw, ipv4_packet({.options = hex(route)}, tcp_segment({})));
  CHECK(to_string(open.ip->final_destination()) == "192.0.2.2");
  const std::string used_up = "83 0b 0c c0000201 c0000202 00";
  const Packet done = decode(LinkType::raw, ipv4_packet({.options = hex(used_up)}, tcp_segment({})));
  CHECK(to_string(done.ip->final_destination()) == "10.0.0.2");
}

TEST_CASE("a total length of zero means what the frame holds") {
  const TcpFields fields = {.payload = std::string(70000, 'x')};
  const Bytes v4 = ipv4_packet({.total_length = 0}, tcp_segment(fields));
  const Bytes v6 = ipv6_packet({.payload_length = 0}, tcp_segment(fields));
  for (const Bytes& bytes : {v4, v6}) {
    const Packet packet = decode(LinkType::raw, bytes);
    REQUIRE(packet.tcp() != nullptr);
    CHECK(packet.tcp()->payload_length_bytes == 70000);
    const Packet snapped = decode(LinkType::raw, first(bytes, 100), static_cast<std::uint32_t>(bytes.size()));
    REQUIRE(snapped.tcp() != nullptr);
    CHECK(snapped.tcp()->payload_length_bytes == 70000);
    CHECK(snapped.tcp()->payload.size() < 100);
  }
}

TEST_CASE("an IPv6 jumbogram reaches to the frame's end") {
  const Bytes segment =
      tcp_segment({.source = v6_client, .destination = v6_server, .payload = std::string(70000, 'x')});
  const Bytes jumbo = join({hex("06 00 c2 04"), be32_bytes(static_cast<std::uint32_t>(segment.size() + 8)), segment});
  const Bytes bytes = ipv6_packet({.next_header = 0, .payload_length = 0}, jumbo);
  const Packet packet = decode(LinkType::raw, bytes);
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload_length_bytes == 70000);
  CHECK(verify_checksum(packet) == tcplab::Checksum::correct);
}

TEST_CASE("impossible lengths in an IPv4 header are problems where they stand") {
  Bytes short_header = frame({});
  short_header[14] = 0x44;
  const Packet first_packet = decode(LinkType::ethernet, short_header);
  REQUIRE(first_packet.problem);
  CHECK(first_packet.problem->offset == 14);
  CHECK(first_packet.problem->what == "IPv4 header length is below 20 bytes");
  CHECK_FALSE(first_packet.ip);

  const Packet second = decode(LinkType::raw, ipv4_packet({.total_length = 19}, tcp_segment({})));
  REQUIRE(second.problem);
  CHECK(second.problem->offset == 2);
  CHECK(second.problem->what == "IPv4 total length is shorter than the header");
  REQUIRE(second.ip);
  CHECK(to_string(second.ip->source) == "10.0.0.1");
}
