// A socket may connect to its own port: what comes from an address to itself is one connection with one end, once its
// SYN,ACK has answered its own SYN. Before that, and where that was not captured, it may be forged, and is taken for a
// client's.
#pragma once

#include "tcp/flow.hpp"

namespace tcplab {

struct WithItself {
  bool has_one_address = false, hears_itself = false;

  /// Has the flow see the next segment of the connection.
  template <typename AnySegment>
  Flow::Notes saw(Flow& flow, const AnySegment& segment, Timestamp time, Timestamp before) {
    if (!has_one_address) return flow.saw(segment, time, before);
    hears_itself = hears_itself || flow.answers_itself(segment);
    return hears_itself ? flow.saw_from_both(segment, time, before) : flow.saw(segment, time, before);
  }
};

}  // namespace tcplab
