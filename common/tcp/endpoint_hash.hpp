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
  std::uint64_t mixed = (words[0] ^ seed) + (words[1] + endpoint.port) * 0xbf58476d1ce4e5b9;
  mixed *= 0x9e3779b97f4a7c15;
  mixed ^= mixed >> 32U;
  return mixed * 0x94d049bb133111eb;
}

inline std::uint32_t hash_between(const Endpoint& one, const Endpoint& other, std::uint64_t seed) {
  const std::uint64_t mixed = (half_hash(one, seed) + half_hash(other, seed)) ^ seed;
  return static_cast<std::uint32_t>((mixed ^ mixed >> 31U) * 0x9e3779b97f4a7c15 >> 32U);
}

}  // namespace tcplab
