#include "tcp/connection.hpp"

namespace tcplab {

SeqNum Connection::base(End end) const {
  if (const auto number = iss(end)) return *number;
  for (const Segment& segment : segments) {
    if (segment.from == end) return segment.seq - 1;
    if (segment.has(TcpFlags::ack)) return segment.ack - 1;
  }
  return SeqNum(0);
}

}  // namespace tcplab
