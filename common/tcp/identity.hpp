// What a segment keeps on its way: by that it is known in two captures. A router changes its hop limit alone.
#pragma once

#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "tcp/segment.hpp"

namespace tcplab {

inline auto identity(const Segment& segment) {
  return std::tuple(segment.from, segment.protocol, segment.icmp, segment.seq.value(), segment.ack.value(),
                    segment.flags.bits(), segment.length, segment.window, segment.ip_identification, segment.options);
}
using Identity = decltype(identity(std::declval<Segment>()));

inline std::set<Identity> identities(const std::vector<Segment>& segments) {
  std::set<Identity> all;
  for (const Segment& segment : segments) all.insert(identity(segment));
  return all;
}

}  // namespace tcplab
