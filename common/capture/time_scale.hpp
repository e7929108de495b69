// How an interface of a pcapng file counts time: in what fractions of a second, and from when.
// It converts to nanoseconds; times beyond the year 2262, which only damaged files hold, wrap around.
// draft-ietf-opsawg-pcapng section 4.2, options if_tsresol and if_tsoffset.
#pragma once

#include <cstdint>

#include "capture/reader.hpp"

namespace tcplab {

class TimeScale {
 public:
  void set_resolution(std::uint8_t if_tsresol);
  void set_offset(std::uint64_t seconds) { offset_nanoseconds_ = seconds * 1'000'000'000; }
  [[nodiscard]] Timestamp time(std::uint64_t units) const {
    const std::uint64_t nanoseconds = !binary_ && exponent_ <= 9 ? units * factor_ : unusual_nanoseconds(units);
    return Timestamp(std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds + offset_nanoseconds_)));
  }

 private:
  [[nodiscard]] std::uint64_t unusual_nanoseconds(std::uint64_t units) const;

  bool binary_ = false;
  unsigned exponent_ = 6;        ///< of the units a second: 10^6, or 2 to it
  std::uint64_t factor_ = 1000;  ///< nanoseconds a unit, or units a nanosecond where 10^exponent is above 10^9
  std::uint64_t offset_nanoseconds_ = 0;
};

}  // namespace tcplab
