// Many connections at once, as one point of a network sees them: a capture of a wanted number of packets, and what is
// true of each connection in it. One seed gives one capture, to the byte. It streams: its memory grows with the
// connections that are under way.
#pragma once

#include <cstdint>
#include <string>

#include "capture_file.hpp"

namespace tcplab::bench {

struct Order {
  std::uint64_t packets = 0;  ///< exactly so many; at least 1000, and 13 for each of open_at_once
  std::uint64_t open_at_once =
      0;  ///< so many connections, of which none ends before all have begun; 0: they come and go
  std::uint64_t seed = 1;
  Format format = Format::pcap;
  std::string capture{}, truth{};  ///< the files to write; truth is tab-separated, with a line of names
};

/// Throws std::system_error when a file cannot be written.
void generate(const Order& order);

}  // namespace tcplab::bench
