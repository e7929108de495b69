// Frames: whatever the bytes and the link type, what is decoded lies within the frame, and texts of it read back.
#include <algorithm>
#include <tuple>

#include "fuzz/targets.hpp"
#include "packet/decoder.hpp"
#include "packet/packet.hpp"
#include "packet/tcp_options.hpp"

namespace tcplab::fuzz {
namespace {

constexpr std::size_t prefix_bytes = 6;

bool lies_within(ByteView part, ByteView whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_options(ByteView options) {
  require(options.size() <= 40, "more options than a header holds");
  std::size_t total_bytes = 0;
  for (const TcpOption& option : tcp_options(options)) {
    require(lies_within(option.value, options), "an option's value beyond the options");
    if (!option.malformed) total_bytes += option.length_bytes;
    require_fit_for_terminal(to_string(option, SeqNum(1)));
  }
  require(total_bytes <= options.size(), "options longer than their room");
  (void)maximum_segment_size(options);
  (void)window_scale(options);
  (void)timestamps(options);
  require(sack_blocks(options).size() <= 4, "more SACK blocks than a header holds");
}

void check_tcp(const TcpSegment& segment, ByteView frame) {
  require(lies_within(segment.payload, frame) && lies_within(segment.options, frame), "a segment beyond its frame");
  require(segment.payload.size() <= segment.payload_length_bytes, "more data than the IP header states");
  require(parse_tcp_flags(to_string(segment.flags)) == segment.flags, "flags do not read back");
  check_options(segment.options);
}

void check_address(const IpAddress& address) {
  const std::string text = to_string(address);
  require_fit_for_terminal(text);
  require(parse_ip_address(text) == address, "an address does not read back");
}

bool is_same(ByteView one, ByteView other) {
  return one.size() == other.size() && (one.empty() || one.data() == other.data());
}

auto numbers_of(const IpHeader& ip) {
  return std::tuple(ip.source, ip.destination, ip.route_end, ip.protocol, ip.hop_limit, ip.traffic_class,
                    ip.identification, ip.fragment_offset_bytes, ip.more_fragments, ip.exceeds_frame,
                    ip.payload_length_bytes);
}

auto numbers_of(const TcpSegment& segment) {
  return std::tuple(segment.source_port, segment.destination_port, segment.seq.value(), segment.ack.value(),
                    segment.flags.bits(), segment.window, segment.checksum, segment.urgent_pointer,
                    segment.payload_length_bytes, segment.cut_off);
}

/// The fast way and the slow one, into a new packet and into one that was used before, must come to the same.
void require_same(const Packet& one, const Packet& other) {
  require(one.ip.has_value() == other.ip.has_value(), "IP is found one way only");
  require(!one.ip || numbers_of(*one.ip) == numbers_of(*other.ip), "IP headers differ");
  require(one.transport.index() == other.transport.index(), "another transport");
  require(is_same(one.ip_payload, other.ip_payload), "another payload");
  require(one.tunnels == other.tunnels && one.problem.has_value() == other.problem.has_value(), "another problem");
  require(one.in_fragment == other.in_fragment, "a fragment is found one way only");
  require(!one.in_fragment ||
              (is_same(one.fragment.data, other.fragment.data) && one.fragment.suffices == other.fragment.suffices),
          "another fragment");
  const auto *segment = std::get_if<TcpSegment>(&one.transport), *same = std::get_if<TcpSegment>(&other.transport);
  if (segment == nullptr) return;
  require(numbers_of(*segment) == numbers_of(*same), "TCP headers differ");
  require(is_same(segment->options, same->options) && is_same(segment->payload, same->payload), "other data");
}

}  // namespace

void fuzz_decode(ByteView input) {
  if (const auto address = parse_ip_address(text_of(input))) check_address(*address);
  if (input.size() < prefix_bytes) return;
  const ByteView frame = input.subspan(prefix_bytes);
  const Packet packet = decode(LinkType{be16(input, 0)}, frame, be32(input, 2));
  Packet by_layers, used_before = decode(LinkType::raw, frame);
  decode_by_layers(LinkType{be16(input, 0)}, frame, be32(input, 2), by_layers);
  decode(LinkType{be16(input, 0)}, frame, be32(input, 2), used_before);
  require_same(packet, by_layers);
  require_same(packet, used_before);
  if (packet.problem) {
    require(packet.problem->offset <= frame.size(), "a problem beyond the frame");
    require_fit_for_terminal(packet.problem->what);
  }
  require(lies_within(packet.ip_payload, frame), "a payload beyond the frame");
  if (packet.in_fragment)
    require(lies_within(packet.fragment.headers, frame) && lies_within(packet.fragment.data, frame),
            "a fragment beyond its frame");
  if (packet.ip) {
    for (const IpAddress& address : {packet.ip->source, packet.ip->destination}) check_address(address);
  }
  if (const auto* segment = std::get_if<TcpSegment>(&packet.transport)) check_tcp(*segment, frame);
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport))
    require(lies_within(datagram->payload, frame), "a datagram beyond its frame");
  if (const auto* message = std::get_if<IcmpMessage>(&packet.transport))
    require(lies_within(message->body, frame), "an ICMP message beyond its frame");
  (void)verify_checksum(packet);
}

}  // namespace tcplab::fuzz
