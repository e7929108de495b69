// Packets as a capture has them, a millisecond apart, and the connections that a ConnectionTable makes of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "support/frames.hpp"
#include "tcp/connection_table.hpp"

namespace tcplab::test {

inline Bytes udp_packet(const Endpoint& from, const Endpoint& to, std::string_view payload,
                        std::uint16_t identification = 0) {
  const Bytes datagram = test::udp_datagram(from, to, payload);
  if (from.address.version == 6)
    return test::ipv6_packet({.source = from.address, .destination = to.address, .next_header = 17}, datagram);
  return test::ipv4_packet(
      {.source = from.address, .destination = to.address, .protocol = 17, .identification = identification}, datagram);
}

class Capture {
 public:
  void add(const Bytes& ip_packet) {
    ++frame_;
    table_.add(Timestamp(std::chrono::milliseconds(frame_)), decode(LinkType::raw, ip_packet), frame_);
  }
  std::vector<Connection> take() { return table_.take(); }

 private:
  ConnectionTable table_;
  std::uint64_t frame_ = 0;
};

}  // namespace tcplab::test
