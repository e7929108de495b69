// What each end did with the segments of a connection that was captured at both.
#pragma once

#include <array>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/flow.hpp"
#include "tcp/steps.hpp"

namespace tcplab {

/// In the order of each end's capture, but that a FIN comes behind what its receiver sent without knowing of it.
BothEnds steps_from_both_ends(const Connection& connection);

/// What each end's own capture shows: why an end sends again or resets rests on what had come to it, and on its own
/// clock.
struct AtEnds {
  /// What each segment was where it was sent. Of one that nobody sent, what it was where it came; or a copy, if it is
  /// like one that was.
  std::vector<Flow::Notes> notes;
  std::array<Flow, 2> flows;  ///< as seen by the client, by the server
};
AtEnds follow_at_ends(const Connection& connection);

}  // namespace tcplab
