// Holds a recording against the ladders that its lab documents.
#pragma once

#include <optional>
#include <vector>

#include "ladder/match.hpp"
#include "lesson/lesson.hpp"
#include "report/analysis.hpp"

namespace tcplab {

struct CheckResult {
  std::vector<Ladder> expected;           ///< one for each connection that the lab makes
  View view = View::both_ends;            ///< whose order could be compared
  std::optional<Difference> difference;   ///< nothing: all match
  std::size_t section = 0;                ///< of `expected`: the one that differs; 0 when none does
  std::optional<std::size_t> connection;  ///< of those given: what that one was held against, the one nearest to
                                          ///< matching; when all match, the first matched
  std::vector<std::size_t> matched;       ///< of those given: which stand for expected[0], [1] ...

  /// The ladder that differs; the first where none does, and an empty one where the lab has none.
  [[nodiscard]] Ladder ladder() const { return section < expected.size() ? expected[section] : Ladder{}; }
};

/// The lab's ladders must be matched by connections in the same order; others may come before, between and behind. Of
/// captures made at one point, all must match as seen from the same end. A lab without a ladder, or a capture without a
/// connection, differs. Throws LessonError for a ladder that cannot be read.
CheckResult check(const Lesson& lab, const std::vector<Analysis>& connections);
/// The same against a file of ladders, such as lab.ladder_of("windows").
CheckResult check(const std::filesystem::path& ladder, const std::vector<Analysis>& connections);

/// The ladders of a lab's ladder.txt. Throws LessonError: "labs/hello/ladder.txt: line 7: unknown state ESTABLISHED".
std::vector<Ladder> load_ladders(const std::filesystem::path& file);

/// Those of lab.ladder_of(...) that the lab has, by system.
std::vector<std::string_view> systems_apart(const Lesson& lab);

}  // namespace tcplab
