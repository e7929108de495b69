// Which of the segments came that an answer covers, as seen at one point: where some were sent again, the answer does
// not say. What had no time to come has not, nor what is later than the time stamp that the answer echoes (RFC 7323
// section 4.3); of the others the latest did, for all that is known; and all did of which the receiver says that they
// came twice (RFC 2883).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "tcp/connection.hpp"

namespace tcplab {

/// Sequence numbers near the first of those added.
class Numbers {
 public:
  void add(SeqNum first, SeqNum end);
  [[nodiscard]] bool contain(SeqNum number) const;

 private:
  std::optional<SeqNum> base_;
  std::map<std::int32_t, std::int32_t>
      ranges_;  ///< from the first to behind the last, from base_; none touches another
};

class Deliveries {
 public:
  explicit Deliveries(const Connection& connection) : connection_(connection) {}

  /// The next segment of the connection. It tells how long it takes from here to its sender and back, if it answers a
  /// SYN.
  void note_delay(const Segment& segment);
  /// Whether the segment passed here so short a time before the answer that it cannot have caused it.
  [[nodiscard]] bool is_too_soon(std::size_t segment, const Segment& answer) const;
  /// Of the segments that the answer covers, in the order in which they were sent, leaves those that came; and puts in
  /// front of them what came, as its receiver says, behind an earlier answer.
  void choose(const Segment& answer, std::vector<std::size_t>& covered);

 private:
  [[nodiscard]] bool is_later_than_echo(const Segment& segment, const Segment& answer) const;
  [[nodiscard]] bool were_sent_again(const std::vector<std::size_t>& covered) const;
  [[nodiscard]] std::vector<std::size_t> copies_among(const std::vector<std::size_t>& covered);
  [[nodiscard]] const Numbers& came_twice(End end);
  void leave_latest(const Segment& answer, std::vector<std::size_t>& covered);

  const Connection& connection_;
  std::array<const Segment*, 2> syns_{};                           ///< of the client, of the server: the latest
  std::array<std::optional<std::chrono::nanoseconds>, 2> delays_;  ///< from here to the client, to the server, and back
  std::array<std::optional<SeqNum>, 2> acknowledged_;              ///< by them, before the answer at hand
  std::array<std::vector<std::size_t>, 2> late_;                   ///< to them: comes behind an answer, and again
  std::array<std::optional<bool>, 2> has_telling_identifications_;
  std::array<std::optional<Numbers>, 2> came_twice_;  ///< to the client, to the server
};

}  // namespace tcplab
