// Builds frames for tests: a TCP segment in IPv4 or IPv6 in Ethernet, with the lengths and checksums a kernel would
// write. It shares no code with packet/ beyond the value types, so that neither can hide the other's errors.
//
//   frame({.source = v4_client, .destination = v4_server, .seq = SeqNum(1000), .flags = TcpFlags::syn})
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "packet/address.hpp"
#include "packet/seq_num.hpp"
#include "packet/tcp_flags.hpp"

namespace tcplab::test {

using Bytes = std::vector<std::uint8_t>;

/// The numbers at which arithmetic on 32 bits goes wrong first: use with GENERATE(from_range(edge_numbers)).
inline const std::vector<std::uint32_t> edge_numbers = {0, 0x7fffffff, 0xfffffff6};

// ---- bytes

inline Bytes be16_bytes(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
inline Bytes join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
inline Bytes be32_bytes(std::uint32_t value) {
  return join({be16_bytes(value >> 16), be16_bytes(value & 0xffff)});
}
inline Bytes text_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}
/// "45 00 01ff" as bytes.
inline Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  Bytes bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}
inline Bytes first(const Bytes& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}
inline Bytes& put_be16(Bytes& bytes, std::size_t at, std::size_t value) {
  bytes.at(at) = static_cast<std::uint8_t>(value >> 8);
  bytes.at(at + 1) = static_cast<std::uint8_t>(value);
  return bytes;
}

// ---- addresses

inline Endpoint endpoint(std::string_view address, std::uint16_t port) {
  const auto parsed = parse_ip_address(address);
  if (!parsed) throw std::invalid_argument("no address: " + std::string(address));
  return {*parsed, port};
}
inline const Endpoint v4_client = endpoint("10.0.0.1", 40000), v4_server = endpoint("10.0.0.2", 80);
inline const Endpoint v6_client = endpoint("2001:db8::1", 40000), v6_server = endpoint("2001:db8::2", 80);
inline Bytes address_bytes(const IpAddress& address) {
  return {address.bytes.begin(), address.bytes.begin() + (address.version == 6 ? 16 : 4)};
}

// ---- checksums, RFC 1071

inline std::uint16_t ones_complement_sum(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}
inline Bytes pseudo_header(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                           std::size_t length) {
  return join({address_bytes(source), address_bytes(destination), be32_bytes(static_cast<std::uint32_t>(length)),
               be32_bytes(protocol)});
}
inline std::size_t transport_checksum(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                                      const Bytes& transport) {
  return 0xffff &
         ~ones_complement_sum(join({pseudo_header(source, destination, protocol, transport.size()), transport}));
}

// ---- TCP

struct TcpFields {
  Endpoint source = v4_client, destination = v4_server;
  SeqNum seq = SeqNum(0), ack = SeqNum(0);
  TcpFlags flags = TcpFlags::ack;
  std::uint16_t window = 64240;
  std::uint16_t urgent_pointer = 0;
  Bytes options = {};  ///< padded with end-of-list to a multiple of four
  std::string payload = {};
  std::optional<std::uint16_t> checksum = std::nullopt;  ///< in place of the right one
};

inline Bytes tcp_segment(const TcpFields& fields) {
  Bytes options = fields.options;
  while (options.size() % 4 != 0) options.push_back(0);
  Bytes segment = join({be16_bytes(fields.source.port), be16_bytes(fields.destination.port),
                        be32_bytes(fields.seq.value()), be32_bytes(fields.ack.value()),
                        be16_bytes((20 + options.size()) / 4 << 12 | fields.flags.bits()), be16_bytes(fields.window),
                        be16_bytes(0), be16_bytes(fields.urgent_pointer), options, text_bytes(fields.payload)});
  const std::size_t right = transport_checksum(fields.source.address, fields.destination.address, 6, segment);
  return put_be16(segment, 16, fields.checksum ? *fields.checksum : right);
}

inline Bytes udp_datagram(const Endpoint& source, const Endpoint& destination, std::string_view payload) {
  Bytes datagram = join({be16_bytes(source.port), be16_bytes(destination.port), be16_bytes(8 + payload.size()),
                         be16_bytes(0), text_bytes(payload)});
  return put_be16(datagram, 6, transport_checksum(source.address, destination.address, 17, datagram));
}

// ---- IP and Ethernet

struct Ipv4Fields {
  IpAddress source = v4_client.address, destination = v4_server.address;
  std::uint8_t protocol = 6;
  std::uint8_t traffic_class = 0;
  std::uint16_t identification = 0;
  std::uint16_t fragment = 0;  ///< flags and offset: 0x2000 more fragments, below that the offset in 8 bytes
  Bytes options = {};          ///< a multiple of four
  std::optional<std::uint16_t> total_length = std::nullopt;  ///< in place of the right one
};

inline Bytes ipv4_packet(const Ipv4Fields& fields, const Bytes& payload) {
  const std::size_t header_bytes = 20 + fields.options.size();
  Bytes header = join({{static_cast<std::uint8_t>(0x40 | header_bytes / 4), fields.traffic_class},
                       be16_bytes(fields.total_length ? *fields.total_length : header_bytes + payload.size()),
                       be16_bytes(fields.identification),
                       be16_bytes(fields.fragment),
                       {64, fields.protocol},
                       be16_bytes(0),
                       address_bytes(fields.source),
                       address_bytes(fields.destination),
                       fields.options});
  put_be16(header, 10, 0xffff & ~ones_complement_sum(header));
  return join({header, payload});
}

struct Ipv6Fields {
  IpAddress source = v6_client.address, destination = v6_server.address;
  std::uint8_t next_header = 6;
  std::uint8_t traffic_class = 0;
  std::optional<std::uint16_t> payload_length = std::nullopt;  ///< in place of the right one
};

inline Bytes ipv6_packet(const Ipv6Fields& fields, const Bytes& payload) {
  return join({be32_bytes(6U << 28 | std::uint32_t{fields.traffic_class} << 20),
               be16_bytes(fields.payload_length ? *fields.payload_length : payload.size()),
               {fields.next_header, 64},
               address_bytes(fields.source),
               address_bytes(fields.destination),
               payload});
}

/// In the version of IP of its addresses; of them IPv4 has the identification.
inline Bytes ip_packet(const TcpFields& fields, std::uint16_t identification = 0) {
  const IpAddress &source = fields.source.address, &destination = fields.destination.address;
  if (source.version == 6) return ipv6_packet({.source = source, .destination = destination}, tcp_segment(fields));
  return ipv4_packet({.source = source, .destination = destination, .identification = identification},
                     tcp_segment(fields));
}

/// `body`: what an error quotes, say; `rest`: of the header.
inline Bytes icmp_packet(const Endpoint& from, const Endpoint& to, std::uint8_t type, std::uint8_t code,
                         const Bytes& body, std::uint32_t rest = 0) {
  const Bytes message = join({{type, code}, Bytes(2), be32_bytes(rest), body});
  if (from.address.version == 6)
    return ipv6_packet({.source = from.address, .destination = to.address, .next_header = 58}, message);
  return ipv4_packet({.source = from.address, .destination = to.address, .protocol = 1}, message);
}

inline Bytes ethernet(std::uint16_t type, const Bytes& payload) {
  return join({hex("0200 0000 0002 0200 0000 0001"), be16_bytes(type), payload});
}

/// A whole Ethernet frame, without padding.
inline Bytes frame(const TcpFields& fields) {
  return ethernet(fields.source.address.version == 6 ? 0x86dd : 0x0800, ip_packet(fields));
}

}  // namespace tcplab::test
