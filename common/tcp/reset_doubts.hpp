// Which RSTs of a connection its ends did not send, or did not obey, as what comes behind them shows.
// It tells states, not causes: those are for flow.hpp, by which it goes. RFC 5961 section 3.
#pragma once

#include <cstddef>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/flow.hpp"

namespace tcplab {

struct Passage;

class ResetDoubts {
 public:
  /// Of a connection without any RST before other segments, which is nearly each, it costs one look at the flags.
  ResetDoubts(const Connection& connection, const std::vector<Passage>& passages);

  /// The end in whose name it came went on as if it had not sent it.
  [[nodiscard]] bool not_sent(std::size_t segment) const { return !doubts_.empty() && doubts_[segment].not_sent; }
  /// The end to which it came went on, and the other with it.
  [[nodiscard]] bool not_taken(std::size_t segment) const { return !doubts_.empty() && doubts_[segment].not_taken; }

 private:
  struct Doubt {
    bool not_sent = false, not_taken = false;
  };
  std::vector<Doubt> doubts_;  ///< of each segment; empty: none at all
};

/// Whether what takes that RST back, at `by`, shows that it ended nothing. Else it ended an earlier attempt to open.
/// `asked_again`: the client has sent a SYN since.
bool is_disproved(const Flow::Reset& reset, bool asked_again);

}  // namespace tcplab
