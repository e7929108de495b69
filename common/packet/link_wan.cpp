// PPP and its kin on point-to-point lines: PPP, PPPoE, Cisco's HDLC, Frame Relay.
// Packets whose headers PPP has compressed (RFC 1144, RFC 5795) are passed over, and so are its own negotiations.
// RFC 1661, RFC 1662, RFC 2516, RFC 2427.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

enum PppProtocol : std::uint16_t {
  ppp_ipv4 = 0x0021,
  ppp_ipv6 = 0x0057,
  ppp_mpls = 0x0281,
  ppp_mpls_multicast = 0x0283
};

}  // namespace

void Decoder::ppp() {
  constexpr std::uint8_t all_stations = 0xff, unnumbered_information = 0x03;
  if (!has(1, "PPP header is cut off")) return;
  if (rest_[0] == all_stations) {  // address and control, which may be left out: RFC 1661 section 6.6
    if (!has(2, "PPP header is cut off")) return;
    if (rest_[1] != unnumbered_information) return;
    take(2);
    if (!has(1, "PPP header is cut off")) return;
  }
  const bool is_short = (rest_[0] & 1) != 0;  // section 6.5
  if (!has(is_short ? 1 : 2, "PPP header is cut off")) return;
  const std::uint16_t protocol = is_short ? rest_[0] : be16(rest_, 0);
  take(is_short ? 1 : 2);
  if (protocol == ppp_ipv4) return ipv4();
  if (protocol == ppp_ipv6) return ipv6();
  if (protocol == ppp_mpls || protocol == ppp_mpls_multicast) return mpls();
}

void Decoder::pppoe_session() {
  constexpr std::size_t header_bytes = 6;
  constexpr std::uint8_t version_and_type = 0x11, session_data = 0;
  if (!has(header_bytes, "PPPoE header is cut off")) return;
  if (rest_[0] != version_and_type || rest_[1] != session_data) return;
  const std::size_t payload_bytes = be16(rest_, 4);
  take(header_bytes);
  limit(payload_bytes);
  ppp();
}

void Decoder::cisco_hdlc() {
  if (!has(4, "HDLC header is cut off")) return;
  const std::uint16_t type = be16(rest_, 2);
  take(4);
  if (type >= 0x600) ether_type(type);
}

/// Either is captured as LINKTYPE_PPP_HDLC, and as LINKTYPE_PPP by some routers. Cisco's addresses, 0x0f and 0x8f, are
/// no protocols of PPP.
void Decoder::ppp_or_cisco_hdlc() {
  if (!has(1, "PPP header is cut off")) return;
  return rest_[0] == 0x0f || rest_[0] == 0x8f ? cisco_hdlc() : ppp();
}

/// Two bytes of address, of control one, and the network layer's protocol: RFC 2427 section 3.
void Decoder::frame_relay() {
  constexpr std::uint8_t last_address_byte = 1, unnumbered_information = 0x03, is_ipv4 = 0xcc, is_ipv6 = 0x8e,
                         is_snap = 0x80;
  std::size_t address_bytes = 2;
  if (!has(4, "Frame Relay header is cut off")) return;
  while (address_bytes < 4 && (rest_[address_bytes - 1] & last_address_byte) == 0) ++address_bytes;
  if (!has(address_bytes + 2, "Frame Relay header is cut off")) return;
  if (rest_[address_bytes] != unnumbered_information) return;
  take(address_bytes + 1);
  if (rest_[0] == 0) {  // padding
    take(1);
    if (!has(1, "Frame Relay header is cut off")) return;
  }
  const std::uint8_t protocol = rest_[0];
  take(1);
  if (protocol == is_ipv4) return ipv4();
  if (protocol == is_ipv6) return ipv6();
  if (protocol != is_snap || !has(5, "SNAP header is cut off")) return;
  const std::uint16_t type = be16(rest_, 3);
  const bool is_of_ether_types = rest_[0] == 0 && rest_[1] == 0 && rest_[2] == 0;
  take(5);
  if (is_of_ether_types && type >= 0x600) ether_type(type);
}

/// A byte that says who sent it stands in front.
void Decoder::behind_direction(Read read) {
  if (!has(1, "direction is cut off")) return;
  take(1);
  (this->*read)();
}

}  // namespace tcplab
