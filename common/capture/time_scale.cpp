#include "capture/time_scale.hpp"

namespace tcplab {
namespace {

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

constexpr unsigned smallest_unit = 28;  // 10^-28 s: of smaller ones even 2^64 are no nanosecond

constexpr std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// Units of 2^-exponent seconds.
std::uint64_t from_binary(std::uint64_t units, unsigned exponent) {
  const std::uint64_t seconds = exponent < 64 ? units >> exponent : 0;
  const std::uint64_t fraction = exponent < 64 ? units - (seconds << exponent) : units;
  // Below 2^32, so that the product with 10^9 fits.
  if (exponent <= 32) return seconds * nanoseconds_per_second + (fraction * nanoseconds_per_second >> exponent);
  const std::uint64_t coarse = exponent - 32 < 64 ? fraction >> (exponent - 32) : 0;
  return seconds * nanoseconds_per_second + (coarse * nanoseconds_per_second >> 32);
}

}  // namespace

void TimeScale::set_resolution(std::uint8_t if_tsresol) {
  binary_ = (if_tsresol & 0x80) != 0;
  exponent_ = if_tsresol & 0x7f;
  if (binary_) return;
  if (exponent_ <= smallest_unit) factor_ = power_of_ten(exponent_ <= 9 ? 9 - exponent_ : exponent_ - 9);
}

std::uint64_t TimeScale::unusual_nanoseconds(std::uint64_t units) const {
  if (binary_) return from_binary(units, exponent_);
  return exponent_ <= smallest_unit ? units / factor_ : 0;
}

}  // namespace tcplab
