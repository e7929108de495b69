// The header fields are written where RFC 791 and RFC 9293 section 3.1 have them.
#include "rig/forge.hpp"

#include "packet/checksum.hpp"

namespace tcplab::rig {
namespace {

constexpr std::size_t ip_at = 14;       // behind the Ethernet header
constexpr std::size_t tcp_header = 20;  // bytes, without options
constexpr std::uint8_t congestion_experienced = 3;

void put16(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}
void put32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  put16(bytes, at, value >> 16);
  put16(bytes, at + 2, value & 0xffff);
}

std::size_t ip_header_length(const FrameBytes& frame) {
  return (frame[ip_at] & 0x0fU) * 4;
}

void complete_ip_checksum(FrameBytes& frame) {
  const auto header = std::span(frame).subspan(ip_at, ip_header_length(frame));
  put16(header, 10, 0);
  put16(header, 10, internet_checksum(header));
}

void complete_tcp_checksum(FrameBytes& frame) {
  const Packet packet = decode(LinkType::ethernet, frame);
  const auto segment = std::span(frame).subspan(ip_at + ip_header_length(frame));
  put16(segment, 16, 0);
  put16(segment, 16, internet_checksum(segment, pseudo_header_sum(*packet.ip) + segment.size()));
}

}  // namespace

void mark_congestion(FrameBytes& frame) {
  const bool is_ipv4 = frame.size() > ip_at && frame[ip_at] >> 4 == 4;
  if (!is_ipv4) return;
  frame[ip_at + 1] |= congestion_experienced;
  complete_ip_checksum(frame);
}

void LatestSegment::sent(const FrameBytes& frame, const Packet& packet) {
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || !packet.ip) return;
  const SeqNum end = segment->seq + segment->sequence_length();
  const bool is_same = !frame_.empty() && segment->source_port == source_port_ &&
                       segment->destination_port == destination_port_ && !segment->flags.has(TcpFlags::syn);
  if (!is_same || end > next_) next_ = end;
  if (segment->flags.has(TcpFlags::ack)) ack_ = segment->ack;
  source_port_ = segment->source_port;
  destination_port_ = segment->destination_port;
  frame_ = frame;
}

std::optional<FrameBytes> LatestSegment::forged(TcpFlags flags, std::int64_t seq_offset) const {
  if (frame_.empty()) return std::nullopt;
  FrameBytes frame = frame_;
  const std::size_t tcp_at = ip_at + ip_header_length(frame);
  frame.resize(tcp_at + tcp_header);
  const auto ip = std::span(frame).subspan(ip_at);
  put16(ip, 2, static_cast<std::uint32_t>(ip.size()));
  put16(ip, 4, 0);  // identification: no packet's of the host
  const auto tcp = std::span(frame).subspan(tcp_at);
  put32(tcp, 4, next_.value() + static_cast<std::uint32_t>(seq_offset));
  put32(tcp, 8, flags.has(TcpFlags::ack) ? ack_.value() : 0);
  put16(tcp, 12, (tcp_header / 4) << 12 | flags.bits());
  put16(tcp, 18, 0);
  complete_ip_checksum(frame);
  complete_tcp_checksum(frame);
  return frame;
}

}  // namespace tcplab::rig
