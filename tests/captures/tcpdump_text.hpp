// What tcpdump prints of a TCP segment, as fields: read out of its output, and made from a segment of ours.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tcp/connection.hpp"

namespace tcplab::test {

struct TcpdumpLine {
  std::string ends;         ///< "10.0.0.1.40000 > 10.0.0.2.80"
  std::string numbers;      ///< "Flags [S.], seq 1:2, ack 3, win 4, urg 5, length 6": without what is not there
  std::string options;      ///< "mss 1460,sackOK"
  bool is_cut_off = false;  ///< tcpdump says that the capture does not hold all of it
};

/// The TCP segments in tcpdump's output, by their frames' numbers: what `--number` puts before a line, or else the
/// line's place. What an ICMP error quotes is none.
std::map<std::uint64_t, TcpdumpLine> read_tcpdump(const std::string& output);

/// How tcpdump numbers what it prints, in this order: without -S, from a connection's first segment with an ACK on
/// relative to that one. With -vv it prints the number of each segment, and not only of those that consume one.
class TcpdumpPrinter {
 public:
  struct Options {
    bool absolute = false;  ///< -S
    bool every_number = false;
  };
  explicit TcpdumpPrinter(const Options& options) : options_(options) {}
  TcpdumpLine line_of(const Connection& connection, const Segment& segment);

 private:
  struct Bases {
    std::uint32_t seq = 0, ack = 0;
  };
  Bases bases_for(const std::string& source, const std::string& destination, const Segment& segment);

  Options options_;
  std::map<std::string, Bases> known_;  ///< by the ends, in the direction of the segment that was first
};

}  // namespace tcplab::test
