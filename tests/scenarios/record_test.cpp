// `tcplab record` from end to end on two real kernels' stacks: every lab, and every way in which a recording can fail.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "lesson/syllabus.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

namespace fs = std::filesystem;
using tcplab::test::eventually;
using tcplab::test::Program;
using tcplab::test::Surroundings;
using tcplab::test::TemporaryDirectory;

namespace {

constexpr auto patience = std::chrono::seconds(20);

std::string command() {
  return TCPLAB_BUILD_DIRECTORY "/tcplab";
}

/// Skips where this machine lets nobody record; `doctor` says why.
void require_rig() {
  Program doctor(command(), {"doctor"});
  doctor.close_input();
  if (doctor.end() != 0) tcplab::test::skip("this machine cannot record:\n" + doctor.out());
}

std::vector<std::string> record(const TemporaryDirectory& out, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "record");
  arguments.insert(arguments.end(), {"--out", out.path().string()});
  return arguments;
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

nlohmann::json recording_json(const fs::path& folder) {
  std::ifstream stream(folder / "recording.json");
  return nlohmann::json::parse(stream);
}

/// Whether any process has `text` in its command line.
bool some_process_names(const std::string& text) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream stream(entry.path() / "cmdline", std::ios::binary);
    const std::string line(std::istreambuf_iterator<char>(stream), {});
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

/// Both tcpdumps of a recording into `out` run, so that its conversation is about to begin or has begun.
bool is_capturing(const TemporaryDirectory& out) {
  for (const auto& entry : fs::directory_iterator(out.path())) {
    std::error_code ignored;
    if (entry.is_directory() && fs::file_size(entry.path() / "client.pcap", ignored) > 24 && !ignored) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every lab's live recording matches its ladder, and both kernels agree with the states") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"--all"}));
  program.close_input();
  const int status = program.end();
  INFO(program.out() << program.err());
  CHECK(status == 0);
  const auto syllabus = tcplab::Syllabus::find(TCPLAB_BUILD_DIRECTORY);
  for (const std::string& lab : syllabus.names()) {
    INFO(lab);
    REQUIRE(fs::exists(out.path() / lab / "recording.json"));
    const auto json = recording_json(out.path() / lab);
    CHECK(json["matched"] == true);
    for (const char* end : {"client", "server"}) CHECK(json["states"][end]["agrees"] == true);
  }
}

TEST_CASE("every lab's recording on loopback matches as one end's view") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"--all", "--link", "loopback"}));
  program.close_input();
  const int status = program.end();
  INFO(program.out() << program.err());
  CHECK(status == 0);
  CHECK(fs::exists(out.path() / "hello" / "loopback.pcap"));
}

TEST_CASE("one recording prints the ladder, the verdict, whether it matches, and where the files are") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello"}));
  program.close_input();
  CHECK(program.end() == 0);
  for (const char* part : {"SYN-SENT", "server closed first", "Both kernels reported exactly these states",
                           "It matches the lab's ladder", "client.pcap", "events.ndjson"}) {
    INFO(part);
    CHECK(program.out().find(part) != std::string::npos);
  }
  CHECK(program.err().empty());
}

TEST_CASE("a series keeps the first of each ladder with its count") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"refused", "--times", "4"}));
  program.close_input();
  CHECK(program.end() == 0);
  CHECK(program.out().find("4 of 4 matched") != std::string::npos);
  CHECK(names_in(out.path()) == std::set<std::string>{"refused"});
  CHECK(recording_json(out.path() / "refused")["count"] == 4);
}

TEST_CASE("an older recording is kept beside the new one") {
  require_rig();
  const TemporaryDirectory out;
  for (const char* said : {"", "refused.1", "refused.2"}) {
    Program program(command(), record(out, {"refused"}));
    program.close_input();
    CHECK(program.end() == 0);
    CHECK(program.said(said));
  }
  CHECK(names_in(out.path()) == std::set<std::string>{"refused", "refused.1", "refused.2"});
}

TEST_CASE("Ctrl-C stops a recording in order: exit code 130, no files, no processes") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello", "--delay", "5000"}));
  REQUIRE(eventually([&] { return is_capturing(out); }, patience));
  program.interrupt();
  CHECK(program.end() == 130);
  CHECK(program.said("interrupted"));
  CHECK(names_in(out.path()).empty());
  CHECK_FALSE(some_process_names(out.path().string()));
}

TEST_CASE("SIGKILL leaves no process behind, and nothing that looks like a recording") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello", "--delay", "5000"}));
  REQUIRE(eventually([&] { return is_capturing(out); }, patience));
  program.kill();
  CHECK(program.end() == 128 + SIGKILL);
  CHECK(eventually([&] { return !some_process_names(out.path().string()); }, patience));
  for (const std::string& name : names_in(out.path())) CHECK(name.front() == '.');
}

TEST_CASE("a program that fails is an outcome: what it said is shown, and the exit code is 1") {
  require_rig();
  const TemporaryDirectory out, labs;
  fs::copy(fs::path(TCPLAB_LABS_SOURCE) / "hello", labs.path() / "hello", fs::copy_options::recursive);
  std::ofstream(labs.path() / "hello" / "lab.toml", std::ios::app) << "\n[client]\narguments = ['--no-such-option']\n";
  Program program(command(), record(out, {"hello"}),
                  Surroundings{.environment = {{"TCPLAB_LABS", labs.path().string()}}, .descriptors = {}});
  program.close_input();
  CHECK(program.end() == 1);
  const std::string all = program.out() + program.err();
  INFO(all);
  CHECK(all.find("no-such-option") != std::string::npos);
}

TEST_CASE("without tcpdump the error names the package") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello"}),
                  Surroundings{.environment = {{"PATH", "/nonexistent"}}, .descriptors = {}});
  program.close_input();
  CHECK(program.end() == 1);
  CHECK(program.said("tcpdump"));
  CHECK(program.said("apt-get install tcpdump"));
  CHECK(names_in(out.path()).empty());
}

TEST_CASE("an output folder that cannot be made is named") {
  Program program(command(), {"record", "hello", "--out", "/proc/nowhere"});
  program.close_input();
  CHECK(program.end() == 2);
  CHECK(program.said("cannot make the folder /proc/nowhere"));
}

TEST_CASE("a full disk is an error, and leaves no recording") {
  require_rig();
  const TemporaryDirectory out;
  // A mount of its own, which goes with the shell: 20 kB hold the folder, not the captures.
  const std::string script =
      "mount -t tmpfs -o size=20k none \"$1\" && head -c 16384 /dev/zero > \"$1/ballast\" && \"$0\" record hello --out "
      "\"$1\"; "
      "status=$?; ls \"$1\"; exit $status";
  Program program("/usr/bin/unshare", {"--user", "--map-current-user", "--keep-caps", "--mount", "/bin/sh", "-c",
                                       script, command(), out.path().string()});
  program.close_input();
  CHECK(program.end() == 1);
  INFO(program.out() << program.err());
  CHECK(program.said("No space left on device"));
  CHECK(program.out() == "ballast\n");
}
