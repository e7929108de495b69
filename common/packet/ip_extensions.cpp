// The headers between IP and what it carries: IPv6's extension headers, and AH, which IPv4 can have too.
// ESP is not one of them: what stands behind it cannot be read.
// RFC 8200 section 4, RFC 4302 section 2.
#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

enum Extension : std::uint8_t { hop_by_hop = 0, routing = 43, fragment = 44, authentication = 51, destination = 60 };

constexpr bool is_extension(std::uint8_t protocol, std::uint8_t ip_version) {
  if (protocol == authentication) return true;
  return ip_version == 6 &&
         (protocol == hop_by_hop || protocol == routing || protocol == fragment || protocol == destination);
}

constexpr std::size_t extension_length_bytes(std::uint8_t protocol, std::uint8_t length_field) {
  if (protocol == fragment) return fragment_header_bytes;  // its second byte is reserved
  if (protocol == authentication) return 4 * (std::size_t{length_field} + 2);
  return 8 * (std::size_t{length_field} + 1);
}

}  // namespace

void Decoder::ip_payload(std::uint8_t protocol) {
  IpHeader& ip = *packet_.ip;
  while (ip.fragment_offset_bytes == 0 && is_extension(protocol, ip.source.version)) {
    const bool passed = extension(protocol);
    protocol = ip.protocol;
    if (!passed) break;
  }
  packet_.ip_payload = rest_;
  if (ip.more_fragments) is_end_known_ = false;  // a packet inside goes on in the next one
  if (!packet_.problem && ip.fragment_offset_bytes == 0) transport();
}

/// Takes one header off and makes what it announces the packet's protocol.
bool Decoder::extension(std::uint8_t protocol) {
  IpHeader& ip = *packet_.ip;
  if (!has(8, "IP extension header is cut off")) return false;
  const std::size_t length_bytes = extension_length_bytes(protocol, rest_[1]);
  if (protocol == authentication && length_bytes < 12) return problem(1, "AH is shorter than 12 bytes"), false;
  if (length_bytes > ip.payload_length_bytes) return problem(1, "IP extension header goes beyond the packet"), false;
  if (!has(length_bytes, "IP extension header is cut off")) return false;

  if (protocol == fragment) read_fragment_header(rest_, ip);
  if (protocol == routing) routing_header();
  ip.protocol = rest_[0];
  ip.payload_length_bytes -= static_cast<std::uint32_t>(length_bytes);
  take(length_bytes);
  if (protocol == fragment && ip.is_fragment()) note_fragment();
  return true;
}

/// Of fragments in fragments the outer ones have to be put together first. One that was not captured whole cannot be.
void Decoder::note_fragment() {
  const IpHeader& ip = *packet_.ip;
  if (packet_.in_fragment || ip.exceeds_frame || rest_.size() < ip.payload_length_bytes) return;
  packet_.in_fragment = true;
  const auto headers_bytes = static_cast<std::size_t>(rest_.data() - from_ip_.data());
  packet_.fragment = {from_ip_.first(headers_bytes), rest_, packet_.tunnels};
}

/// The pseudo-header holds the last address of a route that is not at its end yet. RFC 8200 section 8.1.
void Decoder::routing_header() {
  constexpr std::uint8_t source_route = 0, home_address = 2, segment_routing = 4;
  const std::uint8_t type = rest_[2], segments_left = rest_[3];
  const std::size_t addresses = rest_[1] / 2U;
  if (segments_left == 0 || addresses == 0) return;
  const std::size_t first = 8, last = first + 16 * (addresses - 1);
  if (type == source_route || type == home_address) {
    packet_.ip->route_end = IpAddress::v6(rest_.subspan(last).first<16>());
  } else if (type == segment_routing) {  // RFC 8754 section 2: the list stands in reverse
    packet_.ip->route_end = IpAddress::v6(rest_.subspan(first).first<16>());
  }
}

}  // namespace tcplab
