// events.ndjson: what the rig did, and what it saw of the kernels' states, beside what the programs write of their
// calls (docs/events.md). Both append whole lines to the same file; nobody rewrites.
#pragma once

#include <filesystem>
#include <string>

#include "packet/address.hpp"
#include "packet/packet.hpp"
#include "rig/fd.hpp"
#include "tcp/end.hpp"
#include "tcp/state.hpp"

namespace tcplab::rig {

class EventLog {
 public:
  /// Makes the file, which must not exist yet.
  explicit EventLog(std::filesystem::path path);

  /// Opened for appending: for the programs to write to as well.
  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// An end's state has become this, now.
  void state(End host, State state, const Endpoint& local, const Endpoint& remote);
  /// The wire saw a packet at this host, or did something to it, by a rule or (an empty text) by none. What carries no
  /// IP is not logged.
  void wire(End host, const char* event, const Packet& packet, const std::string& rule);
  /// Something happened to a host, "client" or "server", or to the "wire" itself.
  void action(const std::string& host, const char* event, const std::string& rule);

  /// Throws RigError unless the file holds whole lines only: a program's line may have met a full disk.
  void check() const;

 private:
  void write(const std::string& host, const char* kind, const std::string& members);

  std::filesystem::path path_;
  Fd file_;
};

}  // namespace tcplab::rig
