// Wireshark's tcp.completeness: which kinds of segment a connection has shown, as a sum of bits.
// It has no direction, so it cannot say who closed; verdict.hpp can.
// https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html
#pragma once

#include <cstdint>

#include "tcp/segment.hpp"

namespace tcplab {

class Completeness {
 public:
  enum Bit : std::uint8_t { syn = 1, syn_ack = 2, ack = 4, data = 8, fin = 16, rst = 32 };

  /// Takes in the next TCP segment as captured.
  void saw(const Segment& segment);
  [[nodiscard]] unsigned value() const { return bits_; }

 private:
  std::uint8_t bits_ = 0;
  bool has_begun_ = false;
};

}  // namespace tcplab
