// One of two connections that are compared: its segments by who sent them, each with its rows in the ladder and its
// place among the sender's numbers.
// It describes one connection alone; what stands for what in the other is for pairing.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/analysis.hpp"

namespace tcplab {

/// Where a segment's numbers stand among those that its sender has used.
enum class Place : std::uint8_t {
  next,    ///< where it left off
  again,   ///< before that: it repeats, or probes
  beyond,  ///< behind a gap
  none     ///< it has no numbers: UDP, ICMP
};

/// A segment, a datagram or an ICMP message.
struct SentSegment {
  End from = End::client;
  std::size_t row = 0;                       ///< where it departs; where it arrives, if nobody was seen to send it
  std::optional<std::size_t> arrival_row{};  ///< nothing: it was lost, or is not known to have come
  bool departs = true;
  Place place = Place::none;
  std::int64_t first = 0, end = 0;         ///< its numbers, with those of SYN and FIN: [first, end)
  std::optional<std::int64_t> ack_from{};  ///< what its sender had acknowledged before, if that is known
};

/// Rows and numbers are those of the connection's own ladder.
class Side {
 public:
  /// With `seen_at`, only what a capture at that end would have shown, in the order in which it would have.
  explicit Side(const Analysis& analysis, std::optional<End> seen_at = std::nullopt);

  [[nodiscard]] const Analysis& analysis() const { return *analysis_; }
  [[nodiscard]] const Row& row(std::size_t index) const { return analysis_->ladder.rows[index]; }
  [[nodiscard]] const Row& row_of(const SentSegment& sent) const { return row(sent.row); }
  [[nodiscard]] const Segment& segment_of(const SentSegment& sent) const {
    return analysis_->connection.segments[*row_of(sent).segment];
  }
  [[nodiscard]] const std::vector<SentSegment>& sent_by(End end) const { return sent_[index_of(end)]; }

  /// The capture has nothing of `end`, though the other shows that it spoke: only one direction was captured.
  [[nodiscard]] bool misses(End end) const;
  /// How many a capture at that one end would not have shown.
  [[nodiscard]] std::size_t unseen() const { return unseen_; }
  /// Packets that were captured twice, and are here once.
  [[nodiscard]] std::size_t copies() const { return copies_; }
  /// It is only there to acknowledge.
  [[nodiscard]] bool is_bare_ack(const SentSegment& sent) const;
  /// The other end's segments, by their place in sent_by(), that nothing had acknowledged before.
  [[nodiscard]] std::vector<std::size_t> newly_acknowledged(const SentSegment& sent) const;
  /// Those of `end` that repeat nothing, and all of whose numbers are below `number`, in their order.
  [[nodiscard]] std::span<const std::size_t> fresh_below(End end, std::int64_t number) const;
  /// The first of `end` to acknowledge up to `number`, if one does.
  [[nodiscard]] std::optional<std::size_t> first_to_acknowledge(End end, std::int64_t number) const;
  /// The segment before it of which it repeats the numbers, as a row.
  [[nodiscard]] std::optional<std::size_t> repeats_row(const SentSegment& sent) const;
  /// "the client's FIN", "the server's 13 bytes", "the client's ACK of the FIN".
  [[nodiscard]] std::string name_of(const SentSegment& sent) const;

 private:
  void collect(std::optional<End> seen_at);
  void place();
  [[nodiscard]] std::string acknowledgment_name(const SentSegment& sent) const;

  const Analysis* analysis_;
  std::size_t unseen_ = 0, copies_ = 0;
  std::array<std::vector<SentSegment>, 2> sent_;
  std::array<std::vector<std::size_t>, 2> fresh_;          ///< of sent_, those that repeat nothing: by their numbers
  std::array<std::vector<std::int64_t>, 2> acknowledged_;  ///< the most that each of sent_ and those before it did
};

}  // namespace tcplab
