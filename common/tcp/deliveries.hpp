// Which of the segments came that an answer covers, as seen at one point: where some were sent again, the answer does
// not say. What had no time to come has not, nor what is later than the time stamp that the answer echoes (RFC 7323
// section 4.3); of the others the latest did, for all that is known. Of what the receiver says to have twice (RFC
// 2883), another came before it says so.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/numbers.hpp"

namespace tcplab {

class Deliveries {
 public:
  explicit Deliveries(const Connection& connection) : connection_(connection) {}

  /// The next segment of the connection. It may tell how long it takes from here to its sender and back.
  void saw(const Segment& segment) {
    if (segment.sequence_length() > 0 && !segment.has(TcpFlags::rst)) note_numbers(segment);
    if (segment.has(TcpFlags::syn)) syns_[index_of(segment.from)] = &segment;
    if (!delays_[index_of(segment.from)]) note_delay_of_answer(segment);
  }
  /// Whether the segment passed here so short a time before the answer that it cannot have caused it.
  [[nodiscard]] bool is_too_soon(std::size_t segment, const Segment& answer) const;
  /// The segment came by what only an answer that does not cover it tells.
  void took(std::size_t segment);
  /// Of the segments that the answer covers, in the order in which they were sent, leaves those that came; and puts
  /// behind them what it says to have come twice.
  void choose(const Segment& answer, std::vector<std::size_t>& covered) {
    if (!covered.empty()) choose_among(answer, covered);
    if (answer.has(TcpFlags::ack)) acknowledged_[index_of(answer.from)] = answer.ack;
    if (!again_[index_of(answer.from)].empty()) add_second(answer, covered);
  }

 private:
  struct Copy {
    std::size_t segment = 0, original = 0;
  };
  enum class Echo : std::uint8_t { none, earlier, its_own };
  /// By the first number and the time stamp: how many have those.
  using Stamped = std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t>;
  /// With an answer.
  struct Came {
    Numbers numbers;
    bool has_asked = false;  ///< a SYN without ACK, which a SYN,ACK is no repetition of
  };
  void note_numbers(const Segment& segment);
  void note_delay_of_answer(const Segment& answer);
  void choose_among(const Segment& answer, std::vector<std::size_t>& covered);
  void add_second(const Segment& answer, std::vector<std::size_t>& covered);
  [[nodiscard]] Echo echo_of(const Segment& segment, const Segment& answer) const;
  [[nodiscard]] Stamped stamped_among(const std::vector<std::size_t>& covered) const;
  [[nodiscard]] bool is_too_late(std::size_t segment, const Segment& answer, const Stamped& stamped) const;
  [[nodiscard]] bool came_later(const Segment& segment, const Segment& answer, const Came& with) const;
  [[nodiscard]] bool were_sent_again(const std::vector<std::size_t>& covered) const;
  [[nodiscard]] std::vector<Copy> copies_among(const std::vector<std::size_t>& covered);
  [[nodiscard]] const Numbers& came_twice(End end);
  void note_delay(const Segment& answer, const std::vector<std::size_t>& covered);
  [[nodiscard]] std::vector<std::size_t> latest_among(const Segment& answer, const std::vector<std::size_t>& covered);
  void leave_latest(const Segment& answer, std::vector<std::size_t>& covered);

  const Connection& connection_;
  // Each of the client and of the server.
  std::array<const Segment*, 2> syns_{};                           ///< its latest
  std::array<std::optional<std::chrono::nanoseconds>, 2> delays_;  ///< from here to it, and back, at the least
  std::array<std::optional<SeqNum>, 2> highest_;                   ///< behind the last that it sent
  std::array<Numbers, 2> sent_again_;                              ///< by it
  std::array<std::optional<SeqNum>, 2> acknowledged_;              ///< by it, before the answer at hand
  std::array<Numbers, 2> taken_;                                   ///< what took() was told to have come to it
  std::array<std::vector<std::size_t>, 2> again_;                  ///< come to it, as it will say, for the second time
  std::array<std::optional<bool>, 2> has_telling_identifications_;
  std::array<std::optional<Numbers>, 2> came_twice_;  ///< to it
};

}  // namespace tcplab
