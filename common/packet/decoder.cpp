// A decode layer by layer: its start, and what happens where a layer has a whole packet in it.
#include "packet/decoder.hpp"

namespace tcplab {

void decode_by_layers(LinkType link, ByteView bytes, std::uint32_t original_length_bytes, Packet& packet) {
  packet = Packet();
  Decoder(bytes, original_length_bytes, packet).link(link);
}

void Decoder::inside(Read read) {
  if (packet_.tunnels == max_tunnels) return problem(0, "tunnels are nested too deep");
  const Packet outer = packet_;
  packet_ = Packet();
  packet_.tunnels = static_cast<std::uint8_t>(outer.tunnels + 1);
  packet_.in_fragment = outer.in_fragment;
  packet_.fragment = outer.fragment;
  (this->*read)();
  if (packet_.ip) return;
  const auto why_not = packet_.problem;
  packet_ = outer;
  packet_.problem = why_not;
}

void Decoder::try_inside(Read read) {
  const std::uint8_t tunnels = packet_.tunnels;
  inside(read);
  if (packet_.tunnels == tunnels && tunnels < max_tunnels) packet_.problem.reset();
}

}  // namespace tcplab
