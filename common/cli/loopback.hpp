// What cannot be done on one loopback, and what to do instead.
#pragma once

#include "cli/command.hpp"
#include "lesson/lesson.hpp"

namespace tcplab::cli {

/// For a lab that needs the wire (Lesson::needs_wire), or whose rules do, and that was asked to do without.
UsageError wire_needed(const Lesson& lab);

}  // namespace tcplab::cli
