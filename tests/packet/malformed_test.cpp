// Frames cut at every byte and with every byte changed: never a read out of bounds (run it under a sanitizer), and
// a problem wherever a header is not whole.
#include "packet/packet.hpp"
#include "packet/tcp_options.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::TcpFlags, tcplab::decode;

namespace {

const TcpFields v4_data = {.seq = SeqNum(7), .options = hex("01 01 08 0a 00000001 00000002"), .payload = "hello"};
const TcpFields v6_data = {
    .source = v6_client, .destination = v6_server, .seq = SeqNum(7), .options = v4_data.options, .payload = "hello"};

/// One of everything that is decoded.
std::vector<std::pair<LinkType, Bytes>> samples() {
  const Bytes extensions =
      hex("3c 00 0104 00000000 2b 00 0104 00000000 2c 02 00 01 00000000 20010db8 00000000 00000000 00000009"
          "33 00 0001 00000001 06 04 0000 00000001 00000001 00000000 00000000 00000000");
  const Bytes v6_extended = ipv6_packet({.next_header = 0}, join({extensions, tcp_segment(v6_data)}));
  return {{LinkType::ethernet, frame(v4_data)},
          {LinkType::ethernet, frame(v6_data)},
          {LinkType::ethernet, ethernet(0x88a8, join({hex("0001 8100 0002 0800"), ip_packet(v4_data)}))},
          {LinkType::null, join({hex("02000000"), ip_packet(v4_data)})},
          {LinkType::loop, join({hex("00000018"), ip_packet(v6_data)})},
          {LinkType::raw, v6_extended},
          {LinkType::ipv4, ipv4_packet({.options = hex("83 0b 04 c0000201 c0000202 00")}, tcp_segment(v4_data))},
          {LinkType::ipv6, ipv6_packet({.next_header = 17}, udp_datagram(v6_client, v6_server, "query"))},
          {LinkType::linux_sll, join({hex("0000 0001 0006 0200 0000 0001 0000 0800"), ip_packet(v4_data)})},
          {LinkType::linux_sll2, join({hex("86dd 0000 0000 0002 0001 00 06 0200 0000 0001 0000"), ip_packet(v6_data)})},
          {LinkType::raw, ipv4_packet({.protocol = 1}, join({hex("03 03 0000 00000000"), ip_packet(v4_data)}))}};
}

/// Looks at everything that points into the frame.
void touch(const Packet& packet, std::size_t frame_bytes) {
  if (packet.problem) CHECK(packet.problem->offset <= frame_bytes);
  CHECK(packet.ip_payload.size() <= frame_bytes);
  verify_checksum(packet);
  if (packet.tcp() == nullptr) return;
  for (const auto& option : tcplab::tcp_options(packet.tcp()->options)) to_string(option);
  CHECK(packet.tcp()->payload.size() <= packet.tcp()->payload_length_bytes);
}

}  // namespace

TEST_CASE("a frame cut at any byte is decoded as far as it goes") {
  for (const auto& [link, whole] : samples()) {
    const Packet reference = decode(link, whole);
    REQUIRE_FALSE(reference.problem);
    bool seen_ip = false, seen_tcp = false;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut = first(whole, size);
      const Packet packet = decode(link, cut);
      CAPTURE(static_cast<int>(link), size);
      touch(packet, cut.size());
      if (packet.ip) CHECK(packet.ip->source == reference.ip->source);
      if (packet.tcp() != nullptr) CHECK(packet.tcp()->seq == reference.tcp()->seq);
      if (reference.tcp() != nullptr && packet.tcp() == nullptr) CHECK(packet.problem);
      CHECK_FALSE((seen_ip && !packet.ip));  // more bytes never tell less
      CHECK_FALSE((seen_tcp && packet.tcp() == nullptr));
      seen_ip = packet.ip.has_value();
      seen_tcp = packet.tcp() != nullptr;
    }
  }
}

TEST_CASE("a frame with any byte changed is decoded within its bounds") {
  for (const auto& [link, whole] : samples()) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned value : {0x00U, 0x01U, 0x2cU, 0x33U, 0x4fU, 0x7fU, 0x80U, 0xffU}) {
        Bytes changed = whole;
        changed[at] = static_cast<std::uint8_t>(value);
        touch(decode(link, changed), changed.size());
      }
    }
  }
}

TEST_CASE("an empty frame is a problem of its link header") {
  const auto link = GENERATE(LinkType::null, LinkType::ethernet, LinkType::raw, LinkType::loop, LinkType::linux_sll,
                             LinkType::ipv4, LinkType::ipv6, LinkType::linux_sll2);
  const Packet packet = decode(link, {});
  REQUIRE(packet.problem);
  CHECK(packet.problem->offset == 0);
  CHECK_FALSE(packet.ip);
}
