// A few connections out of a capture of any size, with their segments: those of an endpoint, or the N-th.
// It keeps what it is asked for, and of all else what a FlowTable does; reading.hpp keeps everything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/flow_run.hpp"
#include "tcp/connection.hpp"

namespace tcplab::cli {

struct Picked {
  std::vector<Connection> connections;
  FlowOutcome outcome;  ///< of reading; `connections` counts those of TCP in the capture, if they had to be counted
};

/// All connections, and exchanges of UDP, with this end. Throws as CaptureReader::open() does.
Picked pick_endpoint(const std::string& file, const EndpointPattern& endpoint);
/// The N-th TCP connection by first segments, from 1; nothing if there are not so many.
Picked pick_number(const std::string& file, std::uint64_t number);

}  // namespace tcplab::cli
