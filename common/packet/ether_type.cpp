// What an EtherType announces: IP, or tags and labels with IP behind them, or (as a length) LLC.
// What the tags say, and which network they name, is not kept.
// IEEE 802.1Q and 802.1ah, Cisco's VN-Tag, RFC 3032 (MPLS), RFC 4448 (Ethernet in MPLS); PPPoE is in link_wan.cpp.
#include "packet/decoder.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

constexpr std::uint16_t longest_frame_bytes = 1500;  // up to here a type is a length
enum EtherType : std::uint16_t {
  type_ppp = 0x880b,
  type_mpls = 0x8847,
  type_mpls_multicast = 0x8848,
  type_pppoe_session = 0x8864,
  type_backbone_bridge = 0x88e7,
  type_vn_tag = 0x8926
};

/// 802.1Q, 802.1ad, and the two numbers that switches used for stacked tags before it.
constexpr bool is_vlan_tag(std::uint16_t type) {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

}  // namespace

void Decoder::ether_type(std::uint16_t type) {
  if (!may_nest()) return;
  while (is_vlan_tag(type) || type == type_vn_tag) {
    if (!tag(type)) return;
  }
  if (type <= longest_frame_bytes) return limit(type), llc();
  switch (type) {
    case type_ipv4:
      return ipv4();
    case type_ipv6:
      return ipv6();
    case type_mpls:
    case type_mpls_multicast:
      return mpls();
    case type_pppoe_session:
      return pppoe_session();
    case type_ppp:
      return ppp();
    case type_backbone_bridge:
      return backbone_bridge();
    default:
      return;
  }
}

/// Takes off what stands between `type` and the next type, and the latter.
bool Decoder::tag(std::uint16_t& type) {
  const std::size_t tag_bytes = type == type_vn_tag ? 4 : 2;
  if (!has(tag_bytes + 2, "VLAN tag is cut off")) return false;
  type = be16(rest_, tag_bytes);
  take(tag_bytes + 2);
  return true;
}

/// Four bytes name the service; the customer's frame follows.
void Decoder::backbone_bridge() {
  if (!has(4, "802.1ah tag is cut off")) return;
  take(4);
  ethernet();
}

/// Labels do not say what is behind them: mostly it is IP, which its first bits tell. RFC 4928 section 3.
void Decoder::mpls() {
  constexpr std::uint8_t bottom_of_stack = 1;
  bool is_bottom = false;
  while (!is_bottom) {
    if (!has(4, "MPLS label is cut off")) return;
    is_bottom = (rest_[2] & bottom_of_stack) != 0;
    take(4);
  }
  if (rest_.empty()) return problem(0, "MPLS payload is cut off");
  const unsigned version = rest_[0] >> 4;
  if (version == 4 || version == 6) return ip_of_either_version();
  if (version != 0 || rest_.size() < 4) return;
  take(4);  // a control word, and a frame: RFC 4448 section 4.6
  try_inside(&Decoder::ethernet);
}

}  // namespace tcplab
