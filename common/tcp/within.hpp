// Whether two times are near each other. A capture's times may be anything, so nothing is subtracted that could
// overflow.
#pragma once

#include <chrono>
#include <cstdint>

#include "tcp/segment.hpp"

namespace tcplab {

/// What was on the wire before is not recorded later by so much.
constexpr std::chrono::milliseconds longest_disorder{10};

/// Less than `span`, which is positive, lies between them, whichever is the earlier.
inline bool is_within(std::chrono::nanoseconds span, Timestamp one, Timestamp other) {
  const auto count = [](Timestamp time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); };
  const auto length = static_cast<std::uint64_t>(span.count());
  return count(one) - count(other) + length - 1 < 2 * length - 1;
}

}  // namespace tcplab
