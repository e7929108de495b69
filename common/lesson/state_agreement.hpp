// Holds the states inferred from segments against those that the two kernels reported while it was recorded.
// The kernels are right by definition; what they were not asked in time is named, never filled in.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/analysis.hpp"

namespace tcplab {

/// One end's states, each once for as long as it lasted, through all connections of its four-tuple.
struct StateHistory {
  std::vector<State> inferred;  ///< from the segments
  std::vector<State> sampled;   ///< by inet_diag, once a frame
  std::vector<State> narrated;  ///< by the program itself, behind each of its calls (TCP_INFO)
  std::vector<State> unseen;    ///< inferred, but passed between two looks of either
  std::optional<State>
      timed_out;       ///< the state that its kernel left for CLOSED with no segment: by a timer, or a crash
  bool agrees = true;  ///< what either reported is what was inferred, in that order, but for these two
};

/// The two ends that share a four-tuple.
struct KernelAgreement {
  Endpoint client, server;
  std::array<StateHistory, 2> histories;
};

/// Reads the events of a recording (docs/events.md) for these connections, which must be in the order of time: one
/// agreement for each four-tuple of TCP. Two things that no segment tells are no contradiction:
/// - CLOSED behind a connection's last state, or before the SYN of an end that has forgotten its connection;
/// - LISTEN for CLOSED, and CLOSED for LISTEN, at an end that was opened by the peer and is over: to the kernel such an
///   end is gone, and what it reports is whether anybody listens.
/// Throws std::runtime_error with the line that cannot be read.
std::vector<KernelAgreement> compare_with_kernels(const std::vector<Analysis>& connections,
                                                  const std::filesystem::path& events);

/// "Both kernels reported exactly these states, in this order.", or what was not seen, or what contradicts.
std::string kernel_states_text(const std::array<StateHistory, 2>& histories);
/// The same of each four-tuple, by its ends where there are several.
std::string kernel_states_text(const std::vector<KernelAgreement>& agreements);

}  // namespace tcplab
