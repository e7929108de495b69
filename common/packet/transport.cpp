// The headers of TCP, UDP, ICMP and ICMPv6, and where a packet has another inside.
// Checksums are not looked at here (checksum.cpp), nor is what the TCP options say (tcp_options.cpp).
// RFC 9293 section 3.1, RFC 768, RFC 792, RFC 4443; of IP in IP RFC 2003, RFC 2473 and RFC 4213, of MPLS in IP RFC
// 4023.
#include <algorithm>

#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {
enum Protocol : std::uint8_t {
  protocol_icmp = 1,
  protocol_ipv4 = 4,
  protocol_udp = 17,
  protocol_ipv6 = 41,
  protocol_gre = 47,
  protocol_icmpv6 = 58,
  protocol_ether_ip = 97,
  protocol_mpls = 137
};
constexpr std::size_t udp_header_bytes = 8, icmp_header_bytes = 8;
}  // namespace

void Decoder::transport() {
  switch (packet_.ip->protocol) {
    case protocol_tcp:
      return tcp();
    case protocol_udp:
      return udp();
    case protocol_icmp:
    case protocol_icmpv6:
      return icmp();
    case protocol_ipv4:
      return inside(&Decoder::ipv4);
    case protocol_ipv6:
      return inside(&Decoder::ipv6);
    case protocol_gre:
      return inside(&Decoder::gre);
    case protocol_ether_ip:
      return inside(&Decoder::ether_ip);
    case protocol_mpls:
      return inside(&Decoder::mpls);
    default:
      return;
  }
}

void Decoder::tcp() {
  if (rest_.size() < tcp_header_bytes) return tcp_fixed_header_in_part();
  TcpSegment& segment = packet_.transport.emplace<TcpSegment>();
  read_tcp(rest_, segment);

  const std::size_t header_bytes = tcp_data_offset_bytes(rest_);
  segment.has_whole_header = false;
  if (header_bytes < tcp_header_bytes) return problem(12, "TCP data offset is below 20 bytes");
  segment.options = rest_.subspan(tcp_header_bytes, std::min(header_bytes, rest_.size()) - tcp_header_bytes);
  if (header_bytes > packet_.ip->payload_length_bytes) return problem(12, "TCP header goes beyond the packet");
  segment.payload_length_bytes = packet_.ip->payload_length_bytes - static_cast<std::uint32_t>(header_bytes);
  if (header_bytes > rest_.size()) return problem(tcp_header_bytes, "TCP options are cut off");
  segment.has_whole_header = true;
  segment.payload = rest_.subspan(header_bytes);
  packet_.fragment.suffices = !packet_.ip->is_fragment();
}

/// As in an old ICMP error, which quotes the ports and the sequence number only.
void Decoder::tcp_fixed_header_in_part() {
  problem(0, "TCP header is cut off");
  const std::size_t size = rest_.size();
  if (size < 4) return;
  TcpSegment& segment = packet_.transport.emplace<TcpSegment>();
  segment.cut_off = true;
  segment.has_whole_header = false;
  segment.source_port = be16(rest_, 0);
  segment.destination_port = be16(rest_, 2);
  if (size >= 8) segment.seq = SeqNum(be32(rest_, 4));
  if (size >= 12) segment.ack = SeqNum(be32(rest_, 8));
  if (size >= 14) segment.flags = TcpFlags(be16(rest_, 12));
  if (size >= 16) segment.window = be16(rest_, 14);
  if (size >= 18) segment.checksum = be16(rest_, 16);
}

void Decoder::udp() {
  if (!has(udp_header_bytes, "UDP header is cut off")) return;
  UdpDatagram& datagram = packet_.transport.emplace<UdpDatagram>();
  datagram.source_port = be16(rest_, 0);
  datagram.destination_port = be16(rest_, 2);
  datagram.length_bytes = be16(rest_, 4);
  datagram.checksum = be16(rest_, 6);

  // Too long for its field: RFC 2675 section 4, and frames that the network card is still to cut.
  const std::size_t packet_bytes = packet_.ip->payload_length_bytes;
  const bool jumbo = datagram.length_bytes == 0 && packet_bytes > 0xffff;
  const std::size_t length_bytes = jumbo ? packet_bytes : datagram.length_bytes;
  if (length_bytes < udp_header_bytes) return problem(4, "UDP length is below 8 bytes");
  datagram.payload = rest_.subspan(udp_header_bytes, std::min(length_bytes, rest_.size()) - udp_header_bytes);
  if (length_bytes > packet_bytes && !packet_.ip->is_fragment()) return problem(4, "UDP length goes beyond the packet");
  packet_.fragment.suffices = true;
  take(udp_header_bytes);
  limit(length_bytes - udp_header_bytes);
  udp_tunnel(datagram);
}

void Decoder::icmp() {
  if (!has(icmp_header_bytes, "ICMP header is cut off")) return;
  packet_.transport = IcmpMessage{rest_[0], rest_[1], be32(rest_, 4), rest_.subspan(icmp_header_bytes)};
}

}  // namespace tcplab
