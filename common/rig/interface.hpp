// Network interfaces: the two kinds that join a host to the wire, and their settings.
// Each call works on the network namespace of the calling thread, unless it says otherwise. netdevice(7), rtnetlink(7).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "packet/address.hpp"
#include "rig/fd.hpp"

namespace tcplab::rig {

using MacAddress = std::array<std::uint8_t, 6>;

/// Makes a TAP interface of this name; frames are read from and written to the descriptor. It lives as long as that.
Fd make_tap(const std::string& device_node, const std::string& name);

/// Makes a veth pair: `far_end` here, `near_end` in another network namespace.
void make_veth(const std::string& far_end, const std::string& near_end, int near_namespace);

/// A descriptor that, once bound, reads what arrives at an interface, and writes to it, frame by frame. packet(7).
Fd make_packet_socket();
void bind_packet_socket(int packets, const std::string& name);

/// Makes the host's kernel send frames as they must look on a wire: whole checksums, none longer than the MTU.
void switch_off_offloads(const std::string& name);

void set_mac(const std::string& name, const MacAddress& mac);
void set_address(const std::string& name, const IpAddress& address, int prefix_length);
/// From then on the interface's host can send nothing.
void remove_address(const std::string& name);
void set_up(const std::string& name);
/// Waits until the interface sends what it is given. An end of a veth pair begins to when a worker of the kernel has
/// noticed that its other end is up; what it is given before is lost, and nobody is told. (IFF_RUNNING is set before.)
void await_operational(const std::string& name);
/// Who has `address`: known for good, so that no ARP is sent.
void set_neighbour(const std::string& name, const IpAddress& address, const MacAddress& mac);

/// How many frames the interface has received, by its own count.
std::uint64_t frames_received(const std::string& name);

}  // namespace tcplab::rig
