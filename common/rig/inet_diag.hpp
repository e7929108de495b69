// The kernel's own answer to "in which state is this end?".
// It asks; when to ask and what to make of a change is for kernel_states.hpp. sock_diag(7).
#pragma once

#include <optional>
#include <vector>

#include "packet/address.hpp"
#include "rig/netlink.hpp"
#include "tcp/state.hpp"

namespace tcplab::rig {

/// Sees the TCP ends of the network namespace in which it was made.
class InetDiag {
 public:
  InetDiag();

  /// The state of the end with exactly these addresses. Where there is none: LISTEN if a listener would take a SYN to
  /// `local`, else CLOSED.
  State state_of(const Endpoint& local, const Endpoint& remote);

  /// The states of all ends of both IP versions, listeners too.
  std::vector<State> all();

 private:
  Netlink netlink_;
};

}  // namespace tcplab::rig
