// The checksum of TCP and UDP, over the pseudo-header, the header and the data.
// It reads a decoded packet and never the frame; IPv4's own header checksum is not its business.
// RFC 1071 (the sum), RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1.
#include "packet/checksum.hpp"

#include "packet/bytes.hpp"
#include "packet/packet.hpp"

namespace tcplab {
namespace {

/// The bytes as 16-bit words, added without losing the carries: fold() brings them back in.
std::uint64_t sum(ByteView bytes) {
  std::uint64_t total = 0;
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) total += be32(bytes, at);
  for (; at + 2 <= bytes.size(); at += 2) total += be16(bytes, at);
  if (at < bytes.size()) total += std::uint64_t{bytes[at]} << 8;
  return total;
}

constexpr std::uint16_t fold(std::uint64_t total) {
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return static_cast<std::uint16_t>(total);
}

Checksum verify(const IpHeader& ip, ByteView covered, std::uint16_t field) {
  const std::uint64_t pseudo_header = pseudo_header_sum(ip);
  const std::uint64_t with_length = pseudo_header + covered.size();
  if (fold(with_length + sum(covered)) == 0xffff) return Checksum::correct;
  if (field == fold(with_length) || field == fold(pseudo_header)) return Checksum::offloaded;
  return Checksum::wrong;
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint64_t added) {
  return static_cast<std::uint16_t>(~fold(sum(bytes) + added));
}

// Without the length, which is added for itself: cards that cut segments want it left out.
std::uint64_t pseudo_header_sum(const IpHeader& ip) {
  return sum(ip.source.bytes) + sum(ip.final_destination().bytes) + ip.protocol;
}

Checksum verify_checksum(const Packet& packet) {
  const auto* segment = std::get_if<TcpSegment>(&packet.transport);
  const auto* datagram = std::get_if<UdpDatagram>(&packet.transport);
  if (!packet.ip || (segment == nullptr && datagram == nullptr)) return Checksum::absent;
  if (datagram != nullptr && datagram->checksum == 0) return Checksum::absent;
  if (packet.ip->is_fragment() || packet.ip_payload.size() < packet.ip->payload_length_bytes) return Checksum::snapped;
  if (segment != nullptr) {
    if (segment->cut_off) return Checksum::snapped;
    const Checksum result = verify(*packet.ip, packet.ip_payload, segment->checksum);
    return packet.ip->exceeds_frame && result == Checksum::wrong ? Checksum::snapped : result;
  }
  // A datagram may end before its packet does. RFC 768 makes its own length part of the pseudo-header.
  const std::size_t length_bytes = datagram->length_bytes != 0 ? datagram->length_bytes : packet.ip_payload.size();
  if (length_bytes > packet.ip_payload.size()) return Checksum::wrong;
  return verify(*packet.ip, packet.ip_payload.first(length_bytes), datagram->checksum);
}

std::string_view to_string(Checksum checksum) {
  switch (checksum) {
    case Checksum::correct:
      return "correct";
    case Checksum::wrong:
      return "wrong";
    case Checksum::snapped:
      return "snapped";
    case Checksum::offloaded:
      return "offloaded";
    case Checksum::absent:
      return "absent";
  }
  return {};
}

}  // namespace tcplab
