// TPACKET_V2: slots of one size, each with a header whose status says whose it is.
#include "rig/packet_ring.hpp"

#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <atomic>
#include <utility>

#include "rig/fd.hpp"

namespace tcplab::rig {
namespace {

constexpr unsigned slot_bytes = 2048;  ///< a frame of 1,514 bytes with its header
constexpr unsigned slots = 4096;
constexpr unsigned block_bytes = 1U << 16;
constexpr std::size_t ring_bytes = std::size_t{slot_bytes} * slots;

tpacket2_hdr* header_at(std::uint8_t* memory, std::size_t place) {
  return reinterpret_cast<tpacket2_hdr*>(memory +
                                         place * slot_bytes);  // NOLINT(*-reinterpret-cast): the kernel's layout
}

/// The kernel reads and writes the status at any time.
std::atomic_ref<__u32> status_of(tpacket2_hdr* header) {
  return std::atomic_ref(header->tp_status);
}

}  // namespace

PacketRing::PacketRing(int socket) {
  const int version = TPACKET_V2;
  must(::setsockopt(socket, SOL_PACKET, PACKET_VERSION, &version, sizeof version), "choose a ring's layout");
  tpacket_req request{};
  request.tp_block_size = block_bytes;
  request.tp_block_nr = static_cast<unsigned>(ring_bytes / block_bytes);
  request.tp_frame_size = slot_bytes;
  request.tp_frame_nr = slots;
  must(::setsockopt(socket, SOL_PACKET, PACKET_RX_RING, &request, sizeof request), "make a ring for frames");
  void* const memory = ::mmap(nullptr, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, socket, 0);
  must(memory == MAP_FAILED ? -1 : 0, "map a ring for frames");
  memory_ = static_cast<std::uint8_t*>(memory);
}

PacketRing::PacketRing(PacketRing&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), place_(other.place_), is_reading_(other.is_reading_) {}

PacketRing& PacketRing::operator=(PacketRing&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(place_, other.place_);
  std::swap(is_reading_, other.is_reading_);
  return *this;
}

PacketRing::~PacketRing() {
  if (memory_ != nullptr) ::munmap(memory_, ring_bytes);
}

std::optional<std::span<const std::uint8_t>> PacketRing::next() {
  give_back();
  tpacket2_hdr* const header = header_at(memory_, place_);
  if ((status_of(header).load(std::memory_order_acquire) & TP_STATUS_USER) == 0) return std::nullopt;
  is_reading_ = true;
  const auto* const slot = memory_ + place_ * slot_bytes;
  return std::span(slot + header->tp_mac, header->tp_snaplen);
}

void PacketRing::give_back() {
  if (!std::exchange(is_reading_, false)) return;
  status_of(header_at(memory_, place_)).store(TP_STATUS_KERNEL, std::memory_order_release);
  place_ = (place_ + 1) % slots;
}

}  // namespace tcplab::rig
