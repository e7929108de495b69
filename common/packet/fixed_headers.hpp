// The fields of the headers of IPv4, IPv6 and TCP that stand in every one of them, and those of the fragment header.
// For decode() and plain_frame.hpp. The caller has made sure that the bytes are there. A header that was used before is
// written over: all fields but the lengths, and the views of a segment, which are the caller's to fill.
// RFC 791 section 3.1, RFC 8200 sections 3 and 4.5, RFC 9293 section 3.1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "packet/bytes.hpp"
#include "packet/packet.hpp"

namespace tcplab {

constexpr std::size_t ipv4_header_bytes = 20, ipv6_header_bytes = 40, fragment_header_bytes = 8, tcp_header_bytes = 20;
constexpr std::uint16_t type_ipv4 = 0x0800, type_ipv6 = 0x86dd;
constexpr std::uint8_t protocol_tcp = 6;

inline void read_ipv4_addresses(ByteView bytes, IpAddress& source, IpAddress& destination) {
  source.assign(bytes.subspan<12, 4>());
  destination.assign(bytes.subspan<16, 4>());
}

inline void read_ipv6_addresses(ByteView bytes, IpAddress& source, IpAddress& destination) {
  source.assign(bytes.subspan<8, 16>());
  destination.assign(bytes.subspan<24, 16>());
}

inline void read_ipv4(ByteView bytes, IpHeader& ip) {
  read_ipv4_addresses(bytes, ip.source, ip.destination);
  ip.protocol = bytes[9];
  ip.hop_limit = bytes[8];
  ip.traffic_class = bytes[1];
  ip.identification = be16(bytes, 4);
  ip.fragment_offset_bytes = static_cast<std::uint16_t>((be16(bytes, 6) & 0x1fff) * 8);
  ip.more_fragments = (be16(bytes, 6) & 0x2000) != 0;
  ip.route_end.reset();
  ip.exceeds_frame = false;
}

inline void read_ipv6(ByteView bytes, IpHeader& ip) {
  read_ipv6_addresses(bytes, ip.source, ip.destination);
  ip.protocol = bytes[6];
  ip.hop_limit = bytes[7];
  ip.traffic_class = static_cast<std::uint8_t>(be16(bytes, 0) >> 4);
  ip.identification = 0;
  ip.fragment_offset_bytes = 0;
  ip.more_fragments = false;
  ip.route_end.reset();
  ip.exceeds_frame = false;
}

inline void read_fragment_header(ByteView bytes, IpHeader& ip) {
  ip.fragment_offset_bytes = be16(bytes, 2) & 0xfff8;
  ip.more_fragments = (bytes[3] & 1) != 0;
  ip.identification = be32(bytes, 4);
}

inline void read_tcp(ByteView bytes, TcpSegment& segment) {
  segment.source_port = be16(bytes, 0);
  segment.destination_port = be16(bytes, 2);
  segment.seq = SeqNum(be32(bytes, 4));
  segment.ack = SeqNum(be32(bytes, 8));
  segment.flags = TcpFlags(be16(bytes, 12));
  segment.window = be16(bytes, 14);
  segment.checksum = be16(bytes, 16);
  segment.urgent_pointer = be16(bytes, 18);
  segment.cut_off = false;
}

constexpr std::size_t tcp_data_offset_bytes(ByteView bytes) {
  return std::size_t{4} * (bytes[12] >> 4);
}

}  // namespace tcplab
