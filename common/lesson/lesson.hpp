// A lesson: what a lab's lab.toml says of it. The ladder and the programs are found by its folder (syllabus.hpp).
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fault/rule.hpp"

namespace tcplab {

/// What lab.toml may say of one of the two hosts and its program.
struct LessonHost {
  std::string program_of;                      ///< the lab whose program it runs; empty: this one's own
  std::vector<std::string> arguments;          ///< for the program, beside those that the rig gives
  int exit_status = 0;                         ///< what the program must end with
  std::map<std::string, std::string> sysctls;  ///< "net.ipv4.tcp_sack" -> "0"
};

/// The systems of which a lab may document ladders of their own, as `check --os` names them.
inline constexpr std::array<std::string_view, 3> systems = {"linux", "macos", "windows"};

struct Lesson {
  std::string name;  ///< of its folder: "half-close"
  std::filesystem::path folder;
  std::string title, summary, group;
  std::vector<std::string> rfc;         ///< "RFC 9293 section 3.6.1"
  std::chrono::milliseconds delay{20};  ///< of the wire, one way
  std::vector<Rule> rules;              ///< what goes otherwise on the wire, and what happens to the hosts
  std::chrono::seconds deadline{10};    ///< for its programs
  bool wire_only = false;               ///< loopback would show another ladder
  LessonHost client, server;

  [[nodiscard]] std::filesystem::path ladder() const { return folder / "ladder.txt"; }
  /// ladder.windows.txt and the like, which a lab has only where that system's segments are documented to be others.
  [[nodiscard]] std::filesystem::path ladder_of(std::string_view system) const {
    return folder / ("ladder." + std::string(system) + ".txt");
  }
  [[nodiscard]] std::filesystem::path reference() const { return folder / "reference"; }
  /// Whether it cannot be recorded on loopback, where there is no wire and only one host.
  [[nodiscard]] bool needs_wire() const { return wire_only || !rules.empty(); }
  /// Whether its hosts' kernels need settings, which only a recording's own hosts may have.
  [[nodiscard]] bool needs_settings() const { return !client.sysctls.empty() || !server.sysctls.empty(); }
};

/// A lab.toml that cannot be used: "labs/hello/lab.toml:3: unknown key 'delai_ms' in [link]".
class LessonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads `folder`/lab.toml. Throws LessonError.
Lesson load_lesson(const std::filesystem::path& folder);
/// The same from the text of a lab.toml that would stand in `folder`.
Lesson parse_lesson(std::string_view text, const std::filesystem::path& folder);

}  // namespace tcplab
