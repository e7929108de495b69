// Holds a captured ladder against the one that a lab documents.
// What counts is what each end saw, in that end's own order: how the rows of the two ends are interleaved does not.
#pragma once

#include <optional>
#include <string>

#include "ladder/ladder.hpp"

namespace tcplab {

/// Whose order and states are compared. A capture from one point proves only what one end saw.
enum class View : std::uint8_t { both_ends, client, server };

/// The first place where the two part.
struct Difference {
  std::optional<std::size_t> expected;  ///< row, from 0; nothing when the ladder was at its end
  std::optional<std::size_t> captured;  ///< row, from 0; nothing when the capture was at its end
  std::string what;                     ///< "ack: expected 15, captured 14"; in a sentence where a whole row differs
  std::string hint;                     ///< the usual cause; empty when there is none to name
};

/// Nothing when the captured ladder is one that the expected allows.
std::optional<Difference> find_difference(const Ladder& expected, const Ladder& captured, View view = View::both_ends);

/// A text that two captured ladders share exactly when each end saw the same: what `record --times` counts variants by.
std::string signature(const Ladder& captured);

}  // namespace tcplab
