// The segments of one connection, written down one after the other, and what is counted of them meanwhile.
// It knows no addresses and no bytes: numbers are relative to each end's initial one, and times to the segment before.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kinds.hpp"
#include "random.hpp"

namespace tcplab::bench {

/// The flags as the TCP header has them.
namespace flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

inline constexpr std::uint32_t millisecond_us = 1000, second_us = 1000 * millisecond_us;

/// A segment that one end sends, so long after the one before it.
struct Step {
  std::uint32_t delay_us = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t length = 0;
  std::uint8_t flags = 0;
  End from = End::client;
};

struct Truth {
  Opening opening = Opening::three_way;
  Ending ending = Ending::open;
  std::optional<End> closed_first, reset_by;
  std::array<bool, 2> time_wait{};
  std::array<std::uint64_t, 2> segments{}, bytes{}, retransmissions{};  ///< bytes of data, again when sent again
};

class Script {
 public:
  explicit Script(std::uint64_t seed);

  /// The next segment of an end, which the other will have received when it sends its own next.
  void put(End from, std::uint8_t flags, std::uint32_t length = 0);
  /// The same, but the other end does not know of it until it hears().
  void put_crossing(End from, std::uint8_t flags, std::uint32_t length = 0);
  /// The end has received all that was sent to it.
  void hear(End end);
  /// A SYN,ACK with the number of the SYN that its sender sent before.
  void put_late_syn_ack(End from);
  /// An end's latest segment once more, after a while; `times` times, each wait twice the one before.
  void repeat(End from, std::uint32_t after_us, std::uint32_t times = 1);
  /// The next segment comes so much later.
  void wait(std::uint32_t time_us) { waiting_us_ += time_us; }
  /// So much was sent before the capture began, by the client and by the server.
  void begin_amidst(std::uint32_t client_numbers, std::uint32_t server_numbers);

  /// After which an end that hears nothing sends again.
  [[nodiscard]] std::uint32_t timeout_us() const { return 200 * millisecond_us + way_us_[0] + way_us_[1]; }
  [[nodiscard]] std::uint64_t elapsed_us() const { return elapsed_us_; }
  [[nodiscard]] Random& random() { return random_; }

  Truth truth;
  std::vector<Step> steps;

 private:
  void add(Step step);
  [[nodiscard]] std::uint32_t delay_of(End from);

  Random random_;
  std::array<std::uint32_t, 2> next_{};    ///< the number that an end sends next
  std::array<std::uint32_t, 2> heard_{};   ///< the number that it expects
  std::array<std::uint32_t, 2> way_us_{};  ///< from the capture to an end and back
  std::uint32_t waiting_us_ = 0;
  std::uint64_t elapsed_us_ = 0;
};

}  // namespace tcplab::bench
