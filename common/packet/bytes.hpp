// Integers out of bytes, in either byte order.
// It checks no bounds: the caller has made sure that the bytes are there.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tcplab {

using ByteView = std::span<const std::uint8_t>;

/// Network order.
constexpr std::uint16_t be16(ByteView bytes, std::size_t at) {
  assert(at + 2 <= bytes.size());
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
constexpr std::uint32_t be32(ByteView bytes, std::size_t at) {
  assert(at + 4 <= bytes.size());
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
         std::uint32_t{bytes[at + 3]};
}

/// The other one.
constexpr std::uint16_t le16(ByteView bytes, std::size_t at) {
  assert(at + 2 <= bytes.size());
  return static_cast<std::uint16_t>(bytes[at + 1] << 8 | bytes[at]);
}
constexpr std::uint32_t le32(ByteView bytes, std::size_t at) {
  assert(at + 4 <= bytes.size());
  return std::uint32_t{bytes[at + 3]} << 24 | std::uint32_t{bytes[at + 2]} << 16 | std::uint32_t{bytes[at + 1]} << 8 |
         std::uint32_t{bytes[at]};
}

}  // namespace tcplab
