// A host: a network namespace with one interface, the settings that keep traffic from varying, and a view of its
// connections. What runs on it is for child.hpp and recorder.hpp.
#pragma once

#include <map>
#include <string>

#include "packet/address.hpp"
#include "rig/fd.hpp"
#include "rig/inet_diag.hpp"
#include "rig/nic.hpp"
#include "tcp/end.hpp"

namespace tcplab::rig {

/// One of something for each end: `ends[End::client]`.
template <class T>
struct Both {
  T client, server;
  T& operator[](End side) { return side == End::client ? client : server; }
  const T& operator[](End side) const { return side == End::client ? client : server; }
};

constexpr const char* loopback_interface = "lo";

struct Host {
  Fd network;             ///< its network namespace
  std::string interface;  ///< "eth0" or "lo"
  InetDiag connections;
};

using Sysctls = std::map<std::string, std::string>;

struct WiredHost {
  Host host;
  Nic nic;
};

/// A host with an interface at its side's address that hangs on the wire. The calling thread must be in the wire's
/// namespace. `wire_end` names the wire's end of a veth pair there.
WiredHost make_wired_host(End side, AttachmentKind kind, const Sysctls& sysctls, const std::string& wire_end);
/// From then on it can send nothing, whatever becomes of its programs and connections.
void silence(const Host& host);

/// A host with nothing but its loopback interface.
Host make_loopback_host(const Sysctls& sysctls);

/// A host's address on the wire.
std::string wired_address(End side);

}  // namespace tcplab::rig
