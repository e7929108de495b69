// IP packets cut into fragments, as a router or nmap -f cuts them: IPv4's, and IPv6's with their header of eight bytes.
// RFC 791 section 3.2, RFC 8200 section 4.5.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/frames.hpp"

namespace tcplab::test {

inline bool is_ipv4(const Bytes& packet) {
  return packet.at(0) >> 4 == 4;
}
inline std::size_t ip_header_bytes(const Bytes& packet) {
  return is_ipv4(packet) ? std::size_t{4} * (packet.at(0) & 0x0f) : 40;
}
/// How many bytes a packet without extension headers has for its fragments to share.
inline std::size_t fragmentable_bytes(const Bytes& packet) {
  return packet.size() - ip_header_bytes(packet);
}

/// The part from `begin`, a multiple of eight, to `end`; the last one if that is where the packet ends.
inline Bytes fragment_of(const Bytes& packet, std::size_t begin, std::size_t end, std::uint16_t identification = 7) {
  const std::size_t header_bytes = ip_header_bytes(packet);
  const auto at = [&](std::size_t offset) {
    return packet.begin() + static_cast<std::ptrdiff_t>(header_bytes + offset);
  };
  const bool is_last = end == fragmentable_bytes(packet);
  Bytes header(packet.begin(), at(0));
  const Bytes data(at(begin), at(end));
  if (is_ipv4(packet)) {
    put_be16(header, 2, header_bytes + data.size());
    put_be16(header, 4, identification);
    put_be16(header, 6, begin / 8 | (is_last ? 0 : 0x2000));
    return join({header, data});
  }
  const Bytes fragment_header =
      join({{header.at(6), 0}, be16_bytes(begin | (is_last ? 0 : 1)), be32_bytes(identification)});
  put_be16(header, 4, fragment_header.size() + data.size());
  header.at(6) = 44;
  return join({header, fragment_header, data});
}

/// In their order, each with `piece_bytes`, a multiple of eight, but for the last.
inline std::vector<Bytes> fragments_of(const Bytes& packet, std::size_t piece_bytes, std::uint16_t identification = 7) {
  std::vector<Bytes> fragments;
  const std::size_t all = fragmentable_bytes(packet);
  for (std::size_t at = 0; at < all; at += piece_bytes)
    fragments.push_back(fragment_of(packet, at, std::min(at + piece_bytes, all), identification));
  return fragments;
}

}  // namespace tcplab::test
