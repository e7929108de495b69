// The fixed headers of IPv4 and IPv6, and IPv4's options as far as they decide where a packet goes.
// The IPv4 header checksum is not looked at: captures at the sender often lack it.
// RFC 791, RFC 8200 section 3.
#include <algorithm>
#include <cstring>

#include "packet/decoder.hpp"

namespace tcplab {
namespace {

constexpr std::size_t ipv4_header_bytes = 20, ipv6_header_bytes = 40;

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

/// Fills a fresh address in place: built apart and copied it costs a decode a third more.
template <std::size_t size>
void fill(IpAddress& address, std::span<const std::uint8_t, size> from) {
  std::memcpy(address.bytes.data(), from.data(), size);
  address.version = size == 4 ? 4 : 6;
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
  fill(ip.source, rest_.subspan<12, 4>());
  fill(ip.destination, rest_.subspan<16, 4>());
  fill(ip.final_destination, rest_.subspan<16, 4>());
  ip.protocol = rest_[9];
  ip.hop_limit = rest_[8];
  ip.traffic_class = rest_[1];
  ip.identification = be16(rest_, 4);
  ip.fragment_offset_bytes = static_cast<std::uint16_t>((be16(rest_, 6) & 0x1fff) * 8);
  ip.more_fragments = (be16(rest_, 6) & 0x2000) != 0;

  // A frame that the network card is still to cut into segments may be too long for the field, which then is 0.
  const std::size_t stated_bytes = be16(rest_, 2);
  const std::size_t total_bytes = stated_bytes != 0 ? stated_bytes : end_ - position_;
  if (total_bytes < header_bytes) return problem(2, "IPv4 total length is shorter than the header");
  if (rest_.size() < header_bytes) {
    ip.payload_length_bytes = static_cast<std::uint32_t>(total_bytes - header_bytes);
    return problem(ipv4_header_bytes, "IPv4 options are cut off");
  }
  if (header_bytes > ipv4_header_bytes) {
    const ByteView options = rest_.subspan(ipv4_header_bytes, header_bytes - ipv4_header_bytes);
    ip.final_destination = end_of_source_route(options).value_or(ip.destination);
  }
  end_ip_header(header_bytes, total_bytes - header_bytes);
  ip_payload(ip.protocol);
}

void Decoder::ipv6() {
  if (!has(ipv6_header_bytes, "IPv6 header is cut off")) return;
  if (rest_[0] >> 4 != 6) return problem(0, "IP version is not 6");

  IpHeader& ip = packet_.ip.emplace();
  fill(ip.source, rest_.subspan<8, 16>());
  fill(ip.destination, rest_.subspan<24, 16>());
  fill(ip.final_destination, rest_.subspan<24, 16>());
  ip.protocol = rest_[6];
  ip.hop_limit = rest_[7];
  ip.traffic_class = static_cast<std::uint8_t>(be16(rest_, 0) >> 4);

  // 0 is a jumbogram (RFC 2675) or, as in IPv4, a frame that is still to be cut: both reach to the frame's end.
  const std::size_t stated_bytes = be16(rest_, 4);
  const std::size_t payload_bytes = stated_bytes != 0 ? stated_bytes : end_ - position_ - ipv6_header_bytes;
  end_ip_header(ipv6_header_bytes, payload_bytes);
  ip_payload(ip.protocol);
}

void Decoder::end_ip_header(std::size_t header_bytes, std::size_t payload_bytes) {
  packet_.ip->payload_length_bytes = static_cast<std::uint32_t>(payload_bytes);
  take(header_bytes);
  rest_ = rest_.first(std::min(rest_.size(), payload_bytes));
}

}  // namespace tcplab
