#include "tcp/completeness.hpp"

namespace tcplab {

/// As Wireshark counts: a SYN only if the connection begins with it; as ACK all without data or SYN, be it a FIN or an
/// RST; and a FIN only with an ACK.
void Completeness::saw(const Segment& segment) {
  const bool has_syn = segment.has(TcpFlags::syn), has_ack = segment.has(TcpFlags::ack);
  unsigned seen = 0;
  if (has_syn && has_ack) seen |= syn_ack;
  if (has_syn && !has_ack && !has_begun_) seen |= syn;
  if (!has_syn && has_ack && segment.length == 0) seen |= ack;
  if (segment.length > 0) seen |= data;
  if (has_ack && segment.has(TcpFlags::fin)) seen |= fin;
  if (segment.has(TcpFlags::rst)) seen |= rst;
  bits_ = static_cast<std::uint8_t>(bits_ | seen);
  has_begun_ = true;
}

}  // namespace tcplab
