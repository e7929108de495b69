// The way in: frames of the commonest shape are read in one go, all others layer by layer (decoder.hpp).
#include "packet/packet.hpp"

#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"
#include "packet/plain_frame.hpp"

namespace tcplab {
namespace {

/// What is in use is written over: to clear it first costs as much as all the rest. (Without the hints, GCC clears what
/// is not by "rep stos", which costs three times as much.)
void read_plain(const PlainFrame& plain, Packet& packet) {
  if (!packet.ip) [[likely]]
    packet.ip.emplace();
  if (!std::holds_alternative<TcpSegment>(packet.transport)) [[likely]]
    packet.transport.emplace<TcpSegment>();
  IpHeader& ip = *packet.ip;
  plain.is_ipv4() ? read_ipv4(plain.ip, ip) : read_ipv6(plain.ip, ip);
  ip.payload_length_bytes = static_cast<std::uint32_t>(plain.packet_bytes - plain.tcp_at);
  TcpSegment& segment = *std::get_if<TcpSegment>(&packet.transport);
  read_tcp(plain.tcp(), segment);
  segment.options = plain.tcp_options();
  segment.payload = plain.ip.subspan(plain.data_at);
  segment.payload_length_bytes = plain.data_length_bytes();
  packet.ip_payload = plain.tcp();
  packet.problem.reset();
  packet.tunnels = 0;
  packet.in_fragment = false;
}

}  // namespace

std::string to_string(const Problem& problem) {
  return std::string(problem.what) + " (" + std::to_string(problem.offset) +
         (problem.is_in_whole ? " bytes into the packet that its fragments make)" : " bytes into the frame)");
}

void decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes, Packet& packet) {
  if (PlainFrame plain; is_plain(link, bytes, original_length_bytes, plain)) return read_plain(plain, packet);
  decode_by_layers(link, bytes, original_length_bytes, packet);
}

Packet decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes) {
  Packet packet;
  decode(link, bytes, original_length_bytes, packet);
  return packet;
}

}  // namespace tcplab
