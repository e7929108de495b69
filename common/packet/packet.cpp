// The way in: frames of the commonest shape are read in one go, all others layer by layer (decoder.hpp).
#include "packet/packet.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

constexpr std::size_t ethernet_header_bytes = 14, no_bound = std::numeric_limits<std::size_t>::max();

/// IPv4 without options that is no fragment, or IPv6 without extension headers, and TCP in it.
bool is_plain_ipv4(ByteView ip) {
  return ip[0] == 0x45 && ip[9] == protocol_tcp && (be16(ip, 6) & 0x3fff) == 0 && be16(ip, 2) > ipv4_header_bytes;
}
bool is_plain_ipv6(ByteView ip) {
  return ip[0] >> 4 == 6 && ip[6] == protocol_tcp;
}

void read_plain_ip(ByteView bytes, std::integral_constant<std::size_t, ipv4_header_bytes>, IpHeader& ip) {
  read_ipv4(bytes, ip);
}
void read_plain_ip(ByteView bytes, std::integral_constant<std::size_t, ipv6_header_bytes>, IpHeader& ip) {
  read_ipv6(bytes, ip);
}

/// The rest of such a frame, if its lengths are as they should be and all headers were captured.
template <std::size_t ip_header_bytes>
bool decode_plain(ByteView frame, std::size_t wire_bytes, std::size_t payload_bytes, Packet& packet) {
  constexpr std::size_t tcp_at = ethernet_header_bytes + ip_header_bytes;
  if (payload_bytes < tcp_header_bytes || frame.size() < tcp_at + tcp_header_bytes) return false;
  if (tcp_at + payload_bytes > wire_bytes) return false;
  const ByteView payload = frame.subspan(tcp_at, std::min(frame.size() - tcp_at, payload_bytes));
  const std::size_t data_at = tcp_data_offset_bytes(payload);
  if (data_at < tcp_header_bytes || data_at > payload.size()) return false;

  // What is in use is written over: to clear it first costs as much as all the rest. (Without the hints, GCC clears
  // what is not by "rep stos", which costs three times as much.)
  if (!packet.ip) [[likely]]
    packet.ip.emplace();
  if (!std::holds_alternative<TcpSegment>(packet.transport)) [[likely]]
    packet.transport.emplace<TcpSegment>();
  IpHeader& ip = *packet.ip;
  read_plain_ip(frame.subspan(ethernet_header_bytes), std::integral_constant<std::size_t, ip_header_bytes>(), ip);
  ip.payload_length_bytes = static_cast<std::uint32_t>(payload_bytes);
  TcpSegment& segment = *std::get_if<TcpSegment>(&packet.transport);
  read_tcp(payload, segment);
  segment.options = payload.subspan(tcp_header_bytes, data_at - tcp_header_bytes);
  segment.payload = payload.subspan(data_at);
  segment.payload_length_bytes = static_cast<std::uint32_t>(payload_bytes - data_at);
  packet.ip_payload = payload;
  packet.problem.reset();
  packet.tunnels = 0;
  return true;
}

/// Does for the commonest frames, whole and sound ones, what the decoder would do, at a third of the cost. Leaves the
/// packet as it was and returns false for any other.
bool decode_plain(ByteView frame, std::size_t wire_bytes, Packet& packet) {
  if (frame.size() < ethernet_header_bytes + ipv4_header_bytes + tcp_header_bytes) return false;
  const std::uint16_t type = be16(frame, 12);
  const ByteView ip = frame.subspan(ethernet_header_bytes);
  if (type == type_ipv4 && is_plain_ipv4(ip)) {
    return decode_plain<ipv4_header_bytes>(frame, wire_bytes, be16(ip, 2) - ipv4_header_bytes, packet);
  }
  return type == type_ipv6 && is_plain_ipv6(ip) &&
         decode_plain<ipv6_header_bytes>(frame, wire_bytes, be16(ip, 4), packet);
}

}  // namespace

void decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes, Packet& packet) {
  const std::size_t wire_bytes =
      original_length_bytes != 0 ? std::max<std::size_t>(bytes.size(), original_length_bytes) : no_bound;
  if (link == LinkType::ethernet && decode_plain(bytes, wire_bytes, packet)) return;
  decode_by_layers(link, bytes, original_length_bytes, packet);
}

Packet decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes) {
  Packet packet;
  decode(link, bytes, original_length_bytes, packet);
  return packet;
}

}  // namespace tcplab
