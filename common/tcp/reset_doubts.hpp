// Which RSTs of a connection its ends did not send, or did not obey, as what comes behind them shows.
// It tells states, not causes: those are for flow.hpp, by which it goes. RFC 5961 section 3.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/flow.hpp"

namespace tcplab {

struct Passage;

class ResetDoubts {
 public:
  ResetDoubts() = default;
  /// Of a connection without any RST before other segments, which is nearly each, it costs one look at the flags.
  ResetDoubts(const Connection& connection, const std::vector<Passage>& passages);
  /// The same of a connection as captured at one point.
  explicit ResetDoubts(const Connection& connection);

  /// The end in whose name it came went on as if it had not sent it.
  [[nodiscard]] bool not_sent(std::size_t segment) const { return !doubts_.empty() && doubts_[segment].not_sent; }
  /// The end to which it came went on, and the other with it.
  [[nodiscard]] bool not_taken(std::size_t segment) const { return !doubts_.empty() && doubts_[segment].not_taken; }

 private:
  struct Doubt {
    bool not_sent = false, not_taken = false;
  };
  template <typename Visit>
  void judge(const Connection& connection, Visit for_each_segment);

  std::vector<Doubt> doubts_;  ///< of each segment; empty: none at all
};

/// The RST that ended a connection so far, until a later segment takes that back.
class TakenReset {
 public:
  /// One that ended nothing.
  struct Disproved {
    std::size_t segment = 0;
    End by = End::client;
    bool only_challenged = false;  ///< its receiver went on, and said so (RFC 5961 section 3)
  };
  /// `flow` has just seen that segment of the connection, and made `notes` of it. What shows only that it ended an
  /// earlier attempt to open disproves nothing.
  std::optional<Disproved> saw(std::size_t number, const SegmentHeader& segment, const Flow& flow,
                               const Flow::Notes& notes);
  [[nodiscard]] std::optional<std::size_t> segment() const { return segment_; }

 private:
  std::optional<std::size_t> segment_;
  std::optional<Flow::Reset> reset_;  ///< what the flow knew of it when it last looked
  bool asked_again_ = false;          ///< the client has sent a SYN since
};

}  // namespace tcplab
