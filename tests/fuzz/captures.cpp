#include "fuzz/captures.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "fuzz/targets.hpp"
#include "packet/reassembly.hpp"
#include "tcp/connection_table.hpp"

namespace tcplab::fuzz {

std::optional<CaptureReader> opened(ByteView capture) {
  try {
    return CaptureReader::from_memory(capture, "capture");
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

ReadCapture read_capture(ByteView capture) {
  ReadCapture read;
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

std::vector<ByteView> captures_in(ByteView input, std::size_t most) {
  constexpr std::array<std::uint32_t, 3> magics = {0xd4c3b2a1, 0x4d3cb2a1, 0x0a0d0d0a};
  std::vector<ByteView> pieces;
  std::size_t end = input.size();
  for (std::size_t at = end < 4 ? 0 : end - 4; at > 0 && pieces.size() + 1 < most; --at) {
    if (std::ranges::find(magics, be32(input, at)) == magics.end()) continue;
    pieces.push_back(input.subspan(at, end - at));
    end = at;
  }
  pieces.push_back(input.first(end));
  std::ranges::reverse(pieces);
  return pieces;
}

std::size_t segments_in(const std::vector<Connection>& connections) {
  std::size_t count = 0;
  for (const Connection& connection : connections) count += connection.segments.size();
  return count;
}

}  // namespace tcplab::fuzz
