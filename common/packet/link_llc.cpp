// LLC, with or without SNAP, and the local networks other than Ethernet that carry it.
// Of LLC's services only unnumbered information is read, which is what IP uses.
// IEEE 802.2, RFC 1042, RFC 1390 (FDDI), IEEE 802.5; source routes of the token ring are passed over.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

constexpr std::uint8_t sap_ip = 0x06, sap_snap = 0xaa, unnumbered_information = 0x03;
constexpr std::size_t llc_bytes = 3, snap_bytes = 5;

/// Those under which the two bytes behind are an EtherType: RFC 1042's, and the one for 802.1H.
constexpr bool is_of_ether_types(std::uint32_t organization) {
  return organization == 0 || organization == 0xf8;
}

}  // namespace

void Decoder::llc() {
  if (!has(llc_bytes, "LLC header is cut off")) return;
  const std::uint8_t destination = rest_[0], source = rest_[1], control = rest_[2];
  if (control != unnumbered_information || destination != source) return;
  if (destination == sap_ip) return take(llc_bytes), ip_of_either_version();
  if (destination != sap_snap || !has(llc_bytes + snap_bytes, "SNAP header is cut off")) return;
  const std::uint32_t organization = be32(rest_, 2) & 0xffffff;
  const std::uint16_t type = be16(rest_, 6);
  take(llc_bytes + snap_bytes);
  // A type below 0x600 would be a length, which SNAP does not have.
  if (is_of_ether_types(organization) && type >= 0x600) ether_type(type);
}

void Decoder::fddi() {
  constexpr std::uint8_t kind_mask = 0xf0, llc_frame = 0x50;
  if (!has(1 + mac_addresses_bytes, "FDDI header is cut off")) return;
  const bool is_llc = (rest_[0] & kind_mask) == llc_frame;
  take(1 + mac_addresses_bytes);
  if (is_llc) llc();
}

void Decoder::token_ring() {
  constexpr std::uint8_t kind_mask = 0xc0, llc_frame = 0x40, has_route = 0x80, route_length_mask = 0x1f;
  constexpr std::size_t header_bytes = 2 + mac_addresses_bytes, source_at = 8;
  if (!has(header_bytes, "token ring header is cut off")) return;
  const bool is_llc = (rest_[1] & kind_mask) == llc_frame, is_routed = (rest_[source_at] & has_route) != 0;
  take(header_bytes);
  if (is_routed) {
    if (!has(1, "token ring route is cut off")) return;
    const std::size_t route_bytes = rest_[0] & route_length_mask;
    if (!has(route_bytes, "token ring route is cut off")) return;
    take(route_bytes);
  }
  if (is_llc) llc();
}

}  // namespace tcplab
