// Ethernet, IPv4 or IPv6, and TCP, written as a kernel would: with lengths, checksums, options and data.
// Nothing is captured cut off here; that is capture_file's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "script.hpp"

namespace tcplab::bench {

/// The ends of a connection: each number is another pair, of which the client has the higher port. One in ten is IPv6.
class Pair {
 public:
  explicit Pair(std::uint64_t number);

  [[nodiscard]] bool is_ipv6() const { return is_ipv6_; }
  [[nodiscard]] std::uint16_t port(End end) const { return ports_[index(end)]; }
  /// 4 or 16 bytes, written to `to`.
  void write_address(End end, std::uint8_t* to) const;
  /// As tcplab prints endpoints: "10.1.0.1:80", "[2001:db8:c::1:0]:80".
  [[nodiscard]] std::string text(End end) const;

 private:
  std::array<std::uint16_t, 2> hosts_{}, ports_{};
  bool is_ipv6_ = false;
};

/// What the frames of one connection have in common, and what they count on.
struct Stream {
  Pair pair;
  bool has_timestamps = true;  ///< RFC 7323
  std::array<std::uint32_t, 2> iss{};
  std::array<std::uint32_t, 2> clock{};    ///< of each end, in milliseconds, at the capture's beginning
  std::array<std::uint32_t, 2> echoed{};   ///< the latest timestamp that came from each end
  std::array<std::uint16_t, 2> next_id{};  ///< of IPv4
};

/// The data a segment has room for beside the options that every segment of it carries.
std::uint32_t segment_bytes(const Stream& stream);

class FrameMaker {
 public:
  FrameMaker();
  /// The frame of a segment; good until the next call. `time_us` counts from the capture's beginning.
  std::span<const std::uint8_t> make(Stream& stream, const Step& step, std::uint64_t time_us);

 private:
  std::uint8_t* put_ethernet(std::uint8_t* to, const Stream& stream, End from) const;
  std::uint8_t* put_ip(std::uint8_t* to, Stream& stream, End from, std::uint32_t tcp_bytes) const;
  std::uint8_t* put_options(std::uint8_t* to, Stream& stream, const Step& step, std::uint64_t time_us) const;
  [[nodiscard]] std::uint64_t sum_of_data(const Step& step) const;

  std::array<std::uint8_t, 2048> frame_{};
  std::vector<std::uint8_t> text_;   ///< what is sent, again and again, by sequence number
  std::vector<std::uint32_t> sums_;  ///< of the text's 16-bit words up to each byte
};

}  // namespace tcplab::bench
