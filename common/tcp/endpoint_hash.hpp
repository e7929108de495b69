// A hash of two endpoints, the same whichever of them sends. It is no protection without a seed that nobody knows
// beforehand.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "packet/address.hpp"

namespace tcplab {

inline std::uint64_t half_hash(const Endpoint& endpoint, std::uint64_t seed) {
  std::array<std::uint64_t, 2> words;
  std::memcpy(words.data(), endpoint.address.bytes.data(), sizeof words);
  return (words[0] + (words[1] + endpoint.port) * 0xbf58476d1ce4e5b9) ^ seed;
}

/// A product of odd numbers loses nothing of either, and has all of both in its upper half.
inline std::uint32_t hash_between(const Endpoint& one, const Endpoint& other, std::uint64_t seed) {
  return static_cast<std::uint32_t>((half_hash(one, seed) << 1U | 1U) * (half_hash(other, seed) << 1U | 1U) >> 32U);
}

}  // namespace tcplab
