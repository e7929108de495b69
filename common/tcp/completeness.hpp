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

  /// Takes in the next TCP segment as captured. As Wireshark counts: a plain SYN, with its data, only if the connection
  /// begins with it; else data and a FIN only with an ACK, no data of a SYN,ACK, and as ACK all without data or SYN, be
  /// it a FIN or an RST.
  void saw(const SegmentHeader& segment) {
    const bool has_data = segment.length > 0;
    static_assert(ack << 1U == data);
    if (is_plain_ack(segment.flags)) return note(unsigned{ack} << static_cast<unsigned>(has_data));
    const bool has_syn = segment.has(TcpFlags::syn), has_ack = segment.has(TcpFlags::ack);
    unsigned seen = 0;
    if (has_syn && !has_ack && !has_begun_) {
      seen = has_data ? syn | data : syn;
    } else {
      if (has_syn && has_ack) seen |= syn_ack;
      if (!has_syn && has_ack) seen |= has_data ? data : ack;
      if (has_ack && segment.has(TcpFlags::fin)) seen |= fin;
      if (segment.has(TcpFlags::rst)) seen |= rst;
    }
    note(seen);
  }
  [[nodiscard]] unsigned value() const { return bits_; }

 private:
  void note(unsigned seen) {
    bits_ = static_cast<std::uint8_t>(bits_ | seen);
    has_begun_ = true;
  }

  std::uint8_t bits_ = 0;
  bool has_begun_ = false;
};

}  // namespace tcplab
