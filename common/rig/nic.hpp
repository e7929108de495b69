// The wire's end of a host's cable: Ethernet frames come out of it and go into it.
// Whether the host hangs on it by TAP or by veth shows nowhere else. Nothing is delayed here; that is for wire.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rig/fd.hpp"
#include "rig/packet_ring.hpp"

namespace tcplab::rig {

enum class AttachmentKind { tap, veth };
std::string_view to_string(AttachmentKind kind);

/// The path of the TAP device node: /dev/net/tun, or what TCPLAB_TUN names.
std::string tun_device();

/// TAP where its device node can be opened, else veth. TCPLAB_ATTACHMENT=tap|veth decides it.
AttachmentKind choose_attachment();

class Nic {
 public:
  explicit Nic(Fd frames) : frames_(std::move(frames)) {}
  /// Reads from the socket's ring instead.
  Nic(Fd frames, PacketRing ring) : frames_(std::move(frames)), ring_(std::move(ring)) {}

  [[nodiscard]] int descriptor() const { return frames_.get(); }
  /// The next frame that the host has sent, valid until the next call; nothing when there is none now.
  std::optional<std::span<const std::uint8_t>> read();
  /// Gives the host a frame. Its kernel has usually dealt with it by the time this returns.
  void write(std::span<const std::uint8_t> frame);

 private:
  Fd frames_;
  std::optional<PacketRing> ring_;
  std::array<std::uint8_t, 65536> buffer_{};
};

/// Makes interface `name` in a host's network namespace, not yet up. Called in the wire's namespace.
Nic attach(AttachmentKind kind, int host_namespace, const std::string& name, const std::string& wire_end);

}  // namespace tcplab::rig
