// Sorts a capture's TCP segments into connections.
// A four-tuple that is used again starts a new connection; nothing else is decided here.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "packet/packet.hpp"
#include "tcp/connection.hpp"

namespace tcplab {

class ConnectionTable {
 public:
  /// Takes in one frame of a capture; anything but a TCP segment is passed over. `frame` is its number in the file.
  void add(Timestamp time, const Packet& packet, std::uint64_t frame);

  /// The connections in the order of their first segments.
  [[nodiscard]] const std::vector<Connection>& connections() const { return connections_; }
  std::vector<Connection> take() { return std::move(connections_); }

 private:
  using Key = std::pair<Endpoint, Endpoint>;  ///< the lower end first
  Connection& connection_of(const Endpoint& source, const Endpoint& destination, const TcpSegment& segment);

  std::vector<Connection> connections_;
  std::map<Key, std::size_t> latest_;  ///< of each four-tuple, in connections_
};

}  // namespace tcplab
