// Where a capture parts from a lab's ladder, for a person: the two rows, what differs, and the usual cause.
#pragma once

#include <string>

#include "ladder/match.hpp"

namespace tcplab {

/// At most 80 columns wide unless a row needs more. Ends with a newline.
std::string difference_text(const Difference& difference, const Ladder& expected, const Ladder& captured);

}  // namespace tcplab
