// However a recording's caller ends, everything that the recording made ends with it.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "rig/recording.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

/// Both programs hang, long before their deadline.
RecordingPlan endless() {
  RecordingPlan result = plan("hang", "hang");
  result.deadline = std::chrono::seconds(60);
  return result;
}

/// Whether the programs are running: both captures and the event log are there, and what they hold was begun.
bool is_under_way(const std::filesystem::path& folder) {
  return files(folder).size() == 3;
}

std::vector<pid_t> processes() {
  std::vector<pid_t> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      all.push_back(std::stoi(name));
  }
  return all;
}

pid_t parent_of(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    if (word == "PPid:" && status >> word) return std::stoi(word);
  }
  return 0;
}

/// The process and all that descend from it.
std::set<pid_t> family_of(pid_t process) {
  std::set<pid_t> family{process};
  for (std::size_t size = 0; size != family.size();) {
    size = family.size();
    for (const pid_t other : processes()) {
      if (family.contains(parent_of(other))) family.insert(other);
    }
  }
  return family;
}

std::string network_of(pid_t process) {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/ns/net", ignored).string();
}

bool is_any_in(const std::set<std::string>& networks) {
  const auto all = processes();
  return std::any_of(all.begin(), all.end(), [&](pid_t process) { return networks.contains(network_of(process)); });
}

/// A process that records into the folders until it is killed. Its orphans become this process's children.
pid_t start_caller(const std::vector<TemporaryDirectory>& folders) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t caller = ::fork();
  if (caller == 0) {
    std::vector<Recording> recordings;
    for (const auto& folder : folders) recordings.emplace_back(endless(), folder.path());
    for (;;) ::pause();
  }
  return caller;
}

TEST_CASE("an interrupted recording says so and leaves no file") {
  require_namespaces();
  const TemporaryDirectory folder;
  Recording recording(endless(), folder.path());
  REQUIRE(eventually([&] { return is_under_way(folder.path()); }));
  recording.interrupt();
  try {
    recording.finish();
    FAIL("it was not interrupted");
  } catch (const RigError& error) {
    CHECK(error.interrupted());
  }
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a recording that nobody waits for is stopped where it goes out of scope") {
  require_namespaces();
  const TemporaryDirectory folder;
  {
    const Recording recording(endless(), folder.path());
    REQUIRE(eventually([&] { return is_under_way(folder.path()); }));
  }
  CHECK(files(folder.path()).empty());
}

TEST_CASE("when the caller is killed, no process, namespace or file of its recordings remains") {
  require_namespaces();
  const std::vector<TemporaryDirectory> folders(2);
  const pid_t caller = start_caller(folders);
  REQUIRE(caller > 0);
  // Per recording: the parent of the init, the init, two tcpdumps, server and client.
  REQUIRE(eventually([&] { return family_of(caller).size() == 1 + 2 * 6; }));
  std::set<std::string> networks;
  for (const pid_t process : family_of(caller)) networks.insert(network_of(process));
  networks.erase(network_of(::getpid()));
  networks.erase("");
  CHECK(networks.size() == 2 * 3);

  ::kill(caller, SIGKILL);
  CHECK(eventually([] {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return errno == ECHILD;
  }));
  CHECK(eventually([&] { return !is_any_in(networks); }));
  for (const auto& folder : folders) CHECK(files(folder.path()).empty());
}

TEST_CASE("when the rig is killed, its caller learns that there is no recording") {
  require_namespaces();
  const TemporaryDirectory folder;
  Recording recording(endless(), folder.path());
  REQUIRE(eventually([&] { return family_of(::getpid()).size() == 1 + 6; }));
  const auto family = family_of(::getpid());
  const auto parent =
      std::find_if(family.begin(), family.end(), [](pid_t process) { return parent_of(process) == ::getpid(); });
  REQUIRE(parent != family.end());
  ::kill(*parent, SIGKILL);
  CHECK_THROWS_AS(recording.finish(), RigError);
  CHECK(files(folder.path()).empty());
}

}  // namespace
}  // namespace tcplab::test
