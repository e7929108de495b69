// A lab's two programs run here, on this machine's loopback: no privileges, no recording.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "lesson/syllabus.hpp"

namespace tcplab {

struct PairOptions {
  std::uint16_t port = 12345;
  bool ipv6 = false;
};

struct PairOutcome {
  int client = 0, server = 0;  ///< exit status, as a shell gives it
};

/// Starts the server and, once it listens, the client; `said` gets each line either of them prints, as it comes, with
/// "client" or "server". Throws std::system_error when a program cannot be started.
PairOutcome run_pair(const Syllabus& syllabus, const Lesson& lab, const PairOptions& options,
                     const std::function<void(std::string_view role, std::string_view line)>& said);

}  // namespace tcplab
