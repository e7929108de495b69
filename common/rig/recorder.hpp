// tcpdump beside a host: it runs, it really captures, and at the end what it wrote is held against what it must have
// seen. The captures' contents are for capture/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "rig/child.hpp"
#include "rig/fd.hpp"
#include "rig/host.hpp"

namespace tcplab::rig {

class Recorder {
 public:
  /// Starts tcpdump on the host's interface, writing to `file`, a *.pcap: AppArmor lets it write to no other name.
  Recorder(const Host& host, std::filesystem::path file, Loop& loop);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// Whether it captures by now. Throws RigError when it has ended instead.
  bool is_capturing();
  /// The whole frames in the file by now.
  std::uint64_t frames_on_disk();
  /// Asks it to end; it has done with the file when it has told its counts.
  void stop() { tcpdump_.signal(2); }
  [[nodiscard]] bool has_told_counts() const;
  /// Throws RigError unless tcpdump missed nothing and the file holds `frames` frames; at least so many, where the
  /// connections were not at rest and more may have passed since they were counted.
  void check(std::uint64_t frames, bool at_rest);

 private:
  /// The number in front of these words in what tcpdump told.
  [[nodiscard]] std::uint64_t count(const std::string& words) const;

  std::filesystem::path file_;
  bool passes_twice_;  ///< on loopback tcpdump receives each frame leaving and arriving, and keeps the second
  Child tcpdump_;
  Fd contents_;
  std::uint64_t read_to_ = 0;  ///< offset behind the last whole frame counted
  std::uint64_t frames_ = 0;
};

/// Writes one capture's records behind those of another.
void append_capture(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace tcplab::rig
