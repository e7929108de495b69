// A socket may connect to its own port: what comes from an address to itself is one connection with one end, once its
// SYN,ACK has answered its own SYN. Before that, and where that was not captured, it may be forged, and is taken for a
// client's.
#pragma once

#include <optional>

#include "tcp/flow.hpp"

namespace tcplab {

/// Whether it is a SYN,ACK that acknowledges its sender's own SYN, which had that number and is repeated in it.
inline bool answers_own_syn(const SegmentHeader& segment, const std::optional<SeqNum>& syn_number) {
  return segment.protocol == Protocol::tcp && segment.has(TcpFlags::syn) && segment.has(TcpFlags::ack) &&
         !segment.has(TcpFlags::rst) && segment.seq == syn_number && segment.ack == segment.seq + 1;
}

struct WithItself {
  bool has_one_address = false, hears_itself = false;

  /// Has the flow see the next segment of the connection.
  template <typename AnySegment>
  Flow::Notes saw(Flow& flow, const AnySegment& segment, Timestamp time, Timestamp before) {
    if (!has_one_address) return flow.saw(segment, time, before);
    hears_itself = hears_itself || answers_own_syn(segment, flow.iss(segment.from));
    return hears_itself ? flow.saw_from_both(segment, time, before) : flow.saw(segment, time, before);
  }
};

}  // namespace tcplab
