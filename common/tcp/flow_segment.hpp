// A captured segment with its two endpoints: what a FlowTable and a ConnectionTable take in. It owns what it holds, so
// that it may wait, or go to another thread, when the frame is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "packet/bytes.hpp"
#include "packet/packet.hpp"
#include "packet/plain_frame.hpp"
#include "tcp/segment.hpp"

namespace tcplab {

struct FlowSegment {
  Timestamp time;
  std::uint64_t frame = 0;
  Endpoint source, destination;
  SegmentHeader header;    ///< `from` is not known yet
  std::uint32_t hash = 0;  ///< the table's own
  std::uint32_t shard = 0;
};

/// The part of a connection table that a four-tuple belongs to, whichever end sends. It is the same in every run.
constexpr std::size_t flow_shards = 16;
inline std::size_t shard_of(const Endpoint& one, const Endpoint& other) {
  const auto word = [](const Endpoint& endpoint) {
    std::uint64_t words[2];
    std::memcpy(words, endpoint.address.bytes.data(), sizeof words);
    return words[0] ^ words[1];
  };
  const std::uint64_t ports = std::uint64_t{one.port} + other.port;
  return static_cast<std::size_t>(((word(one) ^ word(other)) + ports) * std::uint64_t{0x9e3779b97f4a7c15} >> 60U);
}
static_assert(flow_shards == 16, "shard_of() gives four bits");

/// Copies what a connection needs to know of a segment; false if the packet holds none that is whole enough.
inline bool copy_segment(const Packet& packet, Timestamp time, std::uint64_t frame, FlowSegment& copy) {
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || !packet.ip) return false;
  copy.time = time;
  copy.frame = frame;
  copy.source.address = packet.ip->source;
  copy.source.port = segment->source_port;
  copy.destination.address = packet.ip->destination;
  copy.destination.port = segment->destination_port;
  copy.shard = static_cast<std::uint32_t>(shard_of(copy.source, copy.destination));
  copy.header.protocol = Protocol::tcp;
  copy.header.seq = segment->seq;
  copy.header.ack = segment->ack;
  copy.header.flags = segment->flags;
  copy.header.length = segment->payload_length_bytes;
  copy.header.window = segment->window;
  copy.header.urgent_pointer = segment->urgent_pointer;
  copy.header.ip_identification = packet.ip->identification;
  copy.header.hop_limit = packet.ip->hop_limit;
  copy.header.has_whole_header = segment->has_whole_header && !packet.ip->exceeds_frame;
  return true;
}

/// The same of a frame that need not be decoded first.
inline void copy_segment(const PlainFrame& plain, Timestamp time, std::uint64_t frame, FlowSegment& copy) {
  const ByteView ip = plain.ip, tcp = plain.tcp();
  copy.time = time;
  copy.frame = frame;
  if (plain.is_ipv4()) {
    read_ipv4_addresses(ip, copy.source.address, copy.destination.address);
    copy.header.ip_identification = be16(ip, 4);
    copy.header.hop_limit = ip[8];
  } else {
    read_ipv6_addresses(ip, copy.source.address, copy.destination.address);
    copy.header.ip_identification = 0;
    copy.header.hop_limit = ip[7];
  }
  copy.source.port = be16(tcp, 0);
  copy.destination.port = be16(tcp, 2);
  copy.shard = static_cast<std::uint32_t>(shard_of(copy.source, copy.destination));
  copy.header.protocol = Protocol::tcp;
  copy.header.seq = SeqNum(be32(tcp, 4));
  copy.header.ack = SeqNum(be32(tcp, 8));
  copy.header.flags = TcpFlags(be16(tcp, 12));
  copy.header.length = plain.data_length_bytes();
  copy.header.window = be16(tcp, 14);
  copy.header.urgent_pointer = be16(tcp, 18);
  copy.header.has_whole_header = true;
}

}  // namespace tcplab
