// What decode() is made of: one frame, read from the outside in.
// Private to packet/. Each layer takes its header off `rest_` and calls the next; the first that cannot go on notes
// why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "packet/bytes.hpp"
#include "packet/packet.hpp"

namespace tcplab {

class Decoder {
 public:
  Decoder(ByteView frame, std::size_t original_length_bytes, Packet& packet)
      : packet_(packet), rest_(frame), end_(original_length_bytes) {}

  void link(LinkType type);

 private:
  // link.cpp
  void ethernet();
  void loopback(LinkType type);
  void linux_cooked(std::size_t header_bytes, std::size_t type_at);
  void ether_type(std::uint16_t type);

  // ip.cpp
  void ip_of_either_version();
  void ipv4();
  void ipv6();
  void end_ip_header(std::size_t header_bytes, std::size_t payload_bytes);

  // ip_extensions.cpp
  void ip_payload(std::uint8_t protocol);
  bool extension(std::uint8_t protocol);
  void fragment_header();
  void routing_header();

  // transport.cpp
  void transport();
  void tcp();
  void tcp_fixed_header_in_part();
  void udp();
  void icmp();

  /// Whether `count` bytes are there; if not, that is the problem.
  bool has(std::size_t count, std::string_view otherwise);
  void take(std::size_t count);
  /// `at` counts from the start of `rest_`.
  void problem(std::size_t at, std::string_view what) { packet_.problem = Problem{position_ + at, what}; }

  Packet& packet_;
  ByteView rest_;             ///< what is not decoded yet; from IP on cut at the length that IP states
  std::size_t position_ = 0;  ///< of `rest_` in the frame
  std::size_t end_;           ///< of the frame as it was on the wire
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

}  // namespace tcplab
