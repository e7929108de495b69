// The fixed headers of IPv4 and IPv6, and IPv4's options as far as they decide where a packet goes.
// The IPv4 header checksum is not looked at: captures at the sender often lack it.
// RFC 791, RFC 8200 section 3.
#include <algorithm>

#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

/// Where a source route that is not used up yet leads to in the end. RFC 791 section 3.1.
std::optional<IpAddress> end_of_source_route(ByteView options) {
  constexpr std::uint8_t end_of_list = 0, no_operation = 1, loose_route = 131, strict_route = 137;
  while (!options.empty() && options[0] != end_of_list) {
    if (options[0] == no_operation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) break;
    const std::size_t length = options[1];
    if ((options[0] == loose_route || options[0] == strict_route) && length >= 7 && options[2] <= length) {
      return IpAddress::v4(options.subspan(length - 4).first<4>());
    }
    options = options.subspan(length);
  }
  return std::nullopt;
}

}  // namespace

void Decoder::ip_of_either_version() {
  if (!has(1, "IP header is cut off")) return;
  switch (rest_[0] >> 4) {
    case 4:
      return ipv4();
    case 6:
      return ipv6();
    default:
      return problem(0, "IP version is neither 4 nor 6");
  }
}

void Decoder::ipv4() {
  if (!has(ipv4_header_bytes, "IPv4 header is cut off")) return;
  if (rest_[0] >> 4 != 4) return problem(0, "IP version is not 4");
  const std::size_t header_bytes = std::size_t{4} * (rest_[0] & 0x0f);
  if (header_bytes < ipv4_header_bytes) return problem(0, "IPv4 header length is below 20 bytes");

  IpHeader& ip = packet_.ip.emplace();
  from_ip_ = rest_;
  read_ipv4(rest_, ip);

  // A frame that the network card is still to cut into segments may be too long for the field, which then is 0.
  const std::size_t stated_bytes = be16(rest_, 2);
  std::size_t total_bytes = stated_bytes != 0 ? stated_bytes : wire_bytes();
  if (total_bytes < header_bytes) return problem(2, "IPv4 total length is shorter than the header");
  ip.exceeds_frame = is_end_known_ && total_bytes > wire_bytes();
  if (ip.exceeds_frame) total_bytes = std::max(wire_bytes(), header_bytes);
  if (rest_.size() < header_bytes) {
    ip.payload_length_bytes = static_cast<std::uint32_t>(total_bytes - header_bytes);
    return problem(ipv4_header_bytes, "IPv4 options are cut off");
  }
  if (header_bytes > ipv4_header_bytes) {
    const ByteView options = rest_.subspan(ipv4_header_bytes, header_bytes - ipv4_header_bytes);
    ip.route_end = end_of_source_route(options);
  }
  end_ip_header(header_bytes, total_bytes - header_bytes);
  if (ip.is_fragment()) note_fragment();
  ip_payload(ip.protocol);
}

void Decoder::ipv6() {
  if (!has(ipv6_header_bytes, "IPv6 header is cut off")) return;
  if (rest_[0] >> 4 != 6) return problem(0, "IP version is not 6");

  IpHeader& ip = packet_.ip.emplace();
  from_ip_ = rest_;
  read_ipv6(rest_, ip);

  // 0 is a jumbogram (RFC 2675) or, as in IPv4, a frame that is still to be cut: both reach to the frame's end.
  const std::size_t stated_bytes = be16(rest_, 4);
  const std::size_t wire_payload_bytes = wire_bytes() - ipv6_header_bytes;
  std::size_t payload_bytes = stated_bytes != 0 ? stated_bytes : wire_payload_bytes;
  ip.exceeds_frame = is_end_known_ && payload_bytes > wire_payload_bytes;
  if (ip.exceeds_frame) payload_bytes = wire_payload_bytes;
  end_ip_header(ipv6_header_bytes, payload_bytes);
  ip_payload(ip.protocol);
}

void Decoder::end_ip_header(std::size_t header_bytes, std::size_t payload_bytes) {
  packet_.ip->payload_length_bytes = static_cast<std::uint32_t>(payload_bytes);
  take(header_bytes);
  limit(payload_bytes);
}

}  // namespace tcplab
