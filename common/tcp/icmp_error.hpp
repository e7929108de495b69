// An ICMP error by what it quotes: the first bytes of the packet that it is about. RFC 1122 section 3.2.2, RFC 4443
// section 2.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "packet/packet.hpp"
#include "tcp/segment.hpp"

namespace tcplab {

/// At least the ports; what else there is depends on how much was quoted.
struct QuotedPacket {
  Protocol protocol = Protocol::tcp;
  Endpoint source, destination;
  std::uint32_t ip_identification = 0;    ///< 0: none
  std::uint32_t length = 0;               ///< of the data of a datagram, in bytes
  std::optional<SeqNum> seq, ack;         ///< of a segment
  std::span<const std::uint8_t> options;  ///< of a segment, if all were quoted; in the message's bytes
};

/// Of an error about a TCP segment or a UDP datagram; nothing of any other message.
std::optional<QuotedPacket> quoted_in(const IpHeader& ip, const IcmpMessage& message);

}  // namespace tcplab
