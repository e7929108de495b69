// What each end did with the segments of a connection that was captured at both: nothing is to be inferred there.
#pragma once

#include <vector>

#include "tcp/connection.hpp"
#include "tcp/flow.hpp"
#include "tcp/steps.hpp"

namespace tcplab {

BothEnds steps_from_both_ends(const Connection& connection);

/// What each segment was where it was sent, by the capture made there: why an end sends again rests on what had come to
/// it, and on its own clock. Of one that nobody sent, what it was where it came; or a copy, if it is like one that was.
std::vector<Flow::Notes> notes_at_senders(const Connection& connection);

}  // namespace tcplab
