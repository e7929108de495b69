// A SYN to be put into tunnels and behind link headers, and whether a decode has found it there.
#pragma once

#include "packet/packet.hpp"
#include "support/frames.hpp"

namespace tcplab::test {

inline const TcpFields v4_syn = {.seq = SeqNum(7), .flags = TcpFlags::syn};
inline const TcpFields v6_syn = {
    .source = v6_client, .destination = v6_server, .seq = SeqNum(7), .flags = TcpFlags::syn};

inline bool is_syn(const Packet& packet, std::uint8_t version, std::uint8_t tunnels = 0) {
  return !packet.problem && packet.ip && packet.ip->source.version == version && packet.tcp() != nullptr &&
         packet.tcp()->flags == TcpFlags::syn && packet.tcp()->seq == SeqNum(7) && packet.tcp()->source_port == 40000 &&
         packet.tunnels == tunnels && verify_checksum(packet) == Checksum::correct;
}

/// What decode() says of the frame if its capture kept only the first `size` bytes.
inline Packet decode_cut(LinkType link, const Bytes& whole, std::size_t size) {
  static Bytes kept;  // the packet points into it
  kept = first(whole, size);
  return decode(link, kept, static_cast<std::uint32_t>(whole.size()));
}

/// The sizes at which the cut frame has no TCP header and no problem either.
inline std::size_t silent_cuts(LinkType link, const Bytes& whole) {
  std::size_t silent = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Packet packet = decode_cut(link, whole, size);
    if (packet.tcp() == nullptr && !packet.problem) ++silent;
  }
  return silent;
}

}  // namespace tcplab::test
