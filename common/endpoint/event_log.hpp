// The event log that a recording asks for: a line when a call begins, a line when it ends (docs/events.md).
// Without TCPLAB_EVENTS_FD in the environment nothing is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tcp/state.hpp"

namespace tcplab {

/// What a program's socket still knows after a call.
struct SocketFacts {
  std::optional<State> state;
  std::string local, remote;  ///< "127.0.0.1:12345"; empty when not known
};

class EventLog {
 public:
  /// Takes TCPLAB_EVENTS_FD and TCPLAB_HOST from the environment; `role` is the host's name if the latter is not set.
  explicit EventLog(std::string_view role);

  void begin(std::string_view call) const;
  /// `outcome` is "ok" or the error's text.
  void end(std::string_view call, std::string_view outcome, const SocketFacts& facts) const;

 private:
  void write(const std::string& line) const;

  std::optional<int> descriptor_;
  std::string host_;
};

}  // namespace tcplab
