#include "packet/packet.hpp"

#include <algorithm>

#include "packet/decoder.hpp"

namespace tcplab {

Packet decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes) {
  Packet packet;
  Decoder(bytes, std::max<std::size_t>(bytes.size(), original_length_bytes), packet).link(link);
  return packet;
}

}  // namespace tcplab
