// A hash of two endpoints, the same whichever of them sends. It is no protection without a seed that nobody knows
// beforehand.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "packet/address.hpp"

namespace tcplab {

/// Odd, so that a product loses nothing of the other factor.
constexpr std::uint64_t odd(std::uint64_t number) {
  return number << 1U | 1U;
}

/// The seed goes into both words before they meet: else whoever may choose an IPv6 address could make two ends alike.
inline std::uint64_t half_hash(const Endpoint& endpoint, std::uint64_t seed) {
  std::array<std::uint64_t, 2> words;
  std::memcpy(words.data(), endpoint.address.bytes.data(), sizeof words);
  return odd(words[0] ^ seed) * odd(words[1] ^ std::rotl(seed, 32)) + endpoint.port * 0xbf58476d1ce4e5b9;
}

inline std::uint32_t hash_between(const Endpoint& one, const Endpoint& other, std::uint64_t seed) {
  return static_cast<std::uint32_t>(odd(half_hash(one, seed)) * odd(half_hash(other, seed)) >> 32U);
}

}  // namespace tcplab
