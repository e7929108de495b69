// events.ndjson: what the rig saw of the kernels' states, beside what the programs write of their calls
// (docs/events.md). Both append whole lines to the same file; nobody rewrites.
#pragma once

#include <filesystem>
#include <string>

#include "packet/address.hpp"
#include "rig/fd.hpp"
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
  void state(const std::string& host, State state, const Endpoint& local, const Endpoint& remote);

  /// Throws RigError unless the file holds whole lines only: a program's line may have met a full disk.
  void check() const;

 private:
  std::filesystem::path path_;
  Fd file_;
};

}  // namespace tcplab::rig
