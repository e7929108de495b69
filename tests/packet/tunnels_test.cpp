// Tunnels that IP carries: the packet that is told is the one inside. RFC 2003, 2473, 4213, 2784, 2890, 2637, 3378,
// 4023.
#include "support/catch.hpp"
#include "tunnelled.hpp"

using namespace tcplab::test;
using tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::TcpFlags, tcplab::UdpDatagram, tcplab::decode,
    tcplab::to_string;

namespace {

Bytes in_ipv4(std::uint8_t protocol, const Bytes& payload) {
  return ipv4_packet({.source = endpoint("192.0.2.1", 0).address,
                      .destination = endpoint("192.0.2.2", 0).address,
                      .protocol = protocol},
                     payload);
}
Bytes in_ipv6(std::uint8_t protocol, const Bytes& payload) {
  return ipv6_packet({.next_header = protocol}, payload);
}
Bytes gre(const std::string& header, const Bytes& payload) {
  return in_ipv4(47, join({hex(header), payload}));
}
Bytes udp(std::uint16_t port, const Bytes& payload, std::uint16_t source_port = 50000) {
  const std::string text(payload.begin(), payload.end());
  return in_ipv4(17, udp_datagram(endpoint("192.0.2.1", source_port), endpoint("192.0.2.2", port), text));
}
bool is_inner_syn(const Bytes& packet, std::uint8_t version = 4, std::uint8_t tunnels = 1) {
  return is_syn(decode(LinkType::raw, packet, static_cast<std::uint32_t>(packet.size())), version, tunnels);
}

const Bytes snap = hex("aaaa 03 000000 0800");
const Bytes vxlan_header = hex("08000000 00000a00");

}  // namespace

TEST_CASE("IP in IP is looked into, in any of the four ways") {
  CHECK(is_inner_syn(in_ipv4(4, ip_packet(v4_syn))));
  CHECK(is_inner_syn(in_ipv4(41, ip_packet(v6_syn)), 6));
  CHECK(is_inner_syn(in_ipv6(4, ip_packet(v4_syn))));
  CHECK(is_inner_syn(in_ipv6(41, ip_packet(v6_syn)), 6));
}

TEST_CASE("GRE is looked into whatever optional fields it has") {
  CHECK(is_inner_syn(gre("0000 0800", ip_packet(v4_syn))));
  CHECK(is_inner_syn(gre("0000 86dd", ip_packet(v6_syn)), 6));
  CHECK(is_inner_syn(gre("8000 0800 00000000", ip_packet(v4_syn))));
  CHECK(is_inner_syn(gre("2000 0800 00000007", ip_packet(v4_syn))));
  CHECK(is_inner_syn(gre("3000 0800 00000007 00000001", ip_packet(v4_syn))));
  CHECK(is_inner_syn(gre("b000 0800 00000000 00000007 00000001", ip_packet(v4_syn))));
}

TEST_CASE("GRE carries frames, labels and PPP as well") {
  CHECK(is_inner_syn(gre("0000 6558", frame(v4_syn))));
  CHECK(is_inner_syn(gre("2001 6400 00360100", frame(v4_syn))));                      // EoIP
  CHECK(is_inner_syn(gre("0000 8847", join({hex("00064140"), ip_packet(v4_syn)}))));  // MPLS
  CHECK(is_inner_syn(gre("3081 880b 002c0001 00000001 00000002",                      // PPTP
                         join({hex("ff03 0021"), ip_packet(v4_syn)}))));
  CHECK(is_inner_syn(gre("0000 8200", join({hex("0801"), Bytes(22), snap, ip_packet(v4_syn)}))));  // Aruba
}

TEST_CASE("mirrored frames are looked into in all kinds of ERSPAN") {
  CHECK(is_inner_syn(gre("0000 88be", frame(v4_syn))));
  CHECK(is_inner_syn(gre("1000 88be 00000001", join({hex("10010001 00000000"), frame(v4_syn)}))));
  CHECK(is_inner_syn(gre("1000 22eb 00000001", join({hex("20010001 00000000 00000000"), frame(v4_syn)}))));
  CHECK(is_inner_syn(
      gre("1000 22eb 00000001", join({hex("20010001 00000000 00000001 0000000000000000"), frame(v4_syn)}))));
}

TEST_CASE("frames and labels in IP are looked into") {
  CHECK(is_inner_syn(in_ipv4(97, join({hex("3000"), frame(v4_syn)}))));
  CHECK(is_inner_syn(in_ipv4(137, join({hex("00064140"), ip_packet(v4_syn)}))));
}

TEST_CASE("what GRE carries that is not IP leaves the packet around it") {
  const std::string header =
      GENERATE(as<std::string>(), "0000 0000", "0000 0806", "0000 88cc", "4000 0800", "2000 0800 00000007");
  const Bytes bytes = gre(header, header.size() > 10 ? Bytes() : hex("00010800 06040001"));
  const Packet packet = decode(LinkType::raw, bytes, static_cast<std::uint32_t>(bytes.size()));
  CAPTURE(header);
  REQUIRE(packet.ip);
  CHECK(packet.ip->protocol == 47);
  CHECK(to_string(packet.ip->source) == "192.0.2.1");
  CHECK(packet.tunnels == 0);
  CHECK_FALSE(packet.problem);
}

TEST_CASE("a tunnel's inside that is not what its header says is a problem") {
  const auto what = [](const Bytes& bytes) {
    const Packet packet = decode(LinkType::raw, bytes);
    REQUIRE(packet.ip);
    CHECK(packet.tunnels == 0);
    REQUIRE(packet.problem);
    return std::string(packet.problem->what);
  };
  CHECK(what(in_ipv4(4, ip_packet(v6_syn))) == "IP version is not 4");
  CHECK(what(in_ipv4(41, ip_packet(v4_syn))) == "IP version is not 6");
  CHECK(what(gre("0002 0800", ip_packet(v4_syn))) == "GRE version is neither 0 nor 1");
  CHECK(what(in_ipv4(97, join({hex("4000"), frame(v4_syn)}))) == "EtherIP version is not 3");
}

TEST_CASE("a tunnel cut off anywhere says so") {
  const Bytes packet = GENERATE_COPY(
      in_ipv4(4, ip_packet(v4_syn)), in_ipv6(41, ip_packet(v6_syn)),
      gre("b000 6558 00000000 00000007 00000001", frame(v4_syn)),
      gre("1000 22eb 00000001", join({hex("20010001 00000000 00000001 0000000000000000"), frame(v6_syn)})),
      gre("0000 8200", join({hex("8803"), Bytes(30), snap, ip_packet(v4_syn)})),
      gre("3081 880b 002c0001 00000001 00000002", join({hex("ff03 0021"), ip_packet(v4_syn)})),
      in_ipv4(97, join({hex("3000"), frame(v4_syn)})), in_ipv4(137, join({hex("00064140"), ip_packet(v4_syn)})));
  CHECK(silent_cuts(LinkType::raw, packet) == 0);
}

TEST_CASE("eight tunnels are looked into, and a ninth is a problem") {
  Bytes packet = ip_packet(v4_syn);
  for (std::uint8_t depth = 1; depth <= 8; ++depth) {
    packet = depth % 2 == 0 ? in_ipv4(4, packet) : gre("0000 0800", packet);
    CHECK(is_inner_syn(packet, 4, depth));
  }
  const auto ninth = GENERATE_COPY(in_ipv4(4, packet), udp(4789, join({vxlan_header, ethernet(0x0800, packet)})));
  const Packet too_deep = decode(LinkType::raw, ninth);
  CHECK(too_deep.tunnels == 8);
  CHECK(too_deep.tcp() == nullptr);
  REQUIRE(too_deep.problem);
  CHECK(too_deep.problem->what == "tunnels are nested too deep");
}

TEST_CASE("headers that hold themselves are read to a bounded depth") {
  Bytes frames = frame(v4_syn);
  for (int i = 0; i < 2000; ++i) frames = ethernet(0x88e7, join({hex("00000001"), frames}));
  const Packet packet = decode(LinkType::ethernet, frames);
  REQUIRE(packet.problem);
  CHECK(packet.problem->what == "headers are nested too deep");
}

TEST_CASE("UDP tunnels are known by their ports") {
  CHECK(is_inner_syn(udp(4789, join({vxlan_header, frame(v4_syn)}))));
  CHECK(is_inner_syn(udp(8472, join({vxlan_header, frame(v6_syn)})), 6));
  CHECK(is_inner_syn(udp(6081, join({hex("00006558 00000a00"), frame(v4_syn)}))));
  CHECK(is_inner_syn(udp(6081, join({hex("020086dd 00000a00 01020301 deadbeef"), ip_packet(v6_syn)})), 6));
  CHECK(is_inner_syn(udp(2152, join({hex("30ff0028 00000001"), ip_packet(v4_syn)}))));
  CHECK(is_inner_syn(udp(2152, join({hex("32ff002c 00000001 00010000"), ip_packet(v4_syn)}))));
  CHECK(is_inner_syn(udp(2152, join({hex("34ff0034 00000001 00000085 01000140 02000000 00000000"), ip_packet(v6_syn)})),
                     6));
  CHECK(is_inner_syn(udp(1701, join({hex("0002 0001 0002 ff03 0021"), ip_packet(v4_syn)}))));
  CHECK(
      is_inner_syn(udp(1701, join({hex("4a02 0040 0001 0002 0000 0000 0002 aaaa ff03 0057"), ip_packet(v6_syn)})), 6));
  CHECK(is_inner_syn(udp(3544, ip_packet(v6_syn)), 6));
  CHECK(is_inner_syn(udp(3544, join({hex("0000 63bf 3ffffffe"), ip_packet(v6_syn)})), 6));
  CHECK(is_inner_syn(
      udp(3544, join({hex("0001 0201 aabb cc 0102030405060708 00 0000 63bf 3ffffffe"), ip_packet(v6_syn)})), 6));
  CHECK(is_inner_syn(udp(4754, join({hex("0000 0800"), ip_packet(v4_syn)}))));
  CHECK(is_inner_syn(udp(6635, join({hex("00064140"), ip_packet(v4_syn)}))));
}

TEST_CASE("the answers through a UDP tunnel are known by the other port") {
  CHECK(is_inner_syn(udp(50000, join({hex("30ff0028 00000001"), ip_packet(v4_syn)}), 2152)));
}

TEST_CASE("a datagram to a tunnel's port that has no tunnel in it stays a datagram") {
  const Bytes inside = ip_packet(v4_syn);
  const Bytes packet = GENERATE_COPY(
      udp(4789, {}), udp(4789, text_bytes("a question, say")),
      udp(4789, join({hex("00000000 00000a00"), frame(v4_syn)})),
      udp(4789, join({vxlan_header, ethernet(0x0806, Bytes(28))})), udp(4789, join({vxlan_header, hex("0200")})),
      udp(6081, join({hex("40006558 00000a00"), frame(v4_syn)})), udp(6081, hex("3f006558 00000a00 00")),
      udp(2152, join({hex("30010028 00000001"), inside})), udp(2152, join({hex("50ff0028 00000001"), inside})),
      udp(2152, hex("34ff0004 00000001 00000085 00")), udp(2152, join({hex("30ff0028 00000001"), hex("00112233")})),
      udp(1701, join({hex("c802 0014 0001 0000 0000 0000"), Bytes(8)})), udp(1701, hex("0202 0001 0002 ffff")),
      udp(3544, ip_packet(v4_syn)), udp(3544, hex("0001 0000 00")), udp(3544, join({hex("0000 00"), inside})),
      udp(4754, join({hex("0003 0800"), inside})), udp(6635, hex("00064040")),
      udp(53, join({vxlan_header, frame(v4_syn)})));
  const Packet decoded = decode(LinkType::raw, packet, static_cast<std::uint32_t>(packet.size()));
  CHECK_FALSE(decoded.problem);
  CHECK(decoded.tunnels == 0);
  const auto* datagram = std::get_if<UdpDatagram>(&decoded.transport);
  REQUIRE(datagram != nullptr);
  CHECK(datagram->source_port == 50000);
  CHECK(datagram->payload.size() == datagram->length_bytes - 8U);
}

TEST_CASE("a UDP tunnel cut off anywhere is told as far as it goes") {
  const Bytes packet =
      GENERATE_COPY(udp(4789, join({vxlan_header, frame(v4_syn)})),
                    udp(6081, join({hex("01006558 00000a00 01020300"), frame(v4_syn)})),
                    udp(2152, join({hex("34ff0030 00000001 00000085 01000100"), ip_packet(v4_syn)})),
                    udp(1701, join({hex("4a02 0040 0001 0002 0000 0000 0002 aaaa ff03 0021"), ip_packet(v4_syn)})),
                    udp(3544, join({hex("0001 0000 0102030405060708 00"), ip_packet(v6_syn)})),
                    udp(4754, join({hex("3000 0800 00000007 00000001"), ip_packet(v4_syn)})));
  std::uint8_t tunnels = 0;
  for (std::size_t size = 28; size < packet.size(); ++size) {
    const Packet cut = decode_cut(LinkType::raw, packet, size);
    REQUIRE(cut.ip);
    CHECK(cut.tunnels >= tunnels);  // more bytes never tell less
    tunnels = cut.tunnels;
    CHECK((cut.tunnels == 1 || std::holds_alternative<UdpDatagram>(cut.transport)));
    CHECK((cut.tunnels == 0 || cut.problem || cut.tcp() != nullptr));
  }
  CHECK(tunnels == 1);
}

TEST_CASE("a packet in a fragment of another may be longer than the fragment") {
  const TcpFields fields = {.seq = SeqNum(7), .flags = TcpFlags::syn, .payload = std::string(500, 'x')};
  const Bytes inner = ip_packet(fields);
  const Bytes outer = ipv4_packet({.protocol = 4, .fragment = 0x2000}, first(inner, 240));
  const Packet packet = decode(LinkType::raw, outer, static_cast<std::uint32_t>(outer.size()));
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload_length_bytes == 500);
  CHECK(packet.tcp()->payload.size() == 200);
  CHECK_FALSE(packet.ip->exceeds_frame);
}
