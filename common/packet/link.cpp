// Link headers, down to the IP packet that they carry.
// Frames that carry anything else (ARP, LLC, MPLS, PPPoE) end here, without a problem: they are not ours to read.
// www.tcpdump.org/linktypes.html; VLAN tags are IEEE 802.1Q.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

constexpr std::uint16_t type_ipv4 = 0x0800, type_ipv6 = 0x86dd;
constexpr std::size_t mac_address_bytes = 6, vlan_tag_bytes = 4;

/// 802.1Q, 802.1ad, and the two numbers that switches used for stacked tags before it.
constexpr bool is_vlan_tag(std::uint16_t type) {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

/// AF_INET is 2 everywhere; AF_INET6 is not the same on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
constexpr std::uint32_t family_ipv4 = 2;
constexpr bool is_family_ipv6(std::uint32_t family) {
  return family == 10 || family == 23 || family == 24 || family == 28 || family == 30;
}

}  // namespace

void Decoder::link(LinkType type) {
  switch (type) {
    case LinkType::ethernet:
      return ethernet();
    case LinkType::null:
    case LinkType::loop:
      return loopback(type);
    case LinkType::raw:
      return ip_of_either_version();
    case LinkType::ipv4:
      return ipv4();
    case LinkType::ipv6:
      return ipv6();
    case LinkType::linux_sll:
      return linux_cooked(16, 14);
    case LinkType::linux_sll2:
      return linux_cooked(20, 0);
  }
  problem(0, "link type is not supported");
}

void Decoder::ethernet() {
  if (!has(2 * mac_address_bytes + 2, "Ethernet header is cut off")) return;
  const std::uint16_t type = be16(rest_, 2 * mac_address_bytes);
  take(2 * mac_address_bytes + 2);
  ether_type(type);
}

void Decoder::loopback(LinkType type) {
  if (!has(4, "loopback header is cut off")) return;
  std::uint32_t family = be32(rest_, 0);
  // NULL is in the byte order of the machine that captured, and no family needs the upper half: a number there is
  // turned.
  if (type == LinkType::null && family > 0xffff) family = le32(rest_, 0);
  take(4);
  if (family == family_ipv4) return ipv4();
  if (is_family_ipv6(family)) return ipv6();
}

void Decoder::linux_cooked(std::size_t header_bytes, std::size_t type_at) {
  if (!has(header_bytes, "Linux cooked header is cut off")) return;
  const std::uint16_t type = be16(rest_, type_at);
  take(header_bytes);
  ether_type(type);
}

void Decoder::ether_type(std::uint16_t type) {
  while (is_vlan_tag(type)) {
    if (!has(vlan_tag_bytes, "VLAN tag is cut off")) return;
    type = be16(rest_, 2);
    take(vlan_tag_bytes);
  }
  if (type == type_ipv4) return ipv4();
  if (type == type_ipv6) return ipv6();
}

}  // namespace tcplab
