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

  static IpAddress v4(std::span<const std::uint8_t, 4> from) { return of(from, 4); }
  static IpAddress v6(std::span<const std::uint8_t, 16> from) { return of(from, 6); }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  template <std::size_t size>
  static IpAddress of(std::span<const std::uint8_t, size> from, std::uint8_t version) {
    IpAddress address;
    std::memcpy(address.bytes.data(), from.data(), size);
    address.version = version;
    return address;
  }
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_string(const IpAddress& address);  ///< "10.0.0.1", "2001:db8::1"
std::string to_string(const Endpoint& endpoint);  ///< "10.0.0.1:80", "[2001:db8::1]:80"
std::optional<IpAddress> parse_ip_address(std::string_view text);

}  // namespace tcplab
