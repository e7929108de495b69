// What each end did with the segments of a connection that was captured at one point: arrivals are placed by what is
// acknowledged. An end that acknowledges less than a segment brought had not received it when it sent (every segment
// carries the latest acknowledgment; RFC 9293 section 3.1).
#pragma once

#include "tcp/connection.hpp"
#include "tcp/reset_doubts.hpp"
#include "tcp/steps.hpp"

namespace tcplab {

BothEnds steps_from_one_point(const Connection& connection, const ResetDoubts& doubts);

}  // namespace tcplab
