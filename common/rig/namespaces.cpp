// Rootless namespaces: user_namespaces(7), capabilities(7).
// It creates; tearing down is the kernel's work when the last process or descriptor is gone.
#include "rig/namespaces.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cassert>
#include <fstream>
#include <string>

#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

constexpr std::array<unsigned, 3> kept_rights = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN};

using Rights = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Rights current_rights() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Rights rights{};
  must(::syscall(SYS_capget, &header, rights.data()), "read the process's capabilities");
  return rights;
}

void write_file(const char* path, const std::string& text) {
  const Fd file(must(::open(path, O_WRONLY | O_CLOEXEC), std::string("open ") + path));
  must(::write(file.get(), text.data(), text.size()), std::string("write ") + path);
}

/// Root of the machine, or of a container that lets it be: not the root of a user namespace that an ordinary user made.
bool is_full_root() {
  std::ifstream file("/proc/self/setgroups");
  std::string setgroups;
  file >> setgroups;
  return ::geteuid() == 0 && setgroups == "allow" && (current_rights()[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

/// The user keeps its own number inside, so that files belong to it on both sides. Only a root without rights becomes
/// user 1: tcpdump would want to change to another user, which no one may in here.
void map_ids(uid_t user, gid_t group) {
  const auto line = [](unsigned outside) {
    return std::to_string(outside == 0 ? 1 : outside) + " " + std::to_string(outside) + " 1";
  };
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", line(user));
  write_file("/proc/self/gid_map", line(group));
}

void make_rights_survive_exec() {
  Rights rights = current_rights();
  for (const unsigned right : kept_rights) rights[0].inheritable |= 1U << right;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  must(::syscall(SYS_capset, &header, rights.data()), "make capabilities inheritable");
  for (const unsigned right : kept_rights) {
    must(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0), "make capabilities ambient");
  }
}

void unshare_network_and_pids() {
  needing(Need::network_namespace,
          [] { must(::unshare(CLONE_NEWNET | CLONE_NEWPID), "create a network and a pid namespace"); });
}

}  // namespace

void enter_namespaces() {
  if (is_full_root()) {
    unshare_network_and_pids();
    return;
  }
  needing(Need::namespaces, [user = ::geteuid(), group = ::getegid()] {
    must(::unshare(CLONE_NEWUSER), "create a user namespace");
    map_ids(user, group);
    unshare_network_and_pids();
    make_rights_survive_exec();
  });
}

void drop_inherited_rights() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

namespace {
Fd current_network_namespace() {
  return Fd(must(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open /proc/thread-self/ns/net"));
}
}  // namespace

Fd make_network_namespace() {
  return needing(Need::network_namespace, [] {
    const Visit return_at_the_end(current_network_namespace().get());
    must(::unshare(CLONE_NEWNET), "create a network namespace");
    return current_network_namespace();
  });
}

Visit::Visit(int network_namespace) : home_(current_network_namespace()) {
  must(::setns(network_namespace, CLONE_NEWNET), "enter a network namespace");
}

Visit::~Visit() {
  [[maybe_unused]] const int result = ::setns(home_.get(), CLONE_NEWNET);
  assert(result == 0);  // nothing below could be trusted in the wrong namespace
}

}  // namespace tcplab::rig
