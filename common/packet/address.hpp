// Internet addresses, and an address with a port.
// RFC 791, RFC 4291; texts follow RFC 5952.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tcplab {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< network order; an IPv4 address uses the first four, the rest are zero
  std::uint8_t version = 4;              ///< 4 or 6

  static IpAddress v4(std::span<const std::uint8_t, 4> from) {
    IpAddress address;
    address.assign(from);
    return address;
  }
  static IpAddress v6(std::span<const std::uint8_t, 16> from) {
    IpAddress address;
    address.assign(from);
    return address;
  }
  /// In place and by whole words, as addresses are read: a read over several smaller writes has to wait for them.
  void assign(std::span<const std::uint8_t, 4> from) {
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), from.data(), from.size());
    std::memcpy(bytes.data(), words.data(), sizeof words);
    version = 4;
  }
  void assign(std::span<const std::uint8_t, 16> from) {
    std::memcpy(bytes.data(), from.data(), from.size());
    version = 6;
  }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_string(const IpAddress& address);  ///< "10.0.0.1", "2001:db8::1"
/// The same, written to where there is room for so many bytes; says where it ends.
constexpr std::size_t address_text_bytes = 40;
char* write_address(char* at, const IpAddress& address);
std::string to_string(const Endpoint& endpoint);  ///< "10.0.0.1:80", "[2001:db8::1]:80"
/// The same, likewise.
constexpr std::size_t endpoint_text_bytes = address_text_bytes + std::string_view("[]:65535").size();
char* write_endpoint(char* at, const Endpoint& endpoint);
std::optional<IpAddress> parse_ip_address(std::string_view text);

}  // namespace tcplab
