// Two connections that are partners, segment by segment: what differs first, and what only follows from that.
#pragma once

#include "compare/compare.hpp"
#include "compare/side.hpp"

namespace tcplab {

/// `both_ends`: both were captured at both ends, so that arrivals and each end's whole order are compared too.
ConnectionComparison compare_segments(const Side& a, const Side& b, bool both_ends);

}  // namespace tcplab
