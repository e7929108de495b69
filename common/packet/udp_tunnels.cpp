// Tunnels that UDP carries, known by their ports: VXLAN, Geneve, GTP-U, L2TP, Teredo, GRE and MPLS in UDP.
// A port proves nothing: what does not look as the tunnel's header should, or has no IP packet in it, stays a datagram.
// RFC 7348, RFC 8926, 3GPP TS 29.281, RFC 2661, RFC 4380, RFC 8086, RFC 7510.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

enum Port : std::uint16_t {
  port_l2tp = 1701,
  port_gtp_u = 2152,
  port_teredo = 3544,
  port_gre = 4754,
  port_vxlan = 4789,
  port_geneve = 6081,
  port_mpls = 6635,
  port_vxlan_before_4789 = 8472
};

}  // namespace

void Decoder::udp_tunnel(const UdpDatagram& datagram) {
  const auto tunnel_of = [](std::uint16_t port) -> Read {
    switch (port) {
      case port_l2tp:
        return &Decoder::l2tp;
      case port_gtp_u:
        return &Decoder::gtp_u;
      case port_teredo:
        return &Decoder::teredo;
      case port_gre:
        return &Decoder::gre;
      case port_vxlan:
      case port_vxlan_before_4789:
        return &Decoder::vxlan;
      case port_geneve:
        return &Decoder::geneve;
      case port_mpls:
        return &Decoder::mpls;
      default:
        return nullptr;
    }
  };
  Read read = tunnel_of(datagram.destination_port);
  if (read == nullptr) read = tunnel_of(datagram.source_port);
  if (read == nullptr || datagram.payload.empty()) return;
  packet_.fragment.suffices = false;
  try_inside(read);
}

void Decoder::vxlan() {
  constexpr std::uint8_t has_network_identifier = 0x08;
  if (rest_.size() < 8 || (rest_[0] & has_network_identifier) == 0) return;
  take(8);
  ethernet();
}

void Decoder::geneve() {
  constexpr std::uint16_t type_ethernet = 0x6558;
  if (rest_.size() < 8 || rest_[0] >> 6 != 0) return;
  const std::size_t header_bytes = 8 + std::size_t{4} * (rest_[0] & 0x3f);
  const std::uint16_t type = be16(rest_, 2);
  if (rest_.size() < header_bytes) return;
  take(header_bytes);
  if (type == type_ethernet) return ethernet();
  if (type >= 0x600) ether_type(type);
}

void Decoder::gtp_u() {
  constexpr std::uint8_t version_and_kind_mask = 0xf0, version_1 = 0x30, has_extension = 0x04, has_more = 0x07,
                         user_data = 255;
  if (rest_.size() < 8 || (rest_[0] & version_and_kind_mask) != version_1 || rest_[1] != user_data) return;
  const std::uint8_t flags = rest_[0];
  take(8);
  if ((flags & has_more) != 0) {
    if (rest_.size() < 4) return;
    std::uint8_t next = (flags & has_extension) != 0 ? rest_[3] : std::uint8_t{0};
    take(4);
    while (next != 0) {  // an extension says how many four bytes it has, and which comes next
      const std::size_t bytes = rest_.empty() ? 0 : std::size_t{4} * rest_[0];
      if (bytes == 0 || rest_.size() < bytes) return;
      next = rest_[bytes - 1];
      take(bytes);
    }
  }
  ip_of_either_version();
}

void Decoder::l2tp() {
  constexpr std::uint16_t is_control = 0x8000, has_length = 0x4000, has_numbers = 0x0800, has_offset = 0x0200,
                          version_mask = 0x000f, version_2 = 2;
  if (rest_.size() < 2) return;
  const std::uint16_t flags = be16(rest_, 0);
  if ((flags & is_control) != 0 || (flags & version_mask) != version_2) return;
  std::size_t header_bytes = 6U + ((flags & has_length) != 0 ? 2 : 0) + ((flags & has_numbers) != 0 ? 4 : 0);
  if ((flags & has_offset) != 0) {
    if (rest_.size() < header_bytes + 2) return;
    header_bytes += 2U + be16(rest_, header_bytes);
  }
  if (rest_.size() < header_bytes) return;
  take(header_bytes);
  ppp();
}

/// What proves its sender, and what tells a client its own address, may stand in front, in this order.
void Decoder::teredo() {
  constexpr std::uint16_t origin_indication = 0, authentication = 1;
  constexpr std::size_t origin_bytes = 8, authentication_bytes = 13;  // the latter beside what it says itself
  if (rest_.size() >= 4 && be16(rest_, 0) == authentication) {
    const std::size_t bytes = authentication_bytes + rest_[2] + rest_[3];
    if (rest_.size() < bytes) return;
    take(bytes);
  }
  if (rest_.size() >= origin_bytes && be16(rest_, 0) == origin_indication) take(origin_bytes);
  ipv6();
}

}  // namespace tcplab
