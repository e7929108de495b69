// The headers of TCP, UDP and ICMP.
#include "packet/packet.hpp"
#include "packet/tcp_options.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::IcmpMessage, tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::TcpFlags, tcplab::TcpSegment,
    tcplab::UdpDatagram, tcplab::decode;

TEST_CASE("every field of a TCP header is read, at any initial sequence number") {
  const SeqNum iss(GENERATE(from_range(edge_numbers)));
  const bool v6 = GENERATE(false, true);
  const Bytes bytes = frame({.source = v6 ? v6_client : v4_client,
                             .destination = v6 ? v6_server : v4_server,
                             .seq = iss + 17,
                             .ack = iss + 5,
                             .flags = TcpFlags::psh | TcpFlags::ack | TcpFlags::urg,
                             .window = 512,
                             .urgent_pointer = 3,
                             .options = hex("01 01 08 0a 00000001 00000002"),
                             .payload = "hello"});
  const Packet packet = decode(LinkType::ethernet, bytes);
  CHECK_FALSE(packet.problem);
  REQUIRE(packet.tcp() != nullptr);
  const TcpSegment& segment = *packet.tcp();
  CHECK(segment.source_port == 40000);
  CHECK(segment.destination_port == 80);
  CHECK(segment.seq == iss + 17);
  CHECK(segment.ack == iss + 5);
  CHECK(to_string(segment.flags) == "P.U");
  CHECK(segment.window == 512);
  CHECK(segment.urgent_pointer == 3);
  CHECK(tcplab::timestamps(segment.options)->echo_reply == 2);
  CHECK(std::string(segment.payload.begin(), segment.payload.end()) == "hello");
  CHECK(segment.payload_length_bytes == 5);
  CHECK(segment.sequence_length() == 5);
}

TEST_CASE("SYN and FIN consume a sequence number each") {
  const auto [flags, length] =
      GENERATE(table<std::string, unsigned>({{"S", 4}, {"F.", 4}, {".", 3}, {"R", 3}, {"FS", 5}}));
  const Bytes bytes = frame({.flags = *tcplab::parse_tcp_flags(flags), .payload = "abc"});
  CHECK(decode(LinkType::ethernet, bytes).tcp()->sequence_length() == length);
}

TEST_CASE("all nine control bits are read, and the reserved ones left out") {
  Bytes bytes = ip_packet({});
  bytes[20 + 12] = 0x5f;
  bytes[20 + 13] = 0xff;
  CHECK(to_string(decode(LinkType::raw, bytes).tcp()->flags) == "FSRP.UEWe");
}

TEST_CASE("a data offset that cannot be is a problem, and the fixed header is still read") {
  Bytes small = frame({.seq = SeqNum(9), .payload = "hello"});
  small[34 + 12] = 0x40;
  const Packet below = decode(LinkType::ethernet, small);
  REQUIRE(below.problem);
  CHECK(below.problem->offset == 34 + 12);
  CHECK(below.problem->what == "TCP data offset is below 20 bytes");
  CHECK(below.tcp()->seq == SeqNum(9));
  CHECK(below.tcp()->payload.empty());

  Bytes large = small;
  large[34 + 12] = 0xf0;
  const Packet beyond = decode(LinkType::ethernet, large);
  REQUIRE(beyond.problem);
  CHECK(beyond.problem->what == "TCP header goes beyond the packet");
  CHECK(beyond.tcp()->options.size() == 5);
  CHECK(beyond.tcp()->payload_length_bytes == 0);
}

TEST_CASE("options that were snapped leave a segment whose length is known") {
  const Bytes whole = frame({.options = hex("02 04 05b4 04 02 01 01"), .payload = "hello"});
  const Packet packet = decode(LinkType::ethernet, first(whole, 34 + 24));
  REQUIRE(packet.problem);
  CHECK(packet.problem->offset == 34 + 20);
  CHECK(packet.problem->what == "TCP options are cut off");
  CHECK(packet.tcp()->options.size() == 4);
  CHECK(packet.tcp()->payload_length_bytes == 5);
}

TEST_CASE("a fixed header that is cut off is no segment, but what was read of it is kept") {
  const Bytes whole = frame({.seq = SeqNum(9), .ack = SeqNum(10), .flags = TcpFlags::syn});
  const Packet packet = decode(LinkType::ethernet, first(whole, 34 + 8));  // as much as an ICMP error must quote
  CHECK(packet.tcp() == nullptr);
  REQUIRE(packet.problem);
  CHECK(packet.problem->offset == 34);
  CHECK(packet.problem->what == "TCP header is cut off");
  const auto* part = std::get_if<TcpSegment>(&packet.transport);
  REQUIRE(part != nullptr);
  CHECK(part->cut_off);
  CHECK(part->source_port == 40000);
  CHECK(part->seq == SeqNum(9));
  CHECK(part->ack == SeqNum(0));
}

TEST_CASE("a UDP datagram is read, and ends where its own length says") {
  const auto source = endpoint("10.0.0.1", 5353), destination = endpoint("10.0.0.2", 53);
  const Bytes datagram = join({udp_datagram(source, destination, "query"), hex("eeee")});
  const Bytes bytes = ipv4_packet({.protocol = 17}, datagram);
  const Packet packet = decode(LinkType::raw, bytes);
  CHECK_FALSE(packet.problem);
  const auto* udp = std::get_if<UdpDatagram>(&packet.transport);
  REQUIRE(udp != nullptr);
  CHECK(udp->source_port == 5353);
  CHECK(udp->destination_port == 53);
  CHECK(udp->length_bytes == 13);
  CHECK(std::string(udp->payload.begin(), udp->payload.end()) == "query");
  CHECK(packet.tcp() == nullptr);
}

TEST_CASE("a UDP length that cannot be is a problem") {
  const auto [length, what] = GENERATE(table<std::size_t, std::string>({{7, "UDP length is below 8 bytes"},
                                                                        {0, "UDP length is below 8 bytes"},
                                                                        {14, "UDP length goes beyond the packet"}}));
  Bytes datagram = udp_datagram(v4_client, v4_server, "query");
  put_be16(datagram, 4, length);
  const Bytes bytes = ipv4_packet({.protocol = 17}, datagram);
  const Packet packet = decode(LinkType::raw, bytes);
  REQUIRE(packet.problem);
  CHECK(packet.problem->offset == 24);
  CHECK(packet.problem->what == what);
  CHECK(std::get_if<UdpDatagram>(&packet.transport) != nullptr);
}

TEST_CASE("an ICMP error gives the packet that caused it") {
  const Bytes cause = first(ip_packet({.seq = SeqNum(9)}), 28);
  const Bytes bytes = ipv4_packet({.protocol = 1}, join({hex("03 03 0000 00000000"), cause}));
  const Packet packet = decode(LinkType::raw, bytes);
  const auto* icmp = std::get_if<IcmpMessage>(&packet.transport);
  REQUIRE(icmp != nullptr);
  CHECK(icmp->type == 3);
  CHECK(icmp->code == 3);
  const Packet quoted = decode(LinkType::raw, icmp->body);
  REQUIRE(std::get_if<TcpSegment>(&quoted.transport) != nullptr);
  CHECK(std::get<TcpSegment>(quoted.transport).seq == SeqNum(9));
}

TEST_CASE("an ICMPv6 message is read") {
  const Bytes bytes = ipv6_packet({.next_header = 58}, join({hex("01 04 0000 00000000"), ip_packet({})}));
  const Packet packet = decode(LinkType::raw, bytes);
  const auto* icmp = std::get_if<IcmpMessage>(&packet.transport);
  REQUIRE(icmp != nullptr);
  CHECK(icmp->type == 1);
  CHECK(icmp->code == 4);
  CHECK(icmp->body.size() == 40);
}
