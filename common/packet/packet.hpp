// One captured frame, decoded: link header, IP, and what IP carries. Of a tunnel (IP in IP, GRE, VXLAN, Geneve, GTP-U,
// L2TP and others) it is the packet inside that is told: the one that the connection's ends have sent.
// It looks at one frame at a time and keeps no state; views point into the caller's bytes.
// Malformed input is data: what was readable is filled in and `problem` says where reading stopped and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "packet/address.hpp"
#include "packet/seq_num.hpp"
#include "packet/tcp_flags.hpp"

namespace tcplab {

/// The link types that can be decoded, numbered as in capture files (www.tcpdump.org/linktypes.html).
enum class LinkType : std::uint16_t {
  null = 0,
  ethernet = 1,
  token_ring = 6,
  arcnet_bsd = 7,
  ppp = 9,
  fddi = 10,
  ppp_hdlc = 50,
  ppp_ether = 51,
  atm_rfc1483 = 100,
  raw = 101,
  cisco_hdlc = 104,
  ieee802_11 = 105,
  frame_relay = 107,
  loop = 108,
  enc = 109,
  linux_sll = 113,
  pflog = 117,
  ieee802_11_radiotap = 127,
  arcnet_linux = 129,
  juniper_ethernet = 178,
  ppi = 192,
  ppp_with_direction = 204,
  cisco_hdlc_with_direction = 205,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,
  ip_over_infiniband = 242,
  linux_sll2 = 276
};

/// Where decoding stopped, counted in bytes from the start of the frame, and why ("IPv4 header is cut off").
struct Problem {
  std::size_t offset = 0;
  std::string_view what;     ///< a string literal
  bool is_in_whole = false;  ///< the offset is into the packet that fragments make, not into the frame
};
/// "TCP options reach beyond the header (54 bytes into the frame)".
std::string to_string(const Problem& problem);

struct IpHeader {
  IpAddress source, destination;
  std::optional<IpAddress> route_end;  ///< of a source route that is not used up yet
  std::uint8_t protocol = 0;           ///< of what follows the extension headers: 6 TCP, 17 UDP, 1 and 58 ICMP
  std::uint8_t hop_limit = 0;          ///< TTL
  std::uint8_t traffic_class = 0;      ///< DSCP and, in the low two bits, ECN
  std::uint32_t identification = 0;    ///< IPv4's, or a fragment header's
  std::uint16_t fragment_offset_bytes = 0;
  bool more_fragments = false;
  bool exceeds_frame = false;  ///< the header states more than the frame had on the wire, where the length below ends
  /// By the header, of what follows the extension headers; may exceed what was captured.
  std::uint32_t payload_length_bytes = 0;
  /// The one that the pseudo-header holds.
  [[nodiscard]] const IpAddress& final_destination() const { return route_end ? *route_end : destination; }
  [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset_bytes != 0; }
};

struct TcpSegment {
  std::uint16_t source_port = 0, destination_port = 0;
  SeqNum seq, ack;
  TcpFlags flags;
  std::uint16_t window = 0;  ///< as it stands, not scaled
  std::uint16_t checksum = 0;
  std::uint16_t urgent_pointer = 0;
  std::span<const std::uint8_t> options;   ///< what was captured of the option bytes
  std::span<const std::uint8_t> payload;   ///< what was captured of the data
  std::uint32_t payload_length_bytes = 0;  ///< of the data, by the IP header
  bool cut_off = false;          ///< not even the fixed header was whole: what lies behind the cut is zero above
  bool has_whole_header = true;  ///< of a sound length, and captured with all its options
  /// The numbers it consumes: its data, and one each for SYN and FIN.
  [[nodiscard]] std::uint32_t sequence_length() const {
    return payload_length_bytes + (flags.has(TcpFlags::syn) ? 1 : 0) + (flags.has(TcpFlags::fin) ? 1 : 0);
  }
};

struct UdpDatagram {
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint16_t length_bytes = 0, checksum = 0;
  std::span<const std::uint8_t> payload;
};

struct IcmpMessage {
  std::uint8_t type = 0, code = 0;
  std::uint32_t rest = 0;              ///< of the header, by the type: of "too big", the next network's MTU in bytes
  std::span<const std::uint8_t> body;  ///< behind the 8 bytes of header: for errors, the packet that caused it
};

/// What one frame has of an IP packet that came in several, captured whole.
struct Fragment {
  std::span<const std::uint8_t> headers;  ///< from the IP header to where the data begins
  std::span<const std::uint8_t> data;     ///< all that it has of the packet's
  std::uint8_t tunnels = 0;               ///< around it
  /// It is the first, and holds all headers, and every length in them is known without the others: what is told of it
  /// is what there is to tell of the packet.
  bool suffices = false;
};

struct Packet {
  std::optional<IpHeader> ip;  ///< nothing for ARP and other traffic
  std::variant<std::monostate, TcpSegment, UdpDatagram, IcmpMessage> transport;
  std::span<const std::uint8_t>
      ip_payload;  ///< what was captured behind the IP headers, cut at the length that IP states
  std::optional<Problem> problem;
  std::uint8_t tunnels = 0;  ///< how many were looked into; all of the above is the innermost packet's
  bool in_fragment = false;  ///< it, or a packet around it, is not whole: reassembly.hpp puts it together
  Fragment fragment;         ///< if so, the outermost

  /// The segment, if there is one whose fixed header is whole. What an ICMP error quotes of one is in `transport` only.
  [[nodiscard]] const TcpSegment* tcp() const {
    const auto* segment = std::get_if<TcpSegment>(&transport);
    return segment != nullptr && !segment->cut_off ? segment : nullptr;
  }
};

/// Decodes a frame of which `bytes` were captured. `original_length_bytes` is its length on the wire, where the capture
/// states it: no packet in the frame is longer, whatever its header says. 0 is for a packet of which that is not known,
/// as an ICMP error quotes it.
/// Never allocates and never throws.
Packet decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes = 0);
/// The same into a packet that may have been used before, which is cheaper than a new one for each frame.
void decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes, Packet& packet);

enum class Checksum {
  correct,
  wrong,
  snapped,    ///< not verifiable: the frame was not captured whole, or is a fragment
  offloaded,  ///< not verifiable: it holds the pseudo-header's sum only, which the network card would have completed
  absent      ///< no TCP or UDP, or a UDP datagram sent without one
};

/// The transport checksum, held against the bytes. RFC 9293 section 3.1, RFC 8200 section 8.1.
Checksum verify_checksum(const Packet& packet);
std::string_view to_string(Checksum checksum);

}  // namespace tcplab
