// Notes in a ladder's rows on what the wire did to their segments.
// It is a part of timeline.hpp, which see.
#pragma once

#include <vector>

#include "lesson/events.hpp"
#include "report/analysis.hpp"

namespace tcplab {

/// Finds each event's segment by what the segment says; equal ones are told apart by their order.
void add_wire_notes(std::vector<Analysis>& connections, const std::vector<WireEvent>& events);

}  // namespace tcplab
