// In which order one capture's segments of a connection were on the wire, where the capture has another: a machine that
// captures both directions by separate queues, as of a mirror port, may record a segment behind what acknowledges it.
#pragma once

#include <cstddef>
#include <vector>

#include "tcp/connection.hpp"

namespace tcplab {

/// Places in Connection::segments.
struct WireOrder {
  std::vector<std::size_t> order;          ///< empty: as captured, which is nearly always so
  std::vector<std::size_t> recorded_late;  ///< those that were recorded behind their own acknowledgment, ascending
};

/// Who acknowledges a segment has received it: what was recorded soon behind that, and not before, stands before it;
/// and with it what its sender sent before it.
WireOrder wire_order(const Connection& connection);

}  // namespace tcplab
