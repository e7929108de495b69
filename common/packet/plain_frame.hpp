// The shape that nearly all frames have, recognised in one go: Ethernet, IPv4 without options that is no fragment or
// IPv6 without extension headers, and TCP, every length sound and every header captured. It reads no field beyond that,
// and knows no other shape: decode() does. What decode() would say of such a frame, its fields say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "packet/bytes.hpp"
#include "packet/fixed_headers.hpp"
#include "packet/packet.hpp"

namespace tcplab {

struct PlainFrame {
  ByteView ip;                   ///< from the IP header to the end of the packet, as far as it was captured
  std::size_t tcp_at = 0;        ///< in `ip`, behind its fixed header
  std::size_t data_at = 0;       ///< in `ip`, behind the TCP options
  std::size_t packet_bytes = 0;  ///< by the IP header, of which not all may have been captured
  [[nodiscard]] bool is_ipv4() const { return tcp_at == ipv4_header_bytes; }
  [[nodiscard]] ByteView tcp() const { return ip.subspan(tcp_at); }
  [[nodiscard]] ByteView tcp_options() const { return ip.first(data_at).subspan(tcp_at + tcp_header_bytes); }
  [[nodiscard]] std::uint32_t data_length_bytes() const { return static_cast<std::uint32_t>(packet_bytes - data_at); }
  void read_ends(Endpoint& source, Endpoint& destination) const {
    is_ipv4() ? read_ipv4_addresses(ip, source.address, destination.address)
              : read_ipv6_addresses(ip, source.address, destination.address);
    source.port = be16(ip, tcp_at);
    destination.port = be16(ip, tcp_at + 2);
  }
};

/// Whether the frame is of that shape; else `plain` stays as it was. The arguments are decode()'s.
inline bool is_plain(LinkType link, ByteView frame, std::uint32_t original_length_bytes, PlainFrame& plain) {
  constexpr std::size_t ip_at = 14;
  if (link != LinkType::ethernet || frame.size() < ip_at + ipv4_header_bytes + tcp_header_bytes) return false;
  const ByteView ip = frame.subspan(ip_at);
  std::size_t tcp_at = 0, packet_bytes = 0;
  if (const std::uint16_t type = be16(frame, 12); type == type_ipv4) {
    if (ip[0] != 0x45 || ip[9] != protocol_tcp || (be16(ip, 6) & 0x3fff) != 0) return false;
    tcp_at = ipv4_header_bytes;
    packet_bytes = be16(ip, 2);
  } else {
    if (type != type_ipv6 || ip[0] >> 4 != 6 || ip[6] != protocol_tcp) return false;
    tcp_at = ipv6_header_bytes;
    packet_bytes = tcp_at + be16(ip, 4);
  }
  const std::size_t captured_bytes = std::min(ip.size(), packet_bytes);
  if (captured_bytes < tcp_at + tcp_header_bytes) return false;
  if (original_length_bytes != 0 && ip_at + packet_bytes > std::max<std::size_t>(frame.size(), original_length_bytes))
    return false;
  const std::size_t data_at = tcp_at + tcp_data_offset_bytes(ip.subspan(tcp_at));
  if (data_at < tcp_at + tcp_header_bytes || data_at > captured_bytes) return false;
  plain = {ip.first(captured_bytes), tcp_at, data_at, packet_bytes};
  return true;
}

}  // namespace tcplab
