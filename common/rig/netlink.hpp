// Messages to and from the kernel over a netlink socket: built up, sent, and the answers handed out one by one.
// What a message means is for its user (inet_diag.cpp, interface.cpp). netlink(7).
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "rig/fd.hpp"

namespace tcplab::rig {

/// A request: a header, a fixed part, and attributes, which may hold others.
class NetlinkRequest {
 public:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  template <class Fixed>
  void put(const Fixed& fixed) {
    append(std::as_bytes(std::span(&fixed, 1)));
  }
  void attribute(std::uint16_t type, std::span<const std::byte> value);
  void attribute(std::uint16_t type, std::string_view value);
  void attribute(std::uint16_t type, std::uint32_t value) { attribute(type, std::as_bytes(std::span(&value, 1))); }
  /// An attribute that holds what `fill` adds.
  void nest(std::uint16_t type, const std::function<void()>& fill);

  /// The whole message, its length filled in.
  [[nodiscard]] std::span<const std::byte> bytes();

 private:
  void append(std::span<const std::byte> bytes);
  std::vector<std::byte> bytes_;
};

/// Belongs to the network namespace in which it was made.
class Netlink {
 public:
  explicit Netlink(int protocol);

  using Handler = std::function<void(std::uint16_t type, std::span<const std::byte> body)>;
  /// Sends a request and hands each answer to `handler`. The kernel's refusal is std::system_error with `attempt`.
  void request(std::span<const std::byte> message, const char* attempt, const Handler& handler = {});

 private:
  /// True when the answer is complete.
  static bool take(std::span<const std::byte> datagram, const char* attempt, const Handler& handler);
  Fd socket_;
  std::array<std::byte, 32768> buffer_{};
};

/// Reads a fixed part from the front of a message's body; zeros where the body is too short.
template <class Fixed>
Fixed fixed_part(std::span<const std::byte> body) {
  Fixed fixed{};
  std::memcpy(&fixed, body.data(), std::min(sizeof fixed, body.size()));
  return fixed;
}

/// The value of the first attribute of a type; empty if there is none.
std::span<const std::byte> find_attribute(std::span<const std::byte> attributes, std::uint16_t type);

}  // namespace tcplab::rig
