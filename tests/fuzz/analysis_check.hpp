// What must hold for every connection that was tracked, whatever was captured: for the targets that make some.
#pragma once

#include "report/analysis.hpp"

namespace tcplab::fuzz {

/// Throws a Violation. `frames` were read of the captures that it comes from.
void check_analysis(const Analysis& analysis, std::size_t frames);

}  // namespace tcplab::fuzz
