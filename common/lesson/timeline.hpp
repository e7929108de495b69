// Puts what a recording knows beside its segments into its ladders: calls above the segments that they cause, what the
// wire did beside the segment that it did it to, what happened to the hosts, and states that no segment explains.
// It adds remarks and notes only: rows and states stay what the captures say.
#pragma once

#include <filesystem>
#include <vector>

#include "lesson/events.hpp"
#include "report/analysis.hpp"

namespace tcplab {

enum class Annotations {
  notes,       ///< only what the wire did to a segment
  everything,  ///< remarks as well
};

/// `connections`: all of the recording that `events` belong to.
void annotate(std::vector<Analysis>& connections, const Events& events, Annotations which = Annotations::everything);

/// The same for a recording's folder. One without events.ndjson leaves the ladders as they are. Throws what read_events
/// throws.
void annotate(std::vector<Analysis>& connections, const std::filesystem::path& directory,
              Annotations which = Annotations::everything);

}  // namespace tcplab
