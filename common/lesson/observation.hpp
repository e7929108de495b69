// From capture files to connections: the first half of every report's way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory_resource>
#include <string>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/merge.hpp"
#include "tcp/segment_store.hpp"

namespace tcplab {

template <typename Connections>
struct ObservationOf {
  Connections connections;
  std::vector<std::string> problems;  ///< "x.pcap: at byte 120: record is cut off": what could not be read
  std::vector<std::string> left_out;  ///< what is missing for no fault of the file, and why
  std::uint64_t frames = 0;           ///< that were read
};
using Observation = ObservationOf<std::vector<Connection>>;

/// Reads one capture, or two of the same connections made at two points. "-" is standard input. Throws what
/// CaptureReader::open throws; what is malformed further on is reported in `problems`.
Observation observe(const std::vector<std::string>& files, Points points = Points::unknown);

/// The same of one capture, whose segments are kept in `memory` until they are wanted, by at most so many threads.
ObservationOf<StoredConnections> observe_stored(const std::string& file, std::pmr::memory_resource* memory,
                                                std::size_t threads);

/// Reads the captures of a recording's folder. Throws also what captures_of throws.
Observation observe_recording(const std::filesystem::path& directory);

/// The captures of a recording's folder: its client.pcap and server.pcap, or its loopback.pcap. A path that is no
/// folder stands for itself. Throws std::runtime_error for a folder that holds no recording.
std::vector<std::string> captures_of(const std::filesystem::path& path);

}  // namespace tcplab
