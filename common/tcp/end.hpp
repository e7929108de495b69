// The two ends of a connection.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcplab {

/// The client is the one whose SYN came first; in a recording, the one on the client's host.
enum class End : std::uint8_t { client, server };
constexpr End peer_of(End end) {
  return end == End::client ? End::server : End::client;
}
/// The place of what an array has of that end.
constexpr std::size_t index_of(End end) {
  return static_cast<std::size_t>(end);
}
constexpr const char* to_string(End end) {
  return end == End::client ? "client" : "server";
}

}  // namespace tcplab
