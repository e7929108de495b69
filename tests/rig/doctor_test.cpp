#include "rig/doctor.hpp"

#include <algorithm>
#include <fstream>

#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

Finding find(const std::vector<Finding>& findings, const std::string& subject) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](auto& one) { return one.subject == subject; });
  REQUIRE(found != findings.end());
  return *found;
}

TEST_CASE("every finding that is not good has a remedy, and every good one none") {
  const std::vector<Finding> findings = examine_machine();
  CHECK(findings.size() >= 3);
  for (const Finding& one : findings) {
    INFO(one.subject << ": " << one.detail);
    CHECK_FALSE(one.detail.empty());
    CHECK(one.remedy.empty() == (one.level == Finding::Level::good));
  }
}

TEST_CASE("tcpdump that is not on PATH is missing, with the command that installs it") {
  const TemporaryDirectory empty;
  const Environment nowhere("PATH", empty.path().c_str());
  const Finding tcpdump = find(examine_machine(), "tcpdump");
  CHECK(tcpdump.level == Finding::Level::missing);
  CHECK(tcpdump.remedy.find("sudo apt-get install tcpdump") != std::string::npos);
}

TEST_CASE("a tcpdump that does not run is missing, with its words") {
  TemporaryDirectory path;
  path.write("tcpdump", "#!/bin/sh\necho no such luck >&2\nexit 1\n");
  std::filesystem::permissions(path.path() / "tcpdump", std::filesystem::perms::owner_all);
  const Environment only("PATH", path.path().c_str());
  const Finding tcpdump = find(examine_machine(), "tcpdump");
  CHECK(tcpdump.level == Finding::Level::missing);
  CHECK(tcpdump.detail == (path.path() / "tcpdump").string() + " does not run: no such luck");
  CHECK(tcpdump.remedy.find("that you may run") != std::string::npos);
}

TEST_CASE("where user namespaces are switched off, doctor and record name the same remedy") {
  const TemporaryDirectory folder;
  const std::string text = in_another_process([&] {
    if (!enter_user_namespace()) return std::string();
    std::ofstream("/proc/sys/user/max_user_namespaces") << "0";
    const Finding namespaces = examine_machine().front();
    const RigError error = failure_of(plan("hello", "hello"), folder.path());
    return namespaces.detail + "\n" + namespaces.remedy + "\n" + error.what() + "\n" + error.hint();
  });
  if (text.empty()) skip("there are no user namespaces to begin with");
  const std::string both =
      "create a user namespace: No space left on device\n"
      "user namespaces are used up or switched off: sudo sysctl user.max_user_namespaces=15000";
  CHECK(text == both + "\n" + both);
}

TEST_CASE("a TAP node that cannot be opened makes the wire degraded, with what would open it") {
  require_namespaces();
  const Environment absent("TCPLAB_TUN", "/nowhere/tun");
  const Environment unforced("TCPLAB_ATTACHMENT", nullptr);
  const Finding wire = find(examine_machine(), "a host on the wire");
  CHECK(wire.level == Finding::Level::degraded);
  CHECK(wire.detail.find("/nowhere/tun") != std::string::npos);
}

}  // namespace
}  // namespace tcplab::test
