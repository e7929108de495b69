#include "lesson/observation.hpp"

#include <stdexcept>

#include "capture/reader.hpp"
#include "tcp/connection_table.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

std::vector<Connection> read_connections(const std::string& file, Observation& observation) {
  CaptureReader reader = CaptureReader::open(file);
  ConnectionTable table;
  while (const auto record = reader.next()) {
    ++observation.frames;
    const Packet packet = decode(record->link, record->bytes, record->original_length_bytes);
    if (packet.problem) {
      observation.problems.push_back(reader.name() + ": frame " + std::to_string(record->number) + " at byte " +
                                     std::to_string(record->offset) + ": " + std::string(packet.problem->what) + " (" +
                                     std::to_string(packet.problem->offset) + " bytes into the frame)");
    }
    table.add(record->time, packet, record->number);
  }
  if (const auto& problem = reader.problem()) {
    observation.problems.push_back(reader.name() + ": at byte " + std::to_string(problem->offset) + ": " +
                                   problem->what);
  }
  return table.take();
}

}  // namespace

Observation observe(const std::vector<std::string>& files, Points points) {
  Observation observation;
  bool is_first = true;
  for (const std::string& file : files) {
    std::vector<Connection> connections = read_connections(file, observation);
    observation.connections = is_first ? std::move(connections) : merge(observation.connections, connections, points);
    is_first = false;
  }
  return observation;
}

Observation observe_recording(const fs::path& directory) {
  const std::vector<std::string> captures = captures_of(directory);
  return observe(captures, captures.size() == 2 ? Points::client_and_server : Points::unknown);
}

std::vector<std::string> captures_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path.string()};
  if (fs::exists(path / "client.pcap") && fs::exists(path / "server.pcap"))
    return {(path / "client.pcap").string(), (path / "server.pcap").string()};
  if (fs::exists(path / "loopback.pcap")) return {(path / "loopback.pcap").string()};
  throw std::runtime_error(path.string() +
                           " holds no recording: neither client.pcap and server.pcap nor loopback.pcap");
}

}  // namespace tcplab
