// Link headers other than the common ones, and the tags and labels behind them.
#include "support/catch.hpp"
#include "tunnelled.hpp"

using namespace tcplab::test;
using tcplab::LinkType, tcplab::Packet, tcplab::SeqNum, tcplab::decode;

namespace {

const Bytes llc_snap_ipv4 = hex("aaaa 03 000000 0800"), llc_snap_ipv6 = hex("aaaa 03 000000 86dd");

bool is_v4_syn(LinkType link, const Bytes& header) {
  return is_syn(decode(link, join({header, ip_packet(v4_syn)})), 4);
}
bool is_v6_syn(LinkType link, const Bytes& header) {
  return is_syn(decode(link, join({header, ip_packet(v6_syn)})), 6);
}
bool is_v4_syn_behind(std::uint16_t type, const std::string& header) {
  return is_syn(decode(LinkType::ethernet, ethernet(type, join({hex(header), ip_packet(v4_syn)}))), 4);
}
Bytes with_length(const Bytes& llc_frame) {
  return ethernet(static_cast<std::uint16_t>(llc_frame.size()), llc_frame);
}
Bytes wireless(const std::string& control, std::size_t rest_bytes) {
  return join({hex(control), Bytes(rest_bytes), llc_snap_ipv4});
}
Bytes in_radiotap(const std::string& header, const Bytes& wireless_frame) {
  return join({hex(header), wireless_frame});
}

}  // namespace

TEST_CASE("802.3 frames carry IP by LLC, with and without SNAP") {
  CHECK(is_syn(decode(LinkType::ethernet, with_length(join({llc_snap_ipv4, ip_packet(v4_syn)}))), 4));
  CHECK(is_syn(decode(LinkType::ethernet, with_length(join({llc_snap_ipv6, ip_packet(v6_syn)}))), 6));
  CHECK(is_syn(decode(LinkType::ethernet, with_length(join({hex("0606 03"), ip_packet(v4_syn)}))), 4));
  const Packet spanning_tree = decode(LinkType::ethernet, with_length(hex("4242 03 0000 0000 00")));
  CHECK_FALSE(spanning_tree.problem);
  CHECK_FALSE(spanning_tree.ip);
}

TEST_CASE("MPLS labels are passed over down to the last") {
  CHECK(is_v4_syn_behind(0x8847, "00064140"));
  CHECK(is_v4_syn_behind(0x8848, "00064040 00065040 00066140"));
  CHECK(is_v4_syn_behind(0x8847, "00000140"));
  CHECK(is_syn(decode(LinkType::ethernet, ethernet(0x8847, join({hex("00064140 00000000"), frame(v4_syn)}))), 4, 1));
  const Packet unknown = decode(LinkType::ethernet, ethernet(0x8847, hex("00064140 10000000 00000000")));
  CHECK_FALSE(unknown.problem);
  CHECK_FALSE(unknown.ip);
}

TEST_CASE("PPPoE sessions are looked into, their discovery is not") {
  CHECK(is_v4_syn_behind(0x8864, "11000001 002a 0021"));
  CHECK(is_v4_syn_behind(0x8864, "11000001 0029 21"));
  const Packet discovery = decode(LinkType::ethernet, ethernet(0x8863, hex("11090000 0004 01010000")));
  CHECK_FALSE(discovery.problem);
  CHECK_FALSE(discovery.ip);
}

TEST_CASE("what PPPoE does not count is no data") {
  Bytes packet = ip_packet({.seq = SeqNum(7), .payload = "tail"});
  const Packet decoded = decode(LinkType::ethernet, ethernet(0x8864, join({hex("11000001 002a 0021"), packet})),
                                static_cast<std::uint32_t>(14 + 8 + packet.size()));
  REQUIRE(decoded.tcp() != nullptr);
  CHECK(decoded.tcp()->payload_length_bytes == 0);
  CHECK(decoded.ip->exceeds_frame);
}

TEST_CASE("backbone bridges' and VN tags are passed over") {
  CHECK(is_syn(decode(LinkType::ethernet, ethernet(0x88e7, join({hex("00000001"), frame(v4_syn)}))), 4));
  CHECK(is_v4_syn_behind(0x8926, "00010000 0800"));
  CHECK(is_v4_syn_behind(0x8100, "0001 8926 00010000 8100 0002 0800"));
}

TEST_CASE("PPP carries IP with its header whole or compressed") {
  CHECK(is_v4_syn(LinkType::ppp, hex("ff03 0021")));
  CHECK(is_v6_syn(LinkType::ppp, hex("0057")));
  CHECK(is_v4_syn(LinkType::ppp, hex("21")));
  CHECK(is_v4_syn(LinkType::ppp, hex("ff03 0281 00064140")));
  CHECK(is_v4_syn(LinkType::ppp_hdlc, hex("ff03 0021")));
  CHECK(is_v4_syn(LinkType::ppp_hdlc, hex("0f00 0800")));
  CHECK(is_v4_syn(LinkType::ppp, hex("0f00 0800")));
  CHECK(is_v4_syn(LinkType::ppp, hex("8f00 0800")));
  CHECK(is_v4_syn(LinkType::ppp_with_direction, hex("00 ff03 0021")));
  CHECK(is_v4_syn(LinkType::ppp_ether, hex("11000001 002a 0021")));
  CHECK_FALSE(decode(LinkType::ppp, hex("ff03 c021 01010004")).problem);
}

TEST_CASE("Cisco's HDLC and Frame Relay carry IP") {
  CHECK(is_v4_syn(LinkType::cisco_hdlc, hex("0f00 0800")));
  CHECK(is_v6_syn(LinkType::cisco_hdlc, hex("8f00 86dd")));
  CHECK(is_v4_syn(LinkType::cisco_hdlc_with_direction, hex("01 0f00 0800")));
  CHECK(is_v4_syn(LinkType::frame_relay, hex("1841 03 cc")));
  CHECK(is_v6_syn(LinkType::frame_relay, hex("18400041 03 8e")));
  CHECK(is_v4_syn(LinkType::frame_relay, hex("1841 03 00 80 000000 0800")));
}

TEST_CASE("FDDI, token ring and ATM carry IP by LLC") {
  CHECK(is_v4_syn(LinkType::fddi, join({hex("50"), Bytes(12), llc_snap_ipv4})));
  CHECK(is_v6_syn(LinkType::fddi, join({hex("54"), Bytes(12), llc_snap_ipv6})));
  CHECK(is_v4_syn(LinkType::token_ring, join({hex("1040"), Bytes(12), llc_snap_ipv4})));
  CHECK(is_v4_syn(LinkType::token_ring, join({hex("1040 000000000000 800000000000 0630 0011 0022"), llc_snap_ipv4})));
  CHECK(is_v4_syn(LinkType::atm_rfc1483, llc_snap_ipv4));
}

TEST_CASE("wireless data frames carry IP by LLC behind headers of every length") {
  CHECK(is_v4_syn(LinkType::ieee802_11, wireless("0801", 22)));
  CHECK(is_v4_syn(LinkType::ieee802_11, wireless("0803", 28)));
  CHECK(is_v4_syn(LinkType::ieee802_11, wireless("8801", 24)));
  CHECK(is_v4_syn(LinkType::ieee802_11, wireless("8881", 28)));
  CHECK(is_v4_syn(LinkType::ieee802_11, join({hex("8801"), Bytes(22), hex("8000"), Bytes(14), llc_snap_ipv4})));
  const auto not_ours = GENERATE(as<std::string>(), "8000", "4801", "c801", "0841", "b400");
  const Packet other = decode(LinkType::ieee802_11, join({wireless(not_ours, 24), ip_packet(v4_syn)}));
  CAPTURE(not_ours);
  CHECK_FALSE(other.problem);
  CHECK_FALSE(other.ip);
}

TEST_CASE("wireless frames are found behind the notes of the card that received them") {
  CHECK(is_v4_syn(LinkType::ieee802_11_radiotap, in_radiotap("00000800 00000000", wireless("0801", 22))));
  CHECK(is_v4_syn(LinkType::ieee802_11_radiotap,
                  in_radiotap("00000a00 02000000 2000", wireless("8801", 26))));  // padded to words
  CHECK(is_v4_syn(LinkType::ieee802_11_radiotap,
                  in_radiotap("00001900 03000080 00000000 00000000 0000000000000000 20", wireless("8801", 26))));
  CHECK(is_v4_syn(LinkType::ppi, in_radiotap("00000800 69000000", wireless("0801", 22))));
  CHECK(decode(LinkType::ieee802_11_radiotap, hex("00000700 00000000")).problem->what ==
        "radiotap header length is below 8 bytes");
}

TEST_CASE("ARCNET and InfiniBand carry IP") {
  CHECK(is_v4_syn(LinkType::arcnet_linux, hex("01020000 f0")));
  CHECK(is_v4_syn(LinkType::arcnet_bsd, hex("0102 d4 00 0001")));
  CHECK(is_v6_syn(LinkType::arcnet_linux, hex("01020000 c4 00 0001")));
  CHECK(is_v4_syn(LinkType::arcnet_bsd, hex("0102 d4 ff ffff d4 00 0001")));
  CHECK_FALSE(is_v4_syn(LinkType::arcnet_bsd, hex("0102 d4 02 0001")));
  CHECK(is_v4_syn(LinkType::ip_over_infiniband, join({Bytes(40), hex("0800 0000")})));
}

TEST_CASE("packets are found behind what firewalls and routers log with them") {
  CHECK(is_v4_syn(LinkType::nflog, hex("02000001 0800 0100 08000000 2c00 0900")));
  CHECK(is_v6_syn(LinkType::nflog, hex("0a000001 0005 000a 41000000 0040 0009")));
  CHECK(is_v4_syn(LinkType::pflog, join({hex("3d02"), Bytes(62)})));
  CHECK(is_v4_syn(LinkType::enc, hex("00000002 00000001 00000000")));
  CHECK(is_v6_syn(LinkType::enc, hex("18000000 01000000 00000000")));
  CHECK(is_syn(decode(LinkType::juniper_ethernet, join({hex("4d4743 81 0004 00000000"), frame(v4_syn)})), 4));
  CHECK(is_syn(decode(LinkType::juniper_ethernet, join({hex("4d4743 00"), frame(v6_syn)})), 6));
  CHECK(decode(LinkType::nflog, hex("02000001 0300 0100")).problem->what == "NFLOG attribute is shorter than 4 bytes");
  CHECK(decode(LinkType::juniper_ethernet, hex("00000000")).problem->what ==
        "Juniper header does not begin as it should");
}

TEST_CASE("a header of any of these cut off anywhere says so") {
  const auto [link, header] = GENERATE_COPY(table<LinkType, Bytes>(
      {{LinkType::ethernet, ethernet(0x8847, hex("00064040 00065140"))},
       {LinkType::ethernet, ethernet(0x8864, hex("11000001 002a 0021"))},
       {LinkType::ethernet, ethernet(0x88e7, join({hex("00000001"), ethernet(0x8926, hex("00010000 0800"))}))},
       {LinkType::ethernet, ethernet(48, llc_snap_ipv4)},
       {LinkType::ppp, hex("ff03 0021")},
       {LinkType::cisco_hdlc_with_direction, hex("01 0f00 0800")},
       {LinkType::frame_relay, hex("1841 03 00 80 000000 0800")},
       {LinkType::fddi, join({hex("50"), Bytes(12), llc_snap_ipv4})},
       {LinkType::token_ring, join({hex("1040 000000000000 800000000000 0630 0011 0022"), llc_snap_ipv4})},
       {LinkType::ieee802_11, join({hex("8801"), Bytes(22), hex("8000"), Bytes(14), llc_snap_ipv4})},
       {LinkType::ieee802_11_radiotap, in_radiotap("00000a00 02000000 2000", wireless("8801", 26))},
       {LinkType::ppi, in_radiotap("00000800 69000000", wireless("0801", 22))},
       {LinkType::arcnet_bsd, hex("0102 d4 ff ffff d4 00 0001")},
       {LinkType::ip_over_infiniband, join({Bytes(40), hex("0800 0000")})},
       {LinkType::pflog, join({hex("3d02"), Bytes(62)})},
       {LinkType::enc, hex("00000002 00000001 00000000")},
       {LinkType::juniper_ethernet, join({hex("4d4743 81 0004 00000000"), ethernet(0x0800, {})})}}));
  CAPTURE(static_cast<int>(link));
  CHECK(is_v4_syn(link, header));
  CHECK(silent_cuts(link, join({header, ip_packet(v4_syn)})) == 0);
}
