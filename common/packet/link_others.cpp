// Link headers of rarer kinds: ARCNET, InfiniBand, and what firewalls and routers put in front of a packet they log.
// RFC 1051 and 1201 (ARCNET), RFC 4391 (InfiniBand), www.tcpdump.org/linktypes.html.
#include <algorithm>

#include "packet/decoder.hpp"

namespace tcplab {

/// Old frames have the packet right behind the type. Newer ones can be split; of those the first part is read.
void Decoder::arcnet(std::size_t address_bytes) {
  constexpr std::uint8_t old_ipv4 = 0xf0, ipv4_type = 0xd4, ipv6_type = 0xc4, exception = 0xff;
  if (!has(address_bytes + 1, "ARCNET header is cut off")) return;
  std::uint8_t type = rest_[address_bytes];
  take(address_bytes + 1);
  if (type == old_ipv4) return ipv4();
  if (type != ipv4_type && type != ipv6_type) return;
  if (!has(3, "ARCNET header is cut off")) return;
  if (rest_[0] == exception) {  // for packets of a length that ARCNET cannot have: the header stands once more
    if (!has(7, "ARCNET header is cut off")) return;
    type = rest_[3];
    take(4);
  }
  const std::uint8_t split = rest_[0];
  take(3);
  if (split != 0 && split % 2 == 0) return;  // a later part
  return type == ipv6_type ? ipv6() : ipv4();
}

/// A global route header (or room for one), then the type.
void Decoder::ip_over_infiniband() {
  constexpr std::size_t header_bytes = 44, type_at = 40;
  if (!has(header_bytes, "InfiniBand header is cut off")) return;
  const std::uint16_t type = be16(rest_, type_at);
  take(header_bytes);
  if (type >= 0x600) ether_type(type);
}

/// Linux's netfilter log: attributes in the byte order of the machine that wrote them, one of them the packet.
void Decoder::nflog() {
  constexpr std::uint16_t payload = 9, type_mask = 0x7fff;
  if (!has(4, "NFLOG header is cut off")) return;
  const std::uint8_t family = rest_[0];
  take(4);
  while (!rest_.empty()) {
    if (!has(4, "NFLOG attribute is cut off")) return;
    const bool is_big_endian = rest_[2] == 0;  // no attribute has number 0, nor one above 255
    const std::size_t length_bytes = is_big_endian ? be16(rest_, 0) : le16(rest_, 0);
    const std::uint16_t type = is_big_endian ? be16(rest_, 2) : le16(rest_, 2);
    if (length_bytes < 4) return problem(0, "NFLOG attribute is shorter than 4 bytes");
    if ((type & type_mask) == payload) {
      take(4);
      return family_of_addresses(family);
    }
    if (!has(length_bytes, "NFLOG attribute is cut off")) return;
    take(std::min(rest_.size(), (length_bytes + 3) / 4 * 4));
  }
}

/// OpenBSD's pf log, and others' after it: a header that states its own length, without the padding behind it.
void Decoder::packet_filter_log() {
  if (!has(2, "pflog header is cut off")) return;
  const std::size_t header_bytes = (std::size_t{rest_[0]} + 3) / 4 * 4;
  const std::uint8_t family = rest_[1];
  if (!has(header_bytes, "pflog header is cut off")) return;
  take(header_bytes);
  family_of_addresses(family);
}

/// OpenBSD's view of what IPsec encloses, unencrypted: family, index and flags, in the machine's byte order.
void Decoder::encapsulating_interface() {
  constexpr std::size_t header_bytes = 12;
  if (!has(header_bytes, "enc header is cut off")) return;
  std::uint32_t family = be32(rest_, 0);
  if (family > 0xffff) family = le32(rest_, 0);
  take(header_bytes);
  family_of_addresses(family);
}

/// Juniper's: a magic number, flags, and extensions that state their length.
void Decoder::juniper_ethernet() {
  constexpr std::uint8_t has_no_frame = 0x02, has_extensions = 0x80;
  if (!has(4, "Juniper header is cut off")) return;
  if (be32(rest_, 0) >> 8 != 0x4d4743) return problem(0, "Juniper header does not begin as it should");
  const std::uint8_t flags = rest_[3];
  take(4);
  if ((flags & has_extensions) != 0) {
    if (!has(2, "Juniper header is cut off")) return;
    const std::size_t extensions_bytes = be16(rest_, 0);
    take(2);
    if (!has(extensions_bytes, "Juniper header is cut off")) return;
    take(extensions_bytes);
  }
  if ((flags & has_no_frame) == 0) ethernet();
}

}  // namespace tcplab
