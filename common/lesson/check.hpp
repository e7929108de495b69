// Holds a recording against the ladder that its lab documents.
#pragma once

#include <optional>
#include <vector>

#include "ladder/match.hpp"
#include "lesson/lesson.hpp"
#include "report/analysis.hpp"

namespace tcplab {

struct CheckResult {
  Ladder expected;
  View view = View::both_ends;           ///< whose order could be compared
  std::optional<Difference> difference;  ///< nothing: it matches
  std::size_t connection = 0;            ///< which of those given was compared: the first that matches, else the first
};

/// A lab without a ladder, or a capture without a connection, differs. Throws LessonError for a ladder that cannot be
/// read.
CheckResult check(const Lesson& lab, const std::vector<Analysis>& connections);

/// The lab's ladder.txt. Throws LessonError: "labs/hello/ladder.txt: line 7: unknown state ESTABLISED".
Ladder load_ladder(const Lesson& lab);

}  // namespace tcplab
