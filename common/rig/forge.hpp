// Frames that the wire makes or changes: with the checksums that a host expects.
// Ethernet and IPv4, which is all that the rig's hosts speak.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "packet/packet.hpp"

namespace tcplab::rig {

using FrameBytes = std::vector<std::uint8_t>;

/// Congestion Experienced, in an IPv4 frame. RFC 3168 section 5.
void mark_congestion(FrameBytes& frame);

/// What a host has last sent of its latest connection, for a segment that looks like its next.
class LatestSegment {
 public:
  /// To be told of each frame that the host sends.
  void sent(const FrameBytes& frame, const Packet& packet);

  /// A segment without data or options, with the connection's addresses, the next sequence number plus `seq_offset`,
  /// and the latest acknowledgment (0 without the ACK flag). Nothing while the host has sent no segment.
  [[nodiscard]] std::optional<FrameBytes> forged(TcpFlags flags, std::int64_t seq_offset) const;

 private:
  FrameBytes frame_;
  std::uint16_t source_port_ = 0, destination_port_ = 0;
  SeqNum next_, ack_;
};

}  // namespace tcplab::rig
