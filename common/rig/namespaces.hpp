// Namespaces: one user and pid namespace for a whole recording, a network namespace for each host.
// What is inside a network namespace is for host.hpp.
#pragma once

#include "rig/fd.hpp"

namespace tcplab::rig {

/// Takes the calling process, which must have one thread, into a user and a network namespace of its own, with the
/// rights over them that survive an exec. Its next child is the init of a new pid namespace: when that one dies, so do
/// all in it. Where the caller is root with every right, the user namespace is left out: root needs none.
void enter_namespaces();

/// Gives up the rights that an exec would hand on; for programs that need none.
void drop_inherited_rights();

/// Makes a network namespace. The caller stays where it is.
Fd make_network_namespace();

/// Puts the calling thread into a network namespace until the end of the scope.
class Visit {
 public:
  explicit Visit(int network_namespace);
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit();

 private:
  Fd home_;
};

}  // namespace tcplab::rig
