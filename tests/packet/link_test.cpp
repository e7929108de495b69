// Every link type that is decoded, and what is done with those that are not.
#include "packet/packet.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "tunnelled.hpp"

using namespace tcplab::test;
using tcplab::LinkType, tcplab::Packet, tcplab::decode;

namespace {

bool is_ipv4_syn(LinkType link, const Bytes& header) {
  return is_syn(decode(link, join({header, ip_packet(v4_syn)})), 4);
}
bool is_ipv6_syn(LinkType link, const Bytes& header) {
  return is_syn(decode(link, join({header, ip_packet(v6_syn)})), 6);
}

const Bytes mac_addresses = hex("0200 0000 0002 0200 0000 0001");

}  // namespace

TEST_CASE("Ethernet frames carry IPv4 and IPv6") {
  CHECK(is_ipv4_syn(LinkType::ethernet, join({mac_addresses, hex("0800")})));
  CHECK(is_ipv6_syn(LinkType::ethernet, join({mac_addresses, hex("86dd")})));
}

TEST_CASE("VLAN tags are passed over, single and stacked") {
  const auto tags = GENERATE(as<std::string>(), "8100 0064", "88a8 0064 8100 00c8", "8100 0001 8100 0002",
                             "9100 0064 8100 0001", "9200 0001", "88a8 0001 88a8 0002 8100 0003");
  CAPTURE(tags);
  CHECK(is_ipv4_syn(LinkType::ethernet, join({mac_addresses, hex(tags), hex("0800")})));
  CHECK(is_ipv6_syn(LinkType::ethernet, join({mac_addresses, hex(tags), hex("86dd")})));
}

TEST_CASE("NULL gives the address family in either byte order") {
  CHECK(is_ipv4_syn(LinkType::null, hex("02000000")));
  CHECK(is_ipv4_syn(LinkType::null, hex("00000002")));
  const auto family =
      GENERATE(as<std::string>(), "0a", "17", "18", "1c", "1e");  // Linux, Windows, NetBSD, FreeBSD, macOS
  CAPTURE(family);
  CHECK(is_ipv6_syn(LinkType::null, hex(family + "000000")));
  CHECK(is_ipv6_syn(LinkType::null, hex("000000" + family)));
}

TEST_CASE("LOOP gives the address family in network order only") {
  CHECK(is_ipv4_syn(LinkType::loop, hex("00000002")));
  CHECK(is_ipv6_syn(LinkType::loop, hex("00000018")));
  CHECK_FALSE(is_ipv4_syn(LinkType::loop, hex("02000000")));
}

TEST_CASE("RAW is told apart by the IP version, IPV4 and IPV6 are not") {
  CHECK(is_ipv4_syn(LinkType::raw, {}));
  CHECK(is_ipv6_syn(LinkType::raw, {}));
  CHECK(is_ipv4_syn(LinkType::ipv4, {}));
  CHECK(is_ipv6_syn(LinkType::ipv6, {}));
  CHECK(decode(LinkType::ipv6, ip_packet(v4_syn)).problem->what == "IP version is not 6");
  CHECK(decode(LinkType::ipv4, ip_packet(v6_syn)).problem->what == "IP version is not 4");
  CHECK(decode(LinkType::raw, hex("50")).problem->what == "IP version is neither 4 nor 6");
}

TEST_CASE("Linux cooked frames of both versions carry IPv4 and IPv6, with VLAN tags too") {
  const Bytes sll = hex("0000 0001 0006 0200 0000 0001 0000"),
              sll2_rest = hex("0000 0000 0002 0001 00 06 0200 0000 0001 0000");
  CHECK(is_ipv4_syn(LinkType::linux_sll, join({sll, hex("0800")})));
  CHECK(is_ipv6_syn(LinkType::linux_sll, join({sll, hex("86dd")})));
  CHECK(is_ipv4_syn(LinkType::linux_sll, join({sll, hex("8100 0064 0800")})));
  CHECK(is_ipv4_syn(LinkType::linux_sll2, join({hex("0800"), sll2_rest})));
  CHECK(is_ipv6_syn(LinkType::linux_sll2, join({hex("86dd"), sll2_rest})));
}

TEST_CASE("ARP and other traffic is no problem and has no IP header") {
  const Bytes arp = ethernet(0x0806, hex("0001 0800 0604 0001 0200 0000 0001 0a00 0001 0000 0000 0000 0a00 0002"));
  const Packet packet = decode(LinkType::ethernet, arp);
  CHECK_FALSE(packet.ip);
  CHECK_FALSE(packet.problem);
  CHECK(packet.tcp() == nullptr);
}

TEST_CASE("an unknown link type is a problem at the start of the frame") {
  const Packet packet = decode(LinkType{147}, frame(v4_syn));
  REQUIRE(packet.problem);
  CHECK(packet.problem->offset == 0);
  CHECK(packet.problem->what == "link type is not supported");
}
