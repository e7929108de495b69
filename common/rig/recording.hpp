// One recording: two hosts, the wire between them, a program on each, and tcpdump beside both.
// It causes and records; what the captures mean is for capture/, tcp/ and lesson/.
// Everything it makes (processes, namespaces, interfaces) dies with it, also when its caller is killed.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fault/rule.hpp"

namespace tcplab {

/// A program to run on a host. The rig adds --host, --client, --port and --timeout.
struct Program {
  std::filesystem::path path;
  std::vector<std::string> arguments;
};

enum class LinkKind { wire, loopback };

struct HostPlan {
  Program program;
  std::map<std::string, std::string>
      sysctls;  ///< "net.ipv4.tcp_sack" -> "0"; beside those that the rig pins (rig/host.cpp)
};

struct RecordingPlan {
  HostPlan client, server;
  LinkKind link = LinkKind::wire;
  std::chrono::milliseconds delay{20};  ///< one way; not used on loopback
  std::vector<Rule> rules;              ///< what goes otherwise; none on loopback
  std::uint16_t port = 12345;           ///< the server's
  std::chrono::seconds deadline{10};    ///< for the programs, and for the connections to come to rest behind them
};

/// How a program ended, and what it said (stdout and stderr as they came). Of one that ran again: its last run's end,
/// and what all runs said.
struct ProgramOutcome {
  int exit_status = 0;    ///< as a shell gives it: 128 + n when signal n killed it
  bool has_ended = true;  ///< false: it still ran when a rule stopped the recording, and has no exit status
  std::string output;
};

struct RecordingOutcome {
  ProgramOutcome client, server;
  std::string attachment;                       ///< how the hosts hang on the wire: "tap", "veth" or "loopback"
  std::vector<std::filesystem::path> captures;  ///< client.pcap and server.pcap; loopback.pcap on loopback
  std::filesystem::path events;                 ///< events.ndjson (docs/events.md)
  bool at_rest = true;                    ///< false: a connection was neither CLOSED nor in TIME-WAIT at the deadline
  std::vector<std::string> unused_rules;  ///< texts of those whose segment or moment never came
  std::vector<std::string> futile_rules;  ///< and of those that had nothing to act on when it came: a program had ended
  std::chrono::microseconds stood_still{0};  ///< at most, during the conversation: the rig, and perhaps all else
  /// Where the wall time went, in the order it was spent: "hosts", "tcpdump start", "conversation", "tcpdump stop".
  std::vector<std::pair<std::string, std::chrono::microseconds>> times;
};

/// A recording under way. Any number may run at once; none sees another.
class Recording {
 public:
  /// Starts it. The files go into `directory`, which must exist and be empty. Returns at once.
  /// Throws std::system_error when `directory` is no such one, or no process can be started.
  Recording(const RecordingPlan& plan, const std::filesystem::path& directory);
  Recording(Recording&& other) noexcept;
  Recording& operator=(Recording&& other) noexcept;
  ~Recording();  ///< stops it, in order, if it still runs

  /// Readable (POLLIN) once finish() will not block. Closed on exec.
  [[nodiscard]] int descriptor() const;
  /// Waits for the end. Throws RigError when no trustworthy recording came of it; then no file that looks whole is
  /// left.
  RecordingOutcome finish();
  /// Asks for an orderly stop (Ctrl-C); finish() then throws RigError with `interrupted` set, unless the end was
  /// reached before.
  void interrupt();

 private:
  class Process;
  std::unique_ptr<Process> process_;
};

/// Why there is no recording: what was attempted, why it failed, and what to do next.
class RigError : public std::exception {
 public:
  RigError(std::string what, std::string hint, bool interrupted = false)
      : what_(std::move(what)), hint_(std::move(hint)), interrupted_(interrupted) {}
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  std::string what_, hint_;
  bool interrupted_;
};

}  // namespace tcplab
