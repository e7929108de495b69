#include "tcp/icmp_error.hpp"

#include <algorithm>
#include <array>

namespace tcplab {
namespace {

bool is_error(const IpHeader& ip, const IcmpMessage& message) {
  constexpr std::uint8_t icmpv6 = 58, first_informational = 128;
  if (ip.protocol == icmpv6) return message.type < first_informational;
  constexpr std::array<std::uint8_t, 5> errors = {3, 4, 5, 11, 12};
  return std::ranges::find(errors, message.type) != errors.end();
}

}  // namespace

std::optional<QuotedPacket> quoted_in(const IpHeader& ip, const IcmpMessage& message) {
  if (!is_error(ip, message)) return std::nullopt;
  const Packet packet = decode(LinkType::raw, message.body);
  if (!packet.ip) return std::nullopt;
  QuotedPacket quoted;
  const auto set_ends = [&](const auto& transport) {
    quoted.source = {packet.ip->source, transport.source_port};
    quoted.destination = {packet.ip->destination, transport.destination_port};
    quoted.ip_identification = packet.ip->identification;
  };
  if (const auto* segment = std::get_if<TcpSegment>(&packet.transport)) {
    constexpr std::size_t bytes_with_seq = 8, bytes_with_ack = 12;
    set_ends(*segment);
    if (packet.ip_payload.size() >= bytes_with_seq) quoted.seq = segment->seq;
    if (packet.ip_payload.size() >= bytes_with_ack) quoted.ack = segment->ack;
    if (segment->has_whole_header && !segment->cut_off) quoted.options = segment->options;
    return quoted;
  }
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport)) {
    constexpr std::uint32_t header_bytes = 8;
    set_ends(*datagram);
    quoted.protocol = Protocol::udp;
    quoted.length = datagram->length_bytes >= header_bytes ? datagram->length_bytes - header_bytes : 0;
    return quoted;
  }
  return std::nullopt;
}

}  // namespace tcplab
