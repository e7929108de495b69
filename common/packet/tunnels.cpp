// Tunnels that IP carries without UDP: GRE with what it has in it, and Ethernet in IP. IP in IP is in transport.cpp.
// RFC 2784 and 2890 (GRE), RFC 2637 (PPTP), RFC 3378 (EtherIP), draft-foschiano-erspan; MikroTik's EoIP and Aruba's
// wireless frames after what Wireshark knows of them.
#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

enum GreType : std::uint16_t {
  gre_eoip = 0x6400,
  gre_ethernet = 0x6558,
  gre_erspan = 0x88be,
  gre_erspan_3 = 0x22eb,
  gre_aruba_first = 0x8200,
  gre_aruba_last = 0x8370
};
enum GreFlag : std::uint16_t {
  gre_checksum = 0x8000,
  gre_routing = 0x4000,
  gre_key = 0x2000,
  gre_sequence_number = 0x1000,
  gre_acknowledgment = 0x0080
};

constexpr std::size_t gre_header_bytes(std::uint16_t flags) {
  std::size_t bytes = 4;
  for (const GreFlag flag : {gre_checksum, gre_key, gre_sequence_number}) bytes += (flags & flag) != 0 ? 4 : 0;
  const bool is_version_1 = (flags & 7) == 1;
  return bytes + (is_version_1 && (flags & gre_acknowledgment) != 0 ? 4 : 0);
}

constexpr bool is_aruba(std::uint16_t type) {
  return type >= gre_aruba_first && type <= gre_aruba_last && type % 16 == 0;
}

}  // namespace

void Decoder::gre() {
  if (!has(4, "GRE header is cut off")) return;
  const std::uint16_t flags = be16(rest_, 0), type = be16(rest_, 2);
  if ((flags & 7) > 1) return problem(1, "GRE version is neither 0 nor 1");
  if ((flags & gre_routing) != 0) return;  // RFC 1701's source routes, which nobody has
  if (!has(gre_header_bytes(flags), "GRE header is cut off")) return;
  take(gre_header_bytes(flags));
  if (wire_bytes() == 0) return;  // a keepalive, or an acknowledgment
  gre_payload(type, (flags & gre_sequence_number) != 0);
}

void Decoder::gre_payload(std::uint16_t type, bool has_sequence_number) {
  constexpr std::size_t erspan_2_bytes = 8;
  if (type == gre_ethernet || type == gre_eoip) return ethernet();
  if (type == gre_erspan) return erspan(has_sequence_number ? erspan_2_bytes : 0);
  if (type == gre_erspan_3) return erspan_3();
  if (is_aruba(type)) return ieee802_11(false);
  if (type >= 0x600) ether_type(type);
}

/// A mirrored frame. Its first kind has no header of its own; the second has one, and GRE's sequence number.
void Decoder::erspan(std::size_t header_bytes) {
  if (!has(header_bytes, "ERSPAN header is cut off")) return;
  take(header_bytes);
  ethernet();
}

void Decoder::erspan_3() {
  constexpr std::size_t header_bytes = 12, platform_bytes = 8;
  if (!has(header_bytes, "ERSPAN header is cut off")) return;
  const bool has_platform = (rest_[11] & 1) != 0;
  erspan(header_bytes + (has_platform ? platform_bytes : 0));
}

void Decoder::ether_ip() {
  if (!has(2, "EtherIP header is cut off")) return;
  if (rest_[0] >> 4 != 3) return problem(0, "EtherIP version is not 3");
  take(2);
  ethernet();
}

}  // namespace tcplab
