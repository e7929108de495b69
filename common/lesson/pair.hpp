// A lab's two programs run here, on this machine's loopback: no privileges, no recording.
// How programs are started is the systems' own: pair_unix.cpp, pair_windows.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lesson/syllabus.hpp"

namespace tcplab {

struct PairOptions {
  std::uint16_t port = 12345;
  bool ipv6 = false;

  /// What a lab's program is called with.
  [[nodiscard]] std::vector<std::string> arguments_for(const LessonHost& host) const {
    std::vector<std::string> arguments = {"--port", std::to_string(port)};
    if (ipv6) arguments.emplace_back("--ipv6");
    arguments.insert(arguments.end(), host.arguments.begin(), host.arguments.end());
    return arguments;
  }
};

struct PairOutcome {
  int client = 0, server = 0;  ///< exit status, as a shell gives it
};

/// Starts the server and, once it listens, the client; `said` gets each line either of them prints, as it comes, with
/// "client" or "server". Throws std::system_error when a program cannot be started.
PairOutcome run_pair(const Syllabus& syllabus, const Lesson& lab, const PairOptions& options,
                     const std::function<void(std::string_view role, std::string_view line)>& said);

}  // namespace tcplab
