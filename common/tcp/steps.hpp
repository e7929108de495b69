// What each end of a connection did with its segments, in its own order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tcp/end.hpp"

namespace tcplab {

/// A segment leaving an end, or coming to it.
struct Step {
  Step(std::size_t number, bool leaves) : segment(static_cast<std::uint32_t>(number)), departs(leaves) {}
  std::uint32_t segment;
  bool departs;
};
using Steps = std::vector<Step>;

struct BothEnds {
  Steps client, server;
  Steps& at(End end) { return end == End::client ? client : server; }
  [[nodiscard]] const Steps& at(End end) const { return end == End::client ? client : server; }
};

}  // namespace tcplab
