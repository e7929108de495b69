// How an interface of a pcapng file counts time: in what fractions of a second, and from when.
// It converts to nanoseconds. Times before 1961 and after 2106, which only damaged files hold, become the nearest
// between: so differences of times, and of such differences, are numbers. draft-ietf-opsawg-pcapng section 4.2, options
// if_tsresol and if_tsoffset.
#pragma once

#include <algorithm>
#include <cstdint>

#include "capture/reader.hpp"

namespace tcplab {

class TimeScale {
 public:
  void set_resolution(std::uint8_t if_tsresol);
  void set_offset(std::uint64_t seconds) { offset_nanoseconds_ = seconds * 1'000'000'000; }
  [[nodiscard]] Timestamp time(std::uint64_t units) const {
    const std::uint64_t nanoseconds = !binary_ && exponent_ <= 9 ? units * factor_ : unusual_nanoseconds(units);
    const auto since_1970 = static_cast<std::int64_t>(nanoseconds + offset_nanoseconds_);
    return Timestamp(
        std::chrono::nanoseconds(std::clamp<std::int64_t>(since_1970, earliest_nanoseconds, latest_nanoseconds)));
  }

  /// All that pcap can say, and some years before 1970, for clocks that are set off.
  static constexpr std::int64_t earliest_nanoseconds = -(std::int64_t{1} << 58);
  static constexpr std::int64_t latest_nanoseconds = earliest_nanoseconds + (std::int64_t{1} << 62) - 1;

 private:
  [[nodiscard]] std::uint64_t unusual_nanoseconds(std::uint64_t units) const;

  bool binary_ = false;
  unsigned exponent_ = 6;        ///< of the units a second: 10^6, or 2 to it
  std::uint64_t factor_ = 1000;  ///< nanoseconds a unit, or units a nanosecond where 10^exponent is above 10^9
  std::uint64_t offset_nanoseconds_ = 0;
};

}  // namespace tcplab
