// The two ends of a connection.
#pragma once

#include <cstdint>

namespace tcplab {

/// The client is the one whose SYN came first; in a recording, the one on the client's host.
enum class End : std::uint8_t { client, server };
constexpr End peer_of(End end) {
  return end == End::client ? End::server : End::client;
}
constexpr const char* to_string(End end) {
  return end == End::client ? "client" : "server";
}

}  // namespace tcplab
