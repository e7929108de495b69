// Fragments of IP packets: whatever comes in whichever order, what is told lies in the frame or in the packet that was
// put together, is no part of one that is not told yet, and is no longer than a packet can be.
#include <algorithm>
#include <chrono>
#include <vector>

#include "fuzz/targets.hpp"
#include "packet/reassembly.hpp"

namespace tcplab::fuzz {
namespace {

constexpr std::size_t prefix_bytes = 3, longest_packet = 65'535 + 40;

bool lies_within(ByteView part, ByteView whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check(const Packet& packet, ByteView frame, ByteView whole) {
  const auto require_seen = [&](ByteView part) {
    require(lies_within(part, frame) || lies_within(part, whole), "bytes of neither the frame nor a packet");
  };
  require(whole.size() <= longest_packet, "a packet longer than any can be");
  require(!packet.in_fragment || packet.fragment.suffices, "a part of a packet is told as the packet");
  require(packet.ip || packet.transport.index() == 0, "a segment without a packet");
  if (packet.in_fragment) require_seen(packet.fragment.data);
  require_seen(packet.ip_payload);
  if (const TcpSegment* segment = packet.tcp()) {
    require_seen(segment->options);
    require_seen(segment->payload);
  }
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport)) require_seen(datagram->payload);
  if (const auto* message = std::get_if<IcmpMessage>(&packet.transport)) require_seen(message->body);
  (void)verify_checksum(packet);
}

}  // namespace

void fuzz_reassembly(ByteView input) {
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole;
  Reassembly::Timestamp time;
  std::uint64_t frames = 0;
  while (input.size() > prefix_bytes) {
    time += std::chrono::seconds(input[0]);
    const std::size_t length = std::min<std::size_t>(be16(input, 1), input.size() - prefix_bytes);
    const ByteView frame = input.subspan(prefix_bytes, length);
    reassembly.decode(LinkType::raw, frame, be16(input, 1), time, ++frames, packet, whole);
    check(packet, frame, whole);
    input = input.subspan(prefix_bytes + length);
  }
  const auto unfinished = reassembly.unfinished();
  require(unfinished.count <= frames && unfinished.first_frame <= frames, "more unfinished packets than frames");
}

}  // namespace tcplab::fuzz
