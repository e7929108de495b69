// Whole captures, from their bytes to the reports: one alone, and two of the same connections merged.
#include <algorithm>
#include <array>

#include "capture/reader.hpp"
#include "fuzz/analysis_check.hpp"
#include "fuzz/targets.hpp"
#include "packet/reassembly.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/merge.hpp"

namespace tcplab::fuzz {
namespace {

struct Read {
  std::vector<Connection> connections;
  std::size_t frames = 0;
};

std::optional<CaptureReader> opened(ByteView capture) {
  try {
    return CaptureReader::from_memory(capture, "capture");
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

std::size_t segments_in(const std::vector<Connection>& connections) {
  std::size_t count = 0;
  for (const Connection& connection : connections) count += connection.segments.size();
  return count;
}

Read read(ByteView capture) {
  Read read;
  auto reader = opened(capture);
  if (!reader) return read;
  ConnectionTable table;
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole;
  while (const auto record = reader->next()) {
    ++read.frames;
    reassembly.decode(record->link, record->bytes, record->original_length_bytes, record->time, record->number, packet,
                      whole);
    table.add(record->time, packet, record->number);
  }
  read.connections = table.take();
  require(segments_in(read.connections) <= read.frames, "more segments than frames");
  return read;
}

/// Where the last capture in `input` begins; 0 if it is one.
std::size_t second_capture(ByteView input) {
  constexpr std::array<std::uint32_t, 3> magics = {0xd4c3b2a1, 0x4d3cb2a1, 0x0a0d0d0a};
  for (std::size_t at = input.size() < 4 ? 0 : input.size() - 4; at > 0; --at) {
    if (std::ranges::find(magics, be32(input, at)) != magics.end()) return at;
  }
  return 0;
}

void check_all(const std::vector<Connection>& connections, std::size_t frames) {
  for (const Connection& connection : connections) check_analysis(analyse(connection), frames);
}

}  // namespace

void fuzz_tracker(ByteView input) {
  const std::size_t second = second_capture(input);
  const Read one = read(second == 0 ? input : input.first(second));
  check_all(one.connections, one.frames);
  if (second == 0) return;
  const Read other = read(input.subspan(second));
  for (const Points points : {Points::unknown, Points::client_and_server}) {
    const auto merged = merge(one.connections, other.connections, points);
    require(segments_in(merged) <= segments_in(one.connections) + segments_in(other.connections),
            "a merge with more segments than both captures");
    require(merged.size() >= std::max(one.connections.size(), other.connections.size()), "a merge loses connections");
    check_all(merged, one.frames + other.frames);
  }
}

}  // namespace tcplab::fuzz
