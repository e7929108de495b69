// Holds the states inferred from segments against those that the two kernels reported while it was recorded.
// The kernels are right by definition; what they were not asked in time is named, never filled in.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tcp/exchange.hpp"

namespace tcplab {

/// One end's states, each once for as long as it lasted.
struct StateHistory {
  std::vector<State> inferred;  ///< from the segments
  std::vector<State> sampled;   ///< by inet_diag, once a frame
  std::vector<State> narrated;  ///< by the program itself, behind each of its calls (TCP_INFO)
  std::vector<State> unseen;    ///< inferred, but passed between two looks of either
  bool agrees = true;           ///< what either reported is what was inferred, in that order, but for `unseen`
};

/// Reads the events of a recording (docs/events.md) for this connection. Throws std::runtime_error with the line that
/// cannot be read. [client, server]
std::array<StateHistory, 2> compare_with_kernels(const Connection& connection, const Exchange& exchange,
                                                 const std::filesystem::path& events);

/// "The kernels of both ends reported these states, in this order." or what was not seen, or what contradicts.
std::string kernel_states_text(const std::array<StateHistory, 2>& histories);

}  // namespace tcplab
