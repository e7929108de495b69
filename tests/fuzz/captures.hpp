// Captures in memory, as the fuzz targets are given them: cut out of an input, and read to the end.
// It knows neither files nor what is done with the connections.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "capture/reader.hpp"
#include "packet/bytes.hpp"
#include "tcp/connection.hpp"

namespace tcplab::fuzz {

struct ReadCapture {
  std::vector<Connection> connections;
  std::size_t frames = 0;
};

/// Nothing, if it is no capture.
std::optional<CaptureReader> opened(ByteView capture);

/// Whatever can be read of it; of what is no capture, nothing.
ReadCapture read_capture(ByteView capture);

/// The input, cut where bytes stand that a capture begins with: into `most` pieces at most, by the last such places.
std::vector<ByteView> captures_in(ByteView input, std::size_t most);

std::size_t segments_in(const std::vector<Connection>& connections);

}  // namespace tcplab::fuzz
