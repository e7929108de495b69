// The commonest frames are read in one go. Whatever a frame is, that must give what reading layer by layer gives.
#include "packet/decoder.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::IpHeader, tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::TcpSegment, tcplab::decode;

namespace {

bool is_same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && (a.empty() || a.data() == b.data());
}
bool is_same(const IpHeader& a, const IpHeader& b) {
  return a.source == b.source && a.destination == b.destination && a.route_end == b.route_end &&
         a.protocol == b.protocol && a.hop_limit == b.hop_limit && a.traffic_class == b.traffic_class &&
         a.identification == b.identification && a.fragment_offset_bytes == b.fragment_offset_bytes &&
         a.more_fragments == b.more_fragments && a.payload_length_bytes == b.payload_length_bytes &&
         a.exceeds_frame == b.exceeds_frame;
}
bool is_same(const TcpSegment& a, const TcpSegment& b) {
  return a.source_port == b.source_port && a.destination_port == b.destination_port && a.seq == b.seq &&
         a.ack == b.ack && a.flags == b.flags && a.window == b.window && a.checksum == b.checksum &&
         a.urgent_pointer == b.urgent_pointer && is_same(a.options, b.options) && is_same(a.payload, b.payload) &&
         a.payload_length_bytes == b.payload_length_bytes && a.cut_off == b.cut_off;
}
bool is_same(const Packet& a, const Packet& b) {
  if (a.ip.has_value() != b.ip.has_value() || (a.ip && !is_same(*a.ip, *b.ip))) return false;
  if (a.problem.has_value() != b.problem.has_value()) return false;
  if (a.problem && (a.problem->offset != b.problem->offset || a.problem->what != b.problem->what)) return false;
  if (!is_same(a.ip_payload, b.ip_payload) || a.tunnels != b.tunnels || a.in_fragment != b.in_fragment) return false;
  if (a.transport.index() != b.transport.index()) return false;
  const auto *one = std::get_if<TcpSegment>(&a.transport), *other = std::get_if<TcpSegment>(&b.transport);
  return one == nullptr || is_same(*one, *other);
}

/// Packets that were used before, each with something in it that the next must not keep.
std::vector<Packet> used_packets() {
  static const Bytes cut = first(frame({}), 50),
                     datagram = ipv4_packet({.protocol = 17}, udp_datagram(v4_client, v4_server, "x")),
                     route = ipv4_packet({.options = hex("83 0b 04 c0000201 c0000202 00")}, tcp_segment({})),
                     tunnel = ipv4_packet({.protocol = 4}, ipv4_packet({.fragment = 0x2001}, Bytes(40, 0xff)));
  return {Packet(), decode(LinkType::ethernet, cut), decode(LinkType::raw, datagram), decode(LinkType::raw, route),
          decode(LinkType::raw, tunnel)};
}

void check(const Bytes& bytes, std::uint32_t original_length_bytes) {
  static const std::vector<Packet> used = used_packets();
  Packet expected;
  tcplab::decode_by_layers(LinkType::ethernet, bytes, original_length_bytes, expected);
  for (Packet packet : used) {
    decode(LinkType::ethernet, bytes, original_length_bytes, packet);
    if (!is_same(packet, expected)) {
      CAPTURE(bytes, original_length_bytes);
      FAIL("decoded to something else");
    }
  }
}

std::vector<Bytes> frames() {
  const Bytes options = hex("01 01 08 0a 00000001 00000002");
  const TcpFields v6 = {
      .source = v6_client, .destination = v6_server, .seq = SeqNum(7), .options = options, .payload = "hello"};
  Bytes padded = frame({.seq = SeqNum(7)});
  padded.resize(60);
  return {frame({.seq = SeqNum(7), .options = options, .payload = "hello"}), frame(v6), padded,
          ethernet(0x0800, ipv4_packet({.options = hex("83 0b 04 c0000201 c0000202 00")}, tcp_segment({}))),
          ethernet(0x0800, ipv4_packet({.protocol = 17}, udp_datagram(v4_client, v4_server, "query")))};
}

}  // namespace

TEST_CASE("frames cut at any byte are decoded as layer by layer") {
  for (const Bytes& whole : frames()) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      check(first(whole, size), 0);
      check(first(whole, size), static_cast<std::uint32_t>(size));
      check(first(whole, size), static_cast<std::uint32_t>(whole.size()));
    }
  }
  SUCCEED();
}

TEST_CASE("frames with any byte changed to any value are decoded as layer by layer") {
  for (const Bytes& whole : frames()) {
    for (std::size_t at = 12; at < std::min<std::size_t>(whole.size(), 80); ++at) {
      Bytes changed = whole;
      for (unsigned value = 0; value < 256; ++value) {
        changed[at] = static_cast<std::uint8_t>(value);
        check(changed, 0);
        check(changed, static_cast<std::uint32_t>(changed.size()));
        check(changed, 2000);
      }
    }
  }
  SUCCEED();
}
