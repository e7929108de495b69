// Each need of the rig, tried once in a rig process of its own, in the order in which a recording meets them.
// The remedies are need.cpp's; nothing outlives the examination.
#include "rig/doctor.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "json/json_text.hpp"
#include "rig/child.hpp"
#include "rig/host.hpp"
#include "rig/inet_diag.hpp"
#include "rig/need.hpp"
#include "rig/rig_process.hpp"
#include "rig/sysctls.hpp"

namespace tcplab {
namespace {

using rig::Need;
using Level = Finding::Level;

constexpr std::uintmax_t least_free_mib = 16;

/// What `attempt` found out, or what kept it from working.
Finding finding(const std::string& subject, const std::function<std::string()>& attempt) {
  try {
    return {Level::good, subject, attempt(), ""};
  } catch (const RigError& error) {
    return {Level::missing, subject, error.what(), error.hint()};
  } catch (const std::exception& error) {
    return {Level::missing, subject, error.what(), ""};
  }
}

Finding examine_wire() {
  Finding result = finding("a host on the wire", [] {
    const auto kind = rig::choose_attachment();
    rig::make_wired_host(End::client, kind, {}, "client");
    return "can be made, by " + std::string(to_string(kind));
  });
  const rig::Fd tun(::open(rig::tun_device().c_str(), O_RDWR | O_CLOEXEC));
  if (result.level != Level::good || tun) return result;
  const std::error_code error(errno, std::generic_category());
  return {Level::degraded, result.subject,
          result.detail + ", since " + rig::tun_device() + " cannot be opened: " + error.message(),
          remedy(Need::tun, error.value())};
}

/// In the order in which a recording meets them.
std::vector<Finding> examine_inside() {
  return {
      {Level::good, "namespaces", "can be made", ""},
      finding("settings of a host",
              [] {
                rig::make_loopback_host({{"net.ipv4.tcp_sack", "0"}});
                return "can be set";
              }),
      finding("inet_diag",
              [] {
                rig::needing(Need::inet_diag, [] { rig::InetDiag().all(); });
                return "answers";
              }),
      examine_wire(),
  };
}

Finding examine_tcpdump() {
  return finding("tcpdump", [] {
    return rig::needing(Need::tcpdump, [] {
      rig::Loop loop;
      rig::ChildPlan plan;
      plan.path = rig::find_on_path("tcpdump");
      plan.arguments = {"--version"};
      rig::Child tcpdump(plan, loop);
      loop.run_until([&] { return tcpdump.has_ended(); }, rig::Loop::Clock::now() + std::chrono::seconds(10));
      if (tcpdump.has_ended() && tcpdump.exit_status() == 0)
        return tcpdump.output().substr(0, tcpdump.output().find('\n'));
      throw RigError(plan.path + " does not run: " + tcpdump.last_words(), remedy(Need::tcpdump, EACCES));
    });
  });
}

Finding examine_folder() {
  return finding("temporary folder", [] {
    return rig::needing(Need::folder, [] {
      const auto folder = std::filesystem::temp_directory_path();
      rig::must(::access(folder.c_str(), W_OK), "write into " + folder.string());
      const auto free_mib = std::filesystem::space(folder).available >> 20;
      std::string detail = folder.string() + " has " + std::to_string(free_mib) + " MiB free";
      if (free_mib < least_free_mib) throw RigError(detail, remedy(Need::folder, ENOSPC));
      return detail;
    });
  });
}

std::string to_line(const std::vector<Finding>& findings) {
  auto lines = nlohmann::json::array();
  for (const Finding& one : findings) lines.push_back({one.level, one.subject, one.detail, one.remedy});
  return json_text(lines) + "\n";
}

/// The findings of a rig process, or the one thing that kept it from starting.
std::vector<Finding> findings_from(const std::string& line) {
  const auto lines = json_from(line);
  if (lines.is_object()) return {{Level::missing, "namespaces", lines.at("error"), lines.at("hint")}};
  std::vector<Finding> findings;
  for (const auto& one : lines) findings.push_back({one.at(0), one.at(1), one.at(2), one.at(3)});
  return findings;
}

}  // namespace

std::vector<Finding> examine_machine() {
  rig::RigProcess process = rig::start_rig_process([](int) { return to_line(examine_inside()); });
  std::vector<Finding> findings = findings_from(rig::read_line(process.socket.get()));
  ::waitpid(process.process, nullptr, 0);
  findings.push_back(examine_tcpdump());
  findings.push_back(examine_folder());
  return findings;
}

}  // namespace tcplab
