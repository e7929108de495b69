// A packet socket's receive ring: the kernel puts frames into memory that it shares with us, so that a burst of any
// size that TCP's windows allow waits there. A socket's own buffer holds some ninety, and then the kernel drops without
// a word. packet(7), PACKET_RX_RING.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tcplab::rig {

class PacketRing {
 public:
  /// Of a packet socket that is not bound yet. Throws std::system_error.
  explicit PacketRing(int socket);
  PacketRing(PacketRing&& other) noexcept;
  PacketRing& operator=(PacketRing&& other) noexcept;
  ~PacketRing();

  /// The next frame, valid until the next call; nothing when there is none now.
  std::optional<std::span<const std::uint8_t>> next();

 private:
  void give_back();

  std::uint8_t* memory_ = nullptr;
  std::size_t place_ = 0;    ///< of the next frame
  bool is_reading_ = false;  ///< the frame at place_ is the caller's
};

}  // namespace tcplab::rig
