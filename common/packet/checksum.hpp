// The Internet's checksum, for those who make packets; packet.hpp verifies it in those that were captured.
// RFC 1071.
#pragma once

#include <cstdint>
#include <span>

#include "packet/packet.hpp"

namespace tcplab {

/// The complement of the sum of the bytes as 16-bit words, and of `added`. The field itself must be zero in `bytes`.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint64_t added = 0);

/// The sum of the pseudo-header without its length, which the caller adds. RFC 9293 section 3.1.
std::uint64_t pseudo_header_sum(const IpHeader& ip);

}  // namespace tcplab
