#include "tcp/connection.hpp"

namespace tcplab {

SeqNum Connection::base(End end) const {
  if (const auto number = iss(end)) return *number;
  for (const Segment& segment : segments) {
    if (segment.protocol != Protocol::tcp) continue;
    // An RST of an end that has no connection counts from nothing: it says 0, or repeats the other's number.
    if (segment.from == end && !segment.has(TcpFlags::rst)) return segment.seq - 1;
    if (segment.from != end && segment.has(TcpFlags::ack)) return segment.ack - 1;
  }
  return SeqNum(0);
}

bool Connection::is_foreign_syn(const Segment& segment) const {
  const auto own = iss(segment.from);
  return is_plain_syn(segment.flags) && own && segment.seq != *own;
}

}  // namespace tcplab
