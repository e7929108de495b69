// Link headers, down to the IP packet that they carry: which there are, Ethernet, and the loopback's and Linux's own.
// Frames that carry anything else (ARP, spanning tree) end here, without a problem: they are not ours to read.
// www.tcpdump.org/linktypes.html; IEEE 802.3.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

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
    default:
      return rarer_link(type);
  }
}

void Decoder::rarer_link(LinkType type) {
  switch (type) {
    case LinkType::token_ring:
      return token_ring();
    case LinkType::fddi:
      return fddi();
    case LinkType::atm_rfc1483:
      return llc();
    case LinkType::ieee802_11:
      return ieee802_11(false);
    case LinkType::ieee802_11_radiotap:
      return radiotap();
    case LinkType::ppi:
      return per_packet_information();
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
      return ppp_or_cisco_hdlc();
    case LinkType::ppp_with_direction:
      return behind_direction(&Decoder::ppp);
    case LinkType::ppp_ether:
      return pppoe_session();
    case LinkType::cisco_hdlc:
      return cisco_hdlc();
    case LinkType::cisco_hdlc_with_direction:
      return behind_direction(&Decoder::cisco_hdlc);
    case LinkType::frame_relay:
      return frame_relay();
    case LinkType::arcnet_bsd:
      return arcnet(2);
    case LinkType::arcnet_linux:
      return arcnet(4);
    case LinkType::ip_over_infiniband:
      return ip_over_infiniband();
    case LinkType::nflog:
      return nflog();
    case LinkType::pflog:
      return packet_filter_log();
    case LinkType::enc:
      return encapsulating_interface();
    case LinkType::juniper_ethernet:
      return juniper_ethernet();
    default:
      return problem(0, "link type is not supported");
  }
}

void Decoder::ethernet() {
  if (!has(mac_addresses_bytes + 2, "Ethernet header is cut off")) return;
  const std::uint16_t type = be16(rest_, mac_addresses_bytes);
  take(mac_addresses_bytes + 2);
  ether_type(type);
}

void Decoder::loopback(LinkType type) {
  if (!has(4, "loopback header is cut off")) return;
  std::uint32_t family = be32(rest_, 0);
  // NULL is in the byte order of the machine that captured, and no family needs the upper half: a number there is
  // turned.
  if (type == LinkType::null && family > 0xffff) family = le32(rest_, 0);
  take(4);
  family_of_addresses(family);
}

void Decoder::linux_cooked(std::size_t header_bytes, std::size_t type_at) {
  if (!has(header_bytes, "Linux cooked header is cut off")) return;
  const std::uint16_t type = be16(rest_, type_at);
  take(header_bytes);
  ether_type(type);
}

void Decoder::family_of_addresses(std::uint32_t family) {
  if (family == family_ipv4) return ipv4();
  if (is_family_ipv6(family)) return ipv6();
}

}  // namespace tcplab
