// The settings that the rig pins, each with its reason, and how a setting is written and read back.
// It sets nothing outside net.*: everything else belongs to the whole machine.
#include "rig/sysctls.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "rig/fd.hpp"
#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

struct Pin {
  const char* name;
  const char* value;
  const char* reason;
};

constexpr auto pins = std::to_array<Pin>({
    {"net.ipv6.conf.all.disable_ipv6", "1", "no router solicitations or multicast reports between the segments"},
    {"net.ipv6.conf.default.disable_ipv6", "1", "the same, for the interface that is about to be made"},
    {"net.ipv4.tcp_congestion_control", "reno", "always there, and RFC 5681's own; the machine's default may pace"},
    {"net.ipv4.tcp_invalid_ratelimit", "0", "every challenge ACK and every ACK of a duplicate is sent"},
    {"net.ipv4.icmp_ratelimit", "0", "every port-unreachable is sent"},
    {"net.ipv4.tcp_no_metrics_save", "1", "one connection's round-trip time does not colour the next"},
    {"net.ipv4.tcp_syncookies", "0", "a full backlog shows; cookies would hide it"},
    {"net.ipv4.tcp_syn_linear_timeouts", "0",
     "SYNs back off from the first one on, as RFC 6298 has it and older kernels do"},
    {"net.ipv4.tcp_ecn", "2", "ECN is accepted, and asked for only where a lab says so"},
    {"net.ipv4.tcp_timestamps", "1", "options are those of a current Linux, whatever the distribution's kernel sets"},
    {"net.ipv4.tcp_sack", "1", "the same"},
    {"net.ipv4.tcp_window_scaling", "1", "the same"},
    {"net.ipv4.tcp_rmem", "4096 131072 6291456", "windows and their scale do not depend on the machine"},
    {"net.ipv4.tcp_wmem", "4096 16384 4194304", "the same, for how much a write puts on the wire"},
    {"net.ipv4.tcp_autocorking", "0", "a small write is sent when it is made, however busy the interface"},
    {"net.ipv4.tcp_comp_sack_nr", "0", "each segment out of order is acknowledged at once, not a few by a timer"},
    {"net.ipv4.tcp_backlog_ack_defer", "0", "no ACK is saved because the reader was just then reading"},
});

std::string path_of(std::string name) {
  std::replace(name.begin(), name.end(), '.', '/');
  return "/proc/sys/" + name;
}

/// The words of a value; the kernel prints tabs where people write blanks.
std::string words(const std::string& text) {
  std::istringstream in(text);
  std::string all, word;
  while (in >> word) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::string read_sysctl(const std::string& path, const std::string& attempt) {
  const Fd file(must(::open(path.c_str(), O_RDONLY | O_CLOEXEC), attempt));
  std::array<char, 512> text{};
  return words({text.data(), static_cast<std::size_t>(must(::read(file.get(), text.data(), text.size()), attempt))});
}

void set_sysctl(const std::string& name, const std::string& value) {
  const std::string attempt = "set " + name + " to \"" + value + "\"";
  const std::string path = path_of(name);
  {
    const Fd file(must(::open(path.c_str(), O_WRONLY | O_CLOEXEC), attempt));
    must(::write(file.get(), value.data(), value.size()), attempt);
  }
  const std::string now = read_sysctl(path, attempt);
  if (now != words(value))
    throw RigError(attempt + ": it is \"" + now + "\" afterwards", "give a value that the kernel takes");
}

}  // namespace

void pin_sysctls() {
  for (const Pin& pin : pins) {
    if (::access(path_of(pin.name).c_str(), F_OK) != 0) continue;
    needing(Need::sysctls, [&] { set_sysctl(pin.name, pin.value); });
  }
}

void set_sysctls(const std::map<std::string, std::string>& sysctls) {
  for (const auto& [name, value] : sysctls) {
    if (!name.starts_with("net.")) throw RigError("set " + name + ": not a setting of a host", "only net.* can be set");
    try {
      set_sysctl(name, value);
    } catch (const std::system_error& error) {
      const bool absent = error.code().value() == ENOENT;
      throw RigError(error.what(), absent ? "this kernel has no such setting for a host: sysctl -a --pattern " + name
                                          : "this kernel does not take that value, or keeps the setting to itself");
    }
  }
}

}  // namespace tcplab::rig
