// Sorts a capture's TCP segments into connections.
// A four-tuple that is used again starts a new connection; a stray SYN on a live connection does not.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
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

  /// The latest connection of a four-tuple, and what decides whether another begins.
  struct Latest {
    std::size_t index = 0;  ///< in connections_
    bool reset = false;
    std::array<bool, 2> fin{};                 ///< seen from the client, from the server
    std::optional<std::size_t> foreign_syn{};  ///< the client's SYN with a number of its own, in its segments
  };
  Latest& latest_of(const Endpoint& source, const Endpoint& destination, const TcpSegment& segment);
  Connection& begin(const Endpoint& client, const Endpoint& server, bool is_guess);
  void split_at_accepted_syn(Latest& latest);

  std::vector<Connection> connections_;
  std::map<Key, Latest> latest_;
};

}  // namespace tcplab
