#include "shared.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "capture/reader.hpp"
#include "packet/reassembly.hpp"
#include "support/catch.hpp"
#include "tcp/connection_table.hpp"

namespace tcplab::test {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t')
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

}  // namespace

std::vector<TableRow> read_table(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + path);
  const auto titles = split(line);
  std::vector<TableRow> rows;
  while (std::getline(file, line)) {
    const auto cells = split(line);
    TableRow& row = rows.emplace_back();
    for (std::size_t i = 0; i < titles.size(); ++i) row[titles[i]] = i < cells.size() ? cells[i] : "";
  }
  return rows;
}

Capture read_capture(const std::string& path) {
  CaptureReader reader = CaptureReader::open(path);
  ConnectionTable table;
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole;
  Capture capture;
  while (const auto record = reader.next()) {
    reassembly.decode(record->link, record->bytes, record->original_length_bytes, record->time, record->number, packet,
                      whole);
    const Checksum checksum = verify_checksum(packet);
    capture.frames = record->number;
    capture.has_wrong_checksum.resize(record->number + 1);
    capture.has_wrong_checksum[record->number] = checksum == Checksum::wrong || checksum == Checksum::offloaded;
    table.add(record->time, packet, record->number);
  }
  for (Connection& connection : table.take())
    if (connection.protocol == Protocol::tcp) capture.connections.push_back(std::move(connection));
  return capture;
}

const Capture& shared_capture(const std::string& folder, const TableRow& row) {
  static std::map<std::string, Capture> read;
  const std::string& path = row.at("corpus_path");
  const auto [found, is_new] = read.try_emplace(path);
  if (is_new) found->second = read_capture(folder + "/files/" + path);
  return found->second;
}

std::vector<const Segment*> tcp_segments(const Connection& connection) {
  std::vector<const Segment*> segments;
  for (const Segment& segment : connection.segments)
    if (segment.protocol == Protocol::tcp) segments.push_back(&segment);
  return segments;
}

std::map<std::uint64_t, Seen> by_frame(const Capture& capture) {
  std::map<std::uint64_t, Seen> frames;
  for (const Connection& connection : capture.connections)
    for (const Segment* segment : tcp_segments(connection)) frames[segment->sighting().frame] = {&connection, segment};
  return frames;
}

std::string endpoint_text(const Endpoint& endpoint) {
  return to_string(endpoint.address) + ":" + std::to_string(endpoint.port);
}

std::vector<const Connection*> between(const Capture& capture, const std::string& one, const std::string& other) {
  std::vector<const Connection*> found;
  for (const Connection& connection : capture.connections) {
    const std::string client = endpoint_text(connection.client), server = endpoint_text(connection.server);
    if ((client == one && server == other) || (client == other && server == one)) found.push_back(&connection);
  }
  return found;
}

}  // namespace tcplab::test
