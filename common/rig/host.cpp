// The two hosts of a recording, and the one host of a loopback recording.
// Addresses are fixed: no two recordings can see each other.
#include "rig/host.hpp"

#include "rig/interface.hpp"
#include "rig/namespaces.hpp"
#include "rig/need.hpp"
#include "rig/sysctls.hpp"

namespace tcplab::rig {
namespace {

constexpr const char* wired_interface = "eth0";
constexpr int prefix_length = 24;

struct Identity {
  IpAddress address;
  MacAddress mac{};
};

Identity identity(End side) {
  const std::uint8_t number = side == End::client ? 1 : 2;
  return {IpAddress::v4(std::array<std::uint8_t, 4>{10, 0, 0, number}), {0x02, 0, 0, 0, 0, number}};
}

void configure_interface(End side) {
  const Identity self = identity(side);
  const Identity peer = identity(peer_of(side));
  set_mac(wired_interface, self.mac);
  set_address(wired_interface, self.address, prefix_length);
  set_up(wired_interface);
  set_neighbour(wired_interface, peer.address, peer.mac);
}

}  // namespace

std::string wired_address(End side) {
  return to_string(identity(side).address);
}

WiredHost make_wired_host(End side, AttachmentKind kind, const Sysctls& sysctls, const std::string& wire_end) {
  Fd network = make_network_namespace();
  {
    const Visit host(network.get());
    pin_sysctls();
  }
  Nic nic = attach(kind, network.get(), wired_interface, wire_end);
  const Need need = kind == AttachmentKind::tap ? Need::tun : Need::veth;
  InetDiag connections = [&] {
    const Visit host(network.get());
    needing(need, [&] { configure_interface(side); });
    set_sysctls(sysctls);
    return needing(Need::inet_diag, [] { return InetDiag(); });
  }();
  if (kind == AttachmentKind::veth) needing(need, [&] { await_operational(wire_end); });
  return {{std::move(network), wired_interface, std::move(connections)}, std::move(nic)};
}

void silence(const Host& host) {
  const Visit there(host.network.get());
  remove_address(host.interface);
}

Host make_loopback_host(const Sysctls& sysctls) {
  Fd network = make_network_namespace();
  const Visit host(network.get());
  pin_sysctls();
  needing(Need::network_namespace, [] { set_up(loopback_interface); });
  set_sysctls(sysctls);
  InetDiag connections = needing(Need::inet_diag, [] { return InetDiag(); });
  return {std::move(network), loopback_interface, std::move(connections)};
}

}  // namespace tcplab::rig
