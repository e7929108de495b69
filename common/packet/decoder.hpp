// What decode() is made of: one frame, read from the outside in.
// Private to packet/. Each layer takes its header off `rest_` and calls the next; the first that cannot go on notes
// why.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "packet/bytes.hpp"
#include "packet/packet.hpp"

namespace tcplab {

constexpr std::uint8_t max_tunnels = 8;
constexpr std::size_t mac_addresses_bytes = 12;

/// What decode() does, for frames of every shape.
void decode_by_layers(LinkType link, ByteView bytes, std::uint32_t original_length_bytes, Packet& packet);

class Decoder {
 public:
  Decoder(ByteView frame, std::size_t original_length_bytes, Packet& packet)
      : packet_(packet),
        rest_(frame),
        end_(std::max(frame.size(), original_length_bytes)),
        is_end_known_(original_length_bytes != 0) {}

  void link(LinkType type);

 private:
  using Read = void (Decoder::*)();  ///< takes off one header, and goes on

  // link.cpp
  void rarer_link(LinkType type);
  void ethernet();
  void loopback(LinkType type);
  void linux_cooked(std::size_t header_bytes, std::size_t type_at);
  void family_of_addresses(std::uint32_t family);  ///< AF_INET or AF_INET6, of whichever system

  // link_llc.cpp
  void llc();
  void fddi();
  void token_ring();

  // link_wireless.cpp
  void ieee802_11(bool padded_to_words);
  void radiotap();
  void per_packet_information();

  // link_wan.cpp
  void ppp();
  void pppoe_session();
  void cisco_hdlc();
  void ppp_or_cisco_hdlc();
  void frame_relay();
  void behind_direction(Read read);

  // link_others.cpp
  void arcnet(std::size_t address_bytes);
  void ip_over_infiniband();
  void nflog();
  void packet_filter_log();
  void encapsulating_interface();
  void juniper_ethernet();

  // ether_type.cpp
  void ether_type(std::uint16_t type);
  bool tag(std::uint16_t& type);
  void backbone_bridge();
  void mpls();

  // ip.cpp
  void ip_of_either_version();
  void ipv4();
  void ipv6();
  void end_ip_header(std::size_t header_bytes, std::size_t payload_bytes);

  // ip_extensions.cpp
  void ip_payload(std::uint8_t protocol);
  bool extension(std::uint8_t protocol);
  void note_fragment();
  void routing_header();

  // transport.cpp
  void transport();
  void tcp();
  void tcp_fixed_header_in_part();
  void udp();
  void icmp();

  // tunnels.cpp
  void gre();
  void gre_payload(std::uint16_t type, bool has_sequence_number);
  void erspan(std::size_t header_bytes);
  void erspan_3();
  void ether_ip();

  // udp_tunnels.cpp
  void udp_tunnel(const UdpDatagram& datagram);
  void vxlan();
  void geneve();
  void gtp_u();
  void l2tp();
  void teredo();

  /// Goes on with `read` in a tunnel. What it finds becomes the packet; if that is not even an IP header, the packet
  /// stays what it was, but for the problem.
  void inside(Read read);
  /// The same where a tunnel is only likely: to find nothing is no problem then.
  void try_inside(Read read);
  /// Whether one more layer may be entered that could hold itself again; if not, that is the problem.
  bool may_nest();

  /// Whether `count` bytes are there; if not, that is the problem.
  bool has(std::size_t count, std::string_view otherwise);
  void take(std::size_t count);
  /// What follows ends after `count` bytes, if it did not before.
  void limit(std::size_t count);
  /// How many bytes there were on the wire.
  [[nodiscard]] std::size_t wire_bytes() const { return end_ - position_; }
  /// `at` counts from the start of `rest_`.
  void problem(std::size_t at, std::string_view what) { packet_.problem = Problem{position_ + at, what}; }

  Packet& packet_;
  ByteView rest_;             ///< what is not decoded yet; from IP on cut at the length that IP states
  ByteView from_ip_;          ///< from the innermost IP header on
  std::size_t position_ = 0;  ///< of `rest_` in the frame
  std::size_t end_;           ///< of the frame, or of the packet around, as it was on the wire
  bool is_end_known_;         ///< if not, that is the end of what was captured
  unsigned nested_ = 0;
};

inline bool Decoder::has(std::size_t count, std::string_view otherwise) {
  if (rest_.size() >= count) return true;
  problem(0, otherwise);
  return false;
}

inline void Decoder::take(std::size_t count) {
  rest_ = rest_.subspan(count);
  position_ += count;
}

inline void Decoder::limit(std::size_t count) {
  rest_ = rest_.first(std::min(rest_.size(), count));
  end_ = std::min(end_, position_ + count);
}

inline bool Decoder::may_nest() {
  constexpr unsigned deepest = 24;  // eight tunnels, with some headers each
  if (nested_ == deepest) return problem(0, "headers are nested too deep"), false;
  return ++nested_, true;
}

}  // namespace tcplab
