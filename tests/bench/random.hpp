// Random numbers that are the same on every machine, which the standard library's distributions are not.
// They are good enough to vary a capture, and for nothing else. The generator is splitmix64 (Steele, Lea and Flood
// 2014).
#pragma once

#include <cstdint>

namespace tcplab::bench {

/// Scrambles the bits of a number: near numbers give unlike ones.
constexpr std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(scramble(seed)) {}

  std::uint64_t next() { return scramble(state_ += 0x9e3779b97f4a7c15); }
  std::uint32_t number() { return static_cast<std::uint32_t>(next() >> 32); }
  /// From 0 to one less than `end`, which is not 0.
  std::uint32_t below(std::uint32_t end) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(number()) * end) >> 32);
  }
  std::uint32_t between(std::uint32_t first, std::uint32_t last) { return first + below(last - first + 1); }
  /// True once in so many times.
  bool once_in(std::uint32_t times) { return below(times) == 0; }
  /// Mostly small, sometimes a hundred times the mean: doubles with the chance of a half, at most nine times.
  std::uint32_t long_tailed(std::uint32_t mean) {
    constexpr std::uint32_t largest = 512, unit = 64, average = 9 * 48 + 96;  // of what is drawn, in units of the mean
    std::uint32_t scale = 1;
    while (scale < largest && once_in(2)) scale *= 2;
    const std::uint64_t drawn = static_cast<std::uint64_t>(mean) * between(scale * unit, scale * 2 * unit);
    return static_cast<std::uint32_t>((drawn + average / 2) / average);
  }

 private:
  std::uint64_t state_;
};

}  // namespace tcplab::bench
