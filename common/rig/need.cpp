// The remedies, one function a need, by what the kernel answers in each known case.
// It looks at the machine only to tell two causes of the same errno apart.
#include "rig/need.hpp"

#include <cerrno>
#include <fstream>

namespace tcplab::rig {
namespace {

bool is_sysctl(const char* path, char value) {
  std::ifstream file(path);
  return file.get() == value;
}

std::string for_namespaces(int error_number) {
  if (error_number == ENOSPC || is_sysctl("/proc/sys/user/max_user_namespaces", '0')) {
    return "user namespaces are used up or switched off: sudo sysctl user.max_user_namespaces=15000";
  }
  if (is_sysctl("/proc/sys/kernel/unprivileged_userns_clone", '0')) {
    return "user namespaces are switched off: sudo sysctl kernel.unprivileged_userns_clone=1";
  }
  if (is_sysctl("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1')) {
    return "AppArmor takes the rights away inside user namespaces: "
           "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (error_number == EINVAL) return "this kernel has no user namespaces (CONFIG_USER_NS): record in a virtual machine";
  return "a container forbids namespaces: start it with "
         "--security-opt seccomp=unconfined --security-opt apparmor=unconfined, or with --privileged";
}

std::string for_tun(int error_number) {
  if (error_number == ENOENT || error_number == ENODEV || error_number == ENXIO) {
    return "sudo modprobe tun; in a container, start it with --device /dev/net/tun";
  }
  return "sudo chmod 666 /dev/net/tun, or name another device node in TCPLAB_TUN";
}

std::string for_folder(int error_number) {
  if (error_number == ENOSPC || error_number == EDQUOT)
    return "the disk is full: make room there, or name another folder";
  if (error_number == EACCES || error_number == EPERM || error_number == EROFS)
    return "name a folder that you may write to";
  return "name an existing, empty folder";
}

std::string for_tcpdump(int error_number) {
  if (error_number == ENOENT)
    return "install it: sudo apt-get install tcpdump (or dnf, pacman, apk), and have it on PATH";
  return "tcpdump must be one that you may run: ls -l \"$(command -v tcpdump)\"";
}

}  // namespace

std::string remedy(Need need, int error_number) {
  switch (need) {
    case Need::namespaces:
      return for_namespaces(error_number);
    case Need::network_namespace:
      if (error_number == ENOSPC) {
        return "network or pid namespaces are used up or switched off: "
               "sudo sysctl user.max_net_namespaces=15000 user.max_pid_namespaces=15000";
      }
      return for_namespaces(error_number);
    case Need::sysctls:
      if (error_number == EROFS)
        return "a container keeps /proc/sys read-only: start it with --security-opt systempaths=unconfined";
      return "tcplab doctor tells which settings this kernel offers";
    case Need::tun:
      return for_tun(error_number);
    case Need::veth:
      if (error_number == ETIMEDOUT) return "the machine was too busy; record again";
      return "sudo modprobe veth, or give access to TAP: sudo chmod 666 /dev/net/tun";
    case Need::inet_diag:
      return "sudo modprobe tcp_diag";
    case Need::tcpdump:
      return for_tcpdump(error_number);
    case Need::folder:
      return for_folder(error_number);
    case Need::program:
      return "build the programs first: cmake --build --preset dev";
  }
  return {};
}

}  // namespace tcplab::rig
