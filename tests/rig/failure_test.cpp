// What goes wrong with a program, a folder or tcpdump, and that no file is left that looks like a recording.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "rig/recording.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a server that ends before it listens is an error with its status and its last words") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RigError error = failure_of(plan("hello", "leave"), folder.path());
  CHECK(std::string(error.what()) ==
        "the server never said that it listens: it ended with status 3; it last said: changed my mind");
  CHECK_FALSE(error.interrupted());
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a program that crashes is an outcome") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("crash", "wait-for-input"), folder.path()).finish();
  CHECK(outcome.client.exit_status == 139);
  CHECK(contains(outcome.client.output, "about to crash"));
  CHECK(outcome.server.exit_status == 0);
}

TEST_CASE("a program that overstays its deadline is killed and named") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan hanging = plan("hang", "wait-for-input");
  hanging.deadline = std::chrono::seconds(1);
  const RigError error = failure_of(hanging, folder.path());
  CHECK(std::string(error.what()) ==
        "the client hangs: it still runs after its deadline of 1 s; it last said: going nowhere");
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a program that is not there is an error with its path") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan absent = plan("hello", "hello");
  absent.server.program.path = "/nowhere/server";
  CHECK(std::string(failure_of(absent, folder.path()).what()) == "execute /nowhere/server: No such file or directory");
}

TEST_CASE("a machine without tcpdump is told how to get it") {
  require_namespaces();
  const TemporaryDirectory folder, empty;
  const Environment nowhere("PATH", empty.path().c_str());
  const RigError error = failure_of(plan("hello", "hello"), folder.path());
  CHECK(contains(error.what(), "tcpdump"));
  CHECK(contains(error.hint(), "sudo apt-get install tcpdump"));
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a tcpdump that does not start is an error with its words") {
  require_namespaces();
  const TemporaryDirectory folder, path;
  path.write("tcpdump", "#!/bin/sh\necho no such luck >&2\nexit 1\n");
  std::filesystem::permissions(path.path() / "tcpdump", std::filesystem::perms::owner_all);
  const Environment only("PATH", path.path().c_str());
  CHECK(contains(failure_of(plan("hello", "hello"), folder.path()).what(), "no such luck"));
}

/// The error of a recording by a tcpdump that says `words` before anything else.
RigError failure_with_tcpdump_saying(const std::string& words) {
  const TemporaryDirectory folder;
  TemporaryDirectory path;
  path.write("tcpdump",
             "#!/bin/sh\nprintf '" + words + "' >&2\nPATH=/usr/bin:/usr/sbin:/bin:/sbin\nexec tcpdump \"$@\"\n");
  std::filesystem::permissions(path.path() / "tcpdump", std::filesystem::perms::owner_all);
  const Environment only("PATH", path.path().c_str());
  RigError error = failure_of(plan("hello", "hello"), folder.path());
  CHECK(files(folder.path()).empty());
  return error;
}

TEST_CASE("a tcpdump that missed frames, or does not say how many it had, makes no recording") {
  require_namespaces();
  const RigError missed = failure_with_tcpdump_saying(
      "\\n9 packets captured\\n9 packets received by filter\\n4 packets dropped by kernel\\n");
  CHECK(contains(missed.what(), "tcpdump missed frames: "));
  CHECK(contains(missed.what(), "it received 9, captured 9 and dropped 4"));
  CHECK(contains(missed.hint(), "record again"));
  CHECK(contains(failure_with_tcpdump_saying("\\nnothing was captured\\n").what(), "gave no counts: "));
}

TEST_CASE("an event log with a line that is no event makes no recording") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RigError error = failure_of(plan("scrawl", "hello"), folder.path());
  CHECK(contains(error.what(), "is not whole"));
  CHECK(contains(error.hint(), "Each event must be one write of one line: no event"));
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a way to hang on the wire that is none is refused by its name") {
  require_namespaces();
  const TemporaryDirectory folder;
  const Environment named("TCPLAB_ATTACHMENT", "cable");
  const RigError error = failure_of(plan("hello", "hello"), folder.path());
  CHECK(error.what() == std::string("TCPLAB_ATTACHMENT is \"cable\""));
  CHECK(error.hint() == "it may be tap or veth, or not be set at all");
}

bool enter_mount_namespace() {
  const bool entered = ::geteuid() == 0 ? ::unshare(CLONE_NEWNS) == 0 : enter_user_namespace(CLONE_NEWNS);
  return entered && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// What recording a megabyte into this folder says.
std::string error_of_recording_into(const std::filesystem::path& folder) {
  std::string text = "the recording succeeded";
  try {
    Recording(plan("hello", "much"), folder).finish();
  } catch (const RigError& error) {
    text = std::string(error.what()) + "\n" + error.hint() + "\n";
  }
  for (const std::string& name : files(folder)) text += "left: " + name + "\n";
  return text;
}

/// The same where the folder is a file system of its own, mounted where nobody else sees it.
std::string error_on_file_system(const TemporaryDirectory& folder, unsigned long flags, const char* options) {
  const std::string text = in_another_process([&] {
    const bool is_mounted =
        enter_mount_namespace() && ::mount("tmpfs", folder.path().c_str(), "tmpfs", flags, options) == 0;
    return is_mounted ? error_of_recording_into(folder.path()) : std::string();
  });
  if (text.empty()) skip("no file system can be mounted here");
  return text;
}

TEST_CASE("a disk that fills up is an error that says so, and where") {
  require_namespaces();
  for (const char* size : {"size=4k", "size=8k", "size=64k", "size=1200k"}) {
    const TemporaryDirectory folder;
    const std::string text = error_on_file_system(folder, 0, size);
    INFO(size << ": " << text);
    CHECK(contains(text, "No space left on device"));
    CHECK(contains(text, folder.path().string()));
    CHECK(contains(text, "the disk is full"));
    CHECK_FALSE(contains(text, "left: "));
  }
}

TEST_CASE("a folder that cannot be written to is an error that says so") {
  require_namespaces();
  const TemporaryDirectory folder;
  const std::string text = error_on_file_system(folder, MS_RDONLY, "");
  CHECK(contains(text, "create " + (folder.path() / "events.ndjson").string() + ": Read-only file system"));
  CHECK(contains(text, "name a folder that you may write to"));
}

}  // namespace
}  // namespace tcplab::test
