// TAP or veth, chosen once, and the same frames from either.
// It does not read frames' contents.
#include "rig/nic.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <string>

#include "rig/interface.hpp"
#include "rig/namespaces.hpp"
#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

Nic attach_veth(int host_namespace, const std::string& name, const std::string& wire_end) {
  make_veth(wire_end, name, host_namespace);
  switch_off_offloads(wire_end);
  {
    const Visit host(host_namespace);
    switch_off_offloads(name);
  }
  set_up(wire_end);  // first: a packet socket on an interface that is down begins with an error
  Fd packets = make_packet_socket();
  PacketRing ring(packets.get());
  bind_packet_socket(packets.get(), wire_end);
  return {std::move(packets), std::move(ring)};
}

}  // namespace

std::string tun_device() {
  const char* named = std::getenv("TCPLAB_TUN");
  return named != nullptr ? named : "/dev/net/tun";
}

std::string_view to_string(AttachmentKind kind) {
  return kind == AttachmentKind::tap ? "tap" : "veth";
}

AttachmentKind choose_attachment() {
  if (const char* named = std::getenv("TCPLAB_ATTACHMENT"); named != nullptr) {
    if (std::string_view(named) == "tap") return AttachmentKind::tap;
    if (std::string_view(named) == "veth") return AttachmentKind::veth;
    throw RigError("TCPLAB_ATTACHMENT is \"" + std::string(named) + "\"",
                   "it may be tap or veth, or not be set at all");
  }
  const Fd tap(::open(tun_device().c_str(), O_RDWR | O_CLOEXEC));
  return tap ? AttachmentKind::tap : AttachmentKind::veth;
}

Nic attach(AttachmentKind kind, int host_namespace, const std::string& name, const std::string& wire_end) {
  if (kind == AttachmentKind::veth)
    return needing(Need::veth, [&] { return attach_veth(host_namespace, name, wire_end); });
  const Visit host(host_namespace);
  return Nic(needing(Need::tun, [&] { return make_tap(tun_device(), name); }));
}

std::optional<std::span<const std::uint8_t>> Nic::read() {
  if (ring_) return ring_->next();
  const ssize_t length = ::read(frames_.get(), buffer_.data(), buffer_.size());
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  return std::span(buffer_).first(static_cast<std::size_t>(must(length, "read a frame from a host")));
}

void Nic::write(std::span<const std::uint8_t> frame) {
  must(::write(frames_.get(), frame.data(), frame.size()), "give a frame to a host");
}

}  // namespace tcplab::rig
