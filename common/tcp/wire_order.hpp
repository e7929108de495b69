// In which order one capture's segments of a connection were on the wire, where the capture has another: a machine that
// captures both directions by separate queues, as of a mirror port, may record a segment behind what acknowledges it.
#pragma once

#include <cstddef>
#include <vector>

#include "tcp/connection.hpp"

namespace tcplab {

/// Places in Connection::segments. Who acknowledges a segment has received it: what was recorded behind that, for the
/// first time and within a round trip, stands before it. Empty: as captured, which is nearly always so.
std::vector<std::size_t> wire_order(const Connection& connection);

}  // namespace tcplab
