// IP packets in fragments: when they are told, which of them never are, and that nothing of others gets into them.
#include "packet/reassembly.hpp"

#include <random>
#include <string>

#include "support/catch.hpp"
#include "support/fragments.hpp"

using namespace tcplab;
using namespace tcplab::test;
using std::chrono::milliseconds, std::chrono::seconds;

namespace {

const std::string hundred(100, 'x');

Bytes segment_of(const std::string& payload, SeqNum seq = SeqNum(9), const Endpoint& source = v4_client) {
  return ip_packet({.source = source,
                    .destination = source.address.version == 6 ? v6_server : v4_server,
                    .seq = seq,
                    .flags = TcpFlags::ack | TcpFlags::fin,
                    .payload = payload});
}

/// A capture of IP packets, one a frame.
class Frames {
 public:
  /// What there is to tell at the next frame; `cut` bytes at its end were not captured.
  const Packet& add(const Bytes& bytes, std::chrono::nanoseconds at = {}, std::size_t cut = 0) {
    const auto wire_bytes = static_cast<std::uint32_t>(bytes.size());
    bytes_ = Bytes(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(cut));
    reassembly_.decode(LinkType::raw, bytes_, wire_bytes, Reassembly::Timestamp(at), ++frame_, packet_, whole_);
    return packet_;
  }
  /// Whether nothing but an IP header is told at the next frame.
  bool adds_nothing(const Bytes& bytes, std::chrono::nanoseconds at = {}, std::size_t cut = 0) {
    const Packet& packet = add(bytes, at, cut);
    return packet.ip && packet.transport.index() == 0 && !packet.problem && !packet.in_fragment;
  }
  [[nodiscard]] Reassembly::Unfinished unfinished() const { return reassembly_.unfinished(); }

 private:
  Reassembly reassembly_;
  Packet packet_;
  Bytes bytes_, whole_;
  std::uint64_t frame_ = 0;
};

/// Whether it is the segment that segment_of() makes, whole.
bool is_whole(const Packet& packet, std::size_t payload_bytes, SeqNum seq = SeqNum(9)) {
  const TcpSegment* segment = packet.tcp();
  return segment != nullptr && !packet.problem && !packet.in_fragment && !packet.ip->is_fragment() &&
         segment->seq == seq && segment->flags.has(TcpFlags::fin) && segment->payload_length_bytes == payload_bytes &&
         segment->payload.size() == payload_bytes && verify_checksum(packet) == Checksum::correct;
}

}  // namespace

TEST_CASE("a segment in fragments is told with the one that completes it, in whichever order they come") {
  const Endpoint source = GENERATE(v4_client, v6_client);
  const auto fragments = fragments_of(segment_of(hundred, SeqNum(9), source), 48);
  REQUIRE(fragments.size() == 3);
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    INFO(order[0] << order[1] << order[2]);
    Frames frames;
    CHECK(frames.adds_nothing(fragments[order[0]]));
    CHECK(frames.adds_nothing(fragments[order[1]]));
    const Packet& packet = frames.add(fragments[order[2]]);
    CHECK(is_whole(packet, 100));
    CHECK(packet.ip->identification == 7);
    CHECK(packet.ip->source == source.address);
    CHECK(frames.unfinished().count == 0);
  } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a TCP header that no fragment holds whole is put together too") {
  const auto fragments = fragments_of(segment_of("", SeqNum(9)), 8);
  REQUIRE(fragments.size() == 3);
  Frames frames;
  CHECK(frames.adds_nothing(fragments[0]));
  CHECK(frames.adds_nothing(fragments[1]));
  CHECK(is_whole(frames.add(fragments[2]), 0));
}

TEST_CASE("IPv4 options and IPv6 extension headers before the fragments are the packet's") {
  const Bytes no_operations = ipv4_packet({.options = Bytes(8, 1)}, tcp_segment({.payload = hundred}));
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(no_operations, 0, 64)));
  CHECK(frames.add(fragment_of(no_operations, 64, 120)).tcp() != nullptr);

  const TcpFields fields = {.source = v6_client, .destination = v6_server, .payload = hundred};
  const Bytes segment = tcp_segment(fields), hop_by_hop = hex("2c 00 0104 00000000");
  const auto first = [&](std::size_t count) {
    return Bytes(segment.begin(), segment.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const Bytes rest(segment.begin() + 40, segment.end());
  CHECK(
      frames.adds_nothing(ipv6_packet({.next_header = 0}, join({hop_by_hop, hex("06 00 0001 0000abcd"), first(40)}))));
  const Packet& packet =
      frames.add(ipv6_packet({.next_header = 0}, join({hop_by_hop, hex("06 00 0028 0000abcd"), rest})));
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload_length_bytes == 100);
  CHECK(packet.ip->identification == 0xabcd);
  CHECK(verify_checksum(packet) == Checksum::correct);
}

TEST_CASE("fragments of packets that come mixed are told apart by address and identification") {
  const Endpoint other = endpoint("10.0.0.3", 40000);
  const auto one = fragments_of(segment_of(hundred, SeqNum(1)), 64, 7),
             two = fragments_of(segment_of(hundred, SeqNum(2)), 64, 8),
             three = fragments_of(segment_of(hundred, SeqNum(3), other), 64, 7);
  Frames frames;
  for (const auto& first : {one[0], two[0], three[0]}) CHECK(frames.adds_nothing(first));
  CHECK(is_whole(frames.add(three[1]), 100, SeqNum(3)));
  CHECK(is_whole(frames.add(one[1]), 100, SeqNum(1)));
  CHECK(is_whole(frames.add(two[1]), 100, SeqNum(2)));
}

TEST_CASE("IPv4 tells fragments of two protocols apart, and IPv6 does not ask for the protocol of a later one") {
  const Bytes segment = segment_of(hundred);
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(segment, 0, 64)));
  Bytes last = fragment_of(segment, 64, 120);
  last.at(9) = 132;
  CHECK(frames.adds_nothing(last));
  CHECK(is_whole(frames.add(fragment_of(segment, 64, 120)), 100));

  const Bytes v6 = segment_of(hundred, SeqNum(9), v6_client);
  CHECK(frames.adds_nothing(fragment_of(v6, 0, 64)));
  last = fragment_of(v6, 64, 120);
  last.at(40) = 132;
  CHECK(is_whole(frames.add(last), 100));
}

TEST_CASE("a fragment that comes twice is no matter, and tells nothing when its packet is complete") {
  const auto fragments = fragments_of(segment_of(hundred), 64);
  Frames frames;
  CHECK(frames.adds_nothing(fragments[0]));
  CHECK(frames.adds_nothing(fragments[0]));
  CHECK(is_whole(frames.add(fragments[1]), 100));
  CHECK(frames.adds_nothing(fragments[1]));
  CHECK(frames.adds_nothing(fragments[0]));  // which may begin another packet of that number, or not
  CHECK(frames.unfinished().count == 0);
}

TEST_CASE("a fragment that comes again is not the next packet's of that identification") {
  const auto fragments = fragments_of(segment_of(hundred), 64);
  const auto longer = fragments_of(segment_of(std::string(400, 'y')), 64);
  Frames frames;
  CHECK(frames.adds_nothing(fragments[0]));
  CHECK(is_whole(frames.add(fragments[1]), 100));
  CHECK(frames.adds_nothing(fragments[1]));
  for (std::size_t i = 0; i + 1 < longer.size(); ++i) CHECK(frames.adds_nothing(longer[i]));
  CHECK(is_whole(frames.add(longer.back()), 400));
  CHECK(frames.unfinished().count == 0);
}

TEST_CASE("a packet whose first fragment is too short for a TCP header is counted when it stays unfinished") {
  const Endpoint source = GENERATE(v4_client, v6_client);
  const auto fragments = fragments_of(segment_of(hundred, SeqNum(9), source), 8);
  Frames frames;
  for (std::size_t i = 0; i + 1 < fragments.size(); ++i) CHECK(frames.adds_nothing(fragments[i]));
  CHECK(frames.unfinished().count == 1);
}

TEST_CASE("where fragments overlap the bytes that came first count") {
  const Bytes right = segment_of(hundred), wrong = segment_of(std::string(100, 'y'));
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(right, 24, 48)));
  CHECK(frames.adds_nothing(fragment_of(right, 72, 96)));
  CHECK(frames.adds_nothing(fragment_of(wrong, 72, 88)));
  CHECK(frames.adds_nothing(fragment_of(wrong, 0, 112)));  // fills the holes
  const Packet& packet = frames.add(fragment_of(wrong, 112, 120));
  REQUIRE(packet.tcp() != nullptr);
  const auto data = packet.tcp()->payload;
  const std::string text(data.begin(), data.end());
  CHECK(text == std::string(4, 'y') + std::string(24, 'x') + std::string(24, 'y') + std::string(24, 'x') +
                    std::string(24, 'y'));
}

TEST_CASE("a fragment that contradicts where the packet ends does not count") {
  const Bytes packet = segment_of(hundred), longer = segment_of(std::string(140, 'y')),
              shorter = segment_of(std::string(60, 'y'));
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(packet, 64, 120)));
  CHECK(frames.adds_nothing(fragment_of(longer, 112, 160)));
  CHECK(frames.adds_nothing(fragment_of(longer, 112, 128)));
  CHECK(frames.adds_nothing(fragment_of(shorter, 64, 80)));
  CHECK(is_whole(frames.add(fragment_of(packet, 0, 64)), 100));

  CHECK(frames.adds_nothing(fragment_of(packet, 64, 112, 8)));
  CHECK(frames.adds_nothing(fragment_of(shorter, 64, 80, 8)));  // ends before what has come
  CHECK(frames.adds_nothing(fragment_of(packet, 0, 64, 8)));
  CHECK(is_whole(frames.add(fragment_of(packet, 112, 120, 8)), 100));
}

TEST_CASE("after a minute a fragment is another packet's") {
  const auto fragments = fragments_of(segment_of(hundred), 64);
  Frames frames;
  CHECK(frames.adds_nothing(fragments[0]));
  CHECK(is_whole(frames.add(fragments[1], seconds(60)), 100));
  CHECK(frames.adds_nothing(fragments[0], seconds(61)));
  CHECK(frames.adds_nothing(fragments[1], seconds(121) + milliseconds(1)));
  CHECK(is_whole(frames.add(fragments[0], seconds(122)), 100));
  CHECK(frames.unfinished().count == 1);
}

TEST_CASE("times that jump anywhere end nothing but the packet that they are too late for") {
  const auto fragments = fragments_of(segment_of(hundred), 64);
  using Time = std::chrono::nanoseconds;
  Frames frames;
  CHECK(frames.adds_nothing(fragments[0], Time::max()));
  CHECK(is_whole(frames.add(fragments[1], Time::min()), 100));
  CHECK(frames.adds_nothing(fragments[0], Time::min()));
  CHECK(frames.adds_nothing(fragments[1], Time::max()));
}

TEST_CASE("packets with TCP that stay unfinished are counted, from the earliest frame on") {
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(segment_of(hundred), 64, 120, 1)));  // whose first fragment never comes
  CHECK(frames.adds_nothing(fragment_of(segment_of(hundred), 0, 64, 2)));
  CHECK(frames.adds_nothing(fragment_of(segment_of(hundred), 0, 64, 3)));
  CHECK(frames.unfinished().count == 2);
  CHECK(frames.unfinished().first_frame == 2);
  frames.add(fragment_of(segment_of(hundred), 64, 120, 2));
  CHECK(to_string(frames.unfinished()) ==
        "1 IP packet with TCP is left out: its fragments are not all in the capture, or contradict one another (the "
        "first in frame 3)");
  frames.adds_nothing(fragment_of(segment_of(hundred), 0, 64, 4), std::chrono::hours(1));
  CHECK(
      to_string(frames.unfinished()) ==
      "2 IP packets with TCP are left out: their fragments are not all in the capture, or contradict one another (the "
      "first in frame 3)");
}

TEST_CASE("a fragment that was not captured whole is not put together, and the first still tells what it has") {
  const Bytes packet = segment_of(hundred);
  Frames frames;
  const Packet& first = frames.add(fragment_of(packet, 0, 64), {}, 30);
  REQUIRE(first.tcp() != nullptr);
  CHECK(first.tcp()->payload_length_bytes == 44);
  CHECK(verify_checksum(first) == Checksum::snapped);
  CHECK(frames.adds_nothing(fragment_of(packet, 64, 120)));
  CHECK(frames.unfinished().count == 0);

  CHECK(frames.adds_nothing(fragment_of(packet, 0, 64, 8)));
  CHECK(frames.adds_nothing(fragment_of(packet, 64, 120, 8), {}, 1));
  CHECK(frames.unfinished().count == 1);
}

TEST_CASE("a datagram is told with its first fragment, which knows its length, and not again") {
  const Bytes packet =
      ipv4_packet({.protocol = 17}, udp_datagram(endpoint("10.0.0.1", 4000), endpoint("10.0.0.2", 53), hundred));
  const auto fragments = fragments_of(packet, 48);
  REQUIRE(fragments.size() == 3);
  const auto is_told = [](const Packet& told) {
    const auto* datagram = std::get_if<UdpDatagram>(&told.transport);
    return datagram != nullptr && datagram->length_bytes == 108;
  };
  Frames frames;
  for (int again = 0; again < 2; ++again) {  // identifications come round, be the packet before complete or not
    CHECK(is_told(frames.add(fragments[0])));
    CHECK(is_told(frames.add(fragments[0])));
    CHECK(frames.adds_nothing(fragments[2]));
    CHECK(frames.adds_nothing(fragments[1]));
  }
  CHECK(frames.adds_nothing(fragments[2]));
  CHECK(frames.adds_nothing(fragments[1]));
  CHECK(is_told(frames.add(fragments[0])));
  CHECK(frames.unfinished().count == 0);
}

TEST_CASE("a tunnel's packet whose first fragment has all the headers is told at once") {
  const Bytes outer = ipv4_packet({.protocol = 4}, segment_of(hundred));
  Frames frames;
  const Packet& packet = frames.add(fragment_of(outer, 0, 64));
  REQUIRE(packet.tcp() != nullptr);
  CHECK(packet.tcp()->payload_length_bytes == 100);
  CHECK(packet.tunnels == 1);
  CHECK(frames.adds_nothing(fragment_of(outer, 64, 140)));
}

TEST_CASE("a tunnel's packet whose fragments cut the headers is told when it is whole") {
  const Bytes in_ip = ipv4_packet({.protocol = 4}, segment_of(hundred));
  const Bytes vxlan = join({hex("0800 0000 0000 0100"), ethernet(0x0800, segment_of(hundred))});
  const Bytes in_udp = ipv4_packet(
      {.protocol = 17},
      udp_datagram(endpoint("10.1.0.1", 4000), endpoint("10.1.0.2", 4789), std::string(vxlan.begin(), vxlan.end())));
  for (const Bytes& outer : {in_ip, in_udp}) {
    Frames frames;
    const std::size_t all = fragmentable_bytes(outer);
    CHECK(frames.adds_nothing(fragment_of(outer, 0, 32)));
    const Packet& packet = frames.add(fragment_of(outer, 32, all));
    CHECK(is_whole(packet, 100));
    CHECK(packet.tunnels == 1);
  }
}

TEST_CASE("fragments in a tunnel's fragments are put together from the outside in") {
  Frames frames;
  std::vector<Bytes> all;
  std::uint16_t identification = 100;
  for (const Bytes& inner : fragments_of(segment_of(hundred), 64))
    for (const Bytes& outer : fragments_of(ipv4_packet({.protocol = 4}, inner), 40, ++identification))
      all.push_back(outer);
  REQUIRE(all.size() == 5);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) CHECK(frames.adds_nothing(all[i]));
  const Packet& packet = frames.add(all.back());
  CHECK(is_whole(packet, 100));
  CHECK(packet.tunnels == 1);
  CHECK(frames.unfinished().count == 0);
}

TEST_CASE("of more unfinished packets than can be kept the oldest is given up") {
  Frames frames;
  const Bytes packet = segment_of(hundred);
  const auto most = static_cast<std::uint16_t>(Reassembly::most_packets);
  for (std::uint16_t i = 0; i <= most; ++i) CHECK(frames.adds_nothing(fragment_of(packet, 0, 64, i)));
  CHECK(frames.unfinished().count == most + 1U);
  CHECK(is_whole(frames.add(fragment_of(packet, 64, 120, 1)), 100));
  CHECK(frames.adds_nothing(fragment_of(packet, 64, 120, 0)));
}

TEST_CASE("of more unfinished bytes than can be kept the oldest packets are given up") {
  Frames frames;
  const Bytes packet = segment_of(std::string(60'000, 'x'));
  const std::size_t all = fragmentable_bytes(packet);
  const auto count = static_cast<std::uint16_t>(Reassembly::most_bytes / 60'000 + 1);
  for (std::uint16_t i = 0; i < count; ++i) CHECK(frames.adds_nothing(fragment_of(packet, 0, 60'000, i)));
  CHECK(frames.adds_nothing(fragment_of(packet, 60'000, all, 0)));
  CHECK(is_whole(frames.add(fragment_of(packet, 60'000, all, count - 1)), 60'000));
}

TEST_CASE("fragments that would make a packet longer than any can be make none") {
  const Bytes packet = segment_of(std::string(200, 'x'));
  Bytes last = fragment_of(packet, 64, 220);
  put_be16(last, 6, 0x1fff);  // its data begin at byte 65,528
  Frames frames;
  CHECK(frames.adds_nothing(fragment_of(packet, 0, 64)));
  CHECK(frames.adds_nothing(last));
  CHECK(is_whole(frames.add(fragment_of(packet, 64, 220)), 200));

  const Bytes longest(65'535, 0x50);  // which leaves no room for an IP header
  for (std::size_t at = 0; at < longest.size(); at += 32'768) {
    const auto begin = longest.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t length = std::min<std::size_t>(32'768, longest.size() - at);
    const bool is_last = at + length == longest.size();
    const auto flags = static_cast<std::uint16_t>(at / 8 | (is_last ? 0 : 0x2000));
    CHECK(frames.adds_nothing(ipv4_packet({.identification = 9, .fragment = flags},
                                          Bytes(begin, begin + static_cast<std::ptrdiff_t>(length)))));
  }
  CHECK(frames.unfinished().count == 1);
}

TEST_CASE("an empty fragment tells nothing and is no packet's end") {
  const Bytes packet = segment_of(hundred);
  Frames frames;
  CHECK(frames.adds_nothing(ipv4_packet({.identification = 7, .fragment = 0x2000}, {})));
  CHECK(frames.adds_nothing(ipv4_packet({.identification = 7, .fragment = 0x0001}, {})));
  CHECK(frames.adds_nothing(fragment_of(packet, 0, 64)));
  CHECK(is_whole(frames.add(fragment_of(packet, 64, 120)), 100));
}

TEST_CASE("however packets are cut, mixed and repeated, each is told once and whole") {
  const auto seed = GENERATE(range(1U, 60U));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::vector<Bytes> all;
  constexpr std::uint16_t packets = 5;
  for (std::uint16_t i = 0; i < packets; ++i) {
    const Bytes packet = segment_of(std::string(below(3000), 'x'), SeqNum(i), i % 2 == 0 ? v4_client : v6_client);
    for (std::size_t at = 0; at < fragmentable_bytes(packet);) {
      const std::size_t end = std::min(at + 8 * (1 + below(40)), fragmentable_bytes(packet));
      all.push_back(fragment_of(packet, at, end, i));
      at = end;
    }
  }
  std::shuffle(all.begin(), all.end(), random);
  Frames frames;
  std::array<unsigned, packets> told{};
  for (const Bytes& bytes : all) {
    const Packet& packet = frames.add(bytes);
    if (packet.tcp() == nullptr) continue;
    CHECK(verify_checksum(packet) == Checksum::correct);
    ++told.at(packet.tcp()->seq.value());
  }
  for (const unsigned times : told) CHECK(times == 1);
  CHECK(frames.unfinished().count == 0);
}
