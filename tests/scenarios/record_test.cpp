// `tcplab record` from end to end on two real kernels' stacks: every lab, and every way in which a recording can fail.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "json/json_text.hpp"
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
  return tcplab::json_from(stream);
}

/// Of a process, by its folder in /proc; empty if there is no such process any more.
std::vector<std::string> command_line(const fs::path& process) {
  std::ifstream stream(process / "cmdline", std::ios::binary);
  std::vector<std::string> words;
  // A process that goes away meanwhile ends the stream; through an iterator it would be an exception.
  for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
  return words;
}

bool names(const std::vector<std::string>& words, const std::string& text) {
  return std::ranges::any_of(words, [&](const std::string& word) { return word.find(text) != std::string::npos; });
}

/// Whether any process has `text` in its command line.
bool some_process_names(const std::string& text) {
  return std::ranges::any_of(fs::directory_iterator("/proc"),
                             [&](const auto& entry) { return names(command_line(entry.path()), text); });
}

/// Both tcpdumps of a recording into `out` run, so that its conversation is about to begin or has begun.
bool is_capturing(const TemporaryDirectory& out) {
  for (const auto& entry : fs::directory_iterator(out.path())) {
    std::error_code ignored;
    if (entry.is_directory() && fs::file_size(entry.path() / "client.pcap", ignored) > 24 && !ignored) return true;
  }
  return false;
}

/// The process that has started the tcpdumps of a recording into `out`.
pid_t rig_of(const TemporaryDirectory& out) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::vector<std::string> words = command_line(entry.path());
    const bool is_tcpdump = !words.empty() && words.front().ends_with("tcpdump");
    if (!is_tcpdump || !names(words, out.path().string())) continue;
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
  }
  return 0;
}

/// In the midst of the one recording into `out`, for a quarter of a second at least.
void make_rig_stand_still(const TemporaryDirectory& out) {
  REQUIRE(eventually([&] { return is_capturing(out); }, patience));
  const pid_t rig = rig_of(out);
  REQUIRE(rig > 0);
  REQUIRE(kill(rig, SIGSTOP) == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(250));
  REQUIRE(kill(rig, SIGCONT) == 0);
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
    CHECK_FALSE(json["link"].contains("unused_rules"));
    CHECK(json["connections"].size() >= 1);
    for (const auto& kernels : json["kernels"]) {
      for (const char* end : {"client", "server"}) CHECK(kernels["states"][end]["agrees"] == true);
    }
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
  CHECK(program.said("which need the wire"));
  CHECK(program.said("lost-fin"));
  CHECK_FALSE(fs::exists(out.path() / "lost-fin"));
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

TEST_CASE(
    "rules and settings of the command line are obeyed, kept, and said, and the ladder is compared all the same") {
  require_rig();
  const TemporaryDirectory out;
  const std::string rule = "drop the client's 1st F.";
  Program program(command(),
                  record(out, {"four-segment-close", "--rule", rule, "--set", "server:net.ipv4.tcp_sack=0"}));
  program.close_input();
  CHECK(program.end() == 1);
  INFO(program.out() << program.err());
  CHECK(program.out().find("With --rule \"" + rule + "\", --set server:net.ipv4.tcp_sack=0") != std::string::npos);
  CHECK(program.out().find("The first difference") != std::string::npos);
  const auto json = recording_json(out.path() / "four-segment-close");
  CHECK(json["link"]["rules"] == nlohmann::json{rule});
  CHECK(json["server"]["settings"]["net.ipv4.tcp_sack"] == "0");
  CHECK(json["client"]["settings"].empty());
  CHECK(json["matched"] == false);
}

TEST_CASE("with --no-rules the lab's own rules are left out") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"lost-fin", "--no-rules"}));
  program.close_input();
  CHECK(program.end() == 1);
  const auto json = recording_json(out.path() / "lost-fin");
  CHECK(json["link"]["rules"].empty());
  CHECK(json["ending"] == "four-segment");
  Program loopback(command(), record(out, {"lost-fin", "--no-rules", "--link", "loopback"}));
  loopback.close_input();
  CHECK(loopback.end() == 1);  // there, too, no FIN was lost
}

TEST_CASE("a rule whose moment never comes is named") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello", "--rule", "drop the client's 7th S"}));
  program.close_input();
  CHECK(program.end() == 0);
  CHECK(program.out().find("warning: what this rule waits for never came: drop the client's 7th S") !=
        std::string::npos);
  CHECK(recording_json(out.path() / "hello")["link"]["unused_rules"] == nlohmann::json{"drop the client's 7th S"});
}

TEST_CASE("a recording that takes long says once what is waited for, and nothing where its output is data") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"hello", "--delay", "700"})),
      data(command(), record(out, {"refused", "--delay", "1200", "--json"}));
  program.close_input();
  data.close_input();
  program.end();
  CHECK(program.err().find("hello takes longer than 2 s: the client is in ") == 0);
  CHECK(std::count(program.err().begin(), program.err().end(), '\n') == 1);
  data.end();
  CHECK(data.err().empty());
}

TEST_CASE("where the kernel forbids namespaces, record says the remedy, and what works all the same") {
  struct Case {
    std::string limit, remedy;
  };
  const Case cases[] = {{"max_user_namespaces", "sudo sysctl user.max_user_namespaces="},
                        {"max_net_namespaces", "sudo sysctl user.max_net_namespaces="}};
  for (const Case& forbidden : cases) {
    const TemporaryDirectory out;
    const std::string script =
        "echo 0 > /proc/sys/user/" + forbidden.limit + " || exit 99; exec \"$0\" record hello --out \"$1\"";
    Program program("/usr/bin/unshare",
                    {"--user", "--map-root-user", "/bin/sh", "-c", script, command(), out.path().string()});
    program.close_input();
    const int status = program.end();
    if (program.err().find("error: ") != 0) tcplab::test::skip("unshare does not work here: " + program.err());
    INFO(program.err());
    CHECK(status == 1);
    CHECK(std::count(program.err().begin(), program.err().end(), '\n') == 3);
    CHECK(program.said("\nhint: "));
    CHECK(program.said(forbidden.remedy));
    CHECK(program.said("\nhint: what works here all the same: `tcplab run hello` and `tcplab show "));
    CHECK(program.said("labs/hello/reference`"));
    CHECK(names_in(out.path()).empty());
  }
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

TEST_CASE("a connection that the lab's ladder does not have is a shortcoming") {
  require_rig();
  const TemporaryDirectory out, labs;
  fs::copy(fs::path(TCPLAB_LABS_SOURCE) / "time-wait-reopen", labs.path() / "time-wait-reopen",
           fs::copy_options::recursive);
  const fs::path file = labs.path() / "time-wait-reopen" / "ladder.txt";
  std::ifstream stream(file);
  const std::string ladders(std::istreambuf_iterator<char>(stream), {});
  REQUIRE(ladders.find("\n\n") != std::string::npos);
  std::ofstream(file) << ladders.substr(0, ladders.find("\n\n") + 1);
  Program program(command(), record(out, {"time-wait-reopen"}),
                  Surroundings{.environment = {{"TCPLAB_LABS", labs.path().string()}}, .descriptors = {}});
  program.close_input();
  CHECK(program.end() == 1);
  CHECK(recording_json(out.path() / "time-wait-reopen")["shortcoming"] ==
        "2 connections were captured, the lab's ladder has 1");
  CHECK(recording_json(out.path() / "time-wait-reopen")["connections"].size() == 2);
}

TEST_CASE("what does not match is recorded again where the machine stood still meanwhile, and that is said") {
  require_rig();
  const TemporaryDirectory out, labs;
  const fs::path lab = labs.path() / "lost-fin";
  fs::copy(fs::path(TCPLAB_LABS_SOURCE) / "lost-fin", lab, fs::copy_options::recursive);
  std::ofstream(lab / "lab.toml") << "title = 'Nothing is lost'\nsummary = 'So it does not match.'\n"
                                     "group = 'A whole conversation'\nrfc = []\n[link]\ndelay_ms = 300\n"
                                     "[client]\nprogram = 'hello'\n[server]\nprogram = 'hello'\n";
  Program program(command(), record(out, {"lost-fin"}),
                  Surroundings{.environment = {{"TCPLAB_LABS", labs.path().string()}}, .descriptors = {}});
  program.close_input();
  make_rig_stand_still(out);
  CHECK(program.end() == 1);
  INFO(program.err());
  CHECK(program.said("note: recorded again"));
  CHECK(names_in(out.path()) == std::set<std::string>{"lost-fin"});
}

TEST_CASE("what need not match is not recorded again, though the machine stood still") {
  require_rig();
  const TemporaryDirectory out;
  Program program(command(), record(out, {"lost-fin", "--no-rules", "--delay", "300"}));
  program.close_input();
  make_rig_stand_still(out);
  CHECK(program.end() == 1);
  CHECK_FALSE(program.said("recorded again"));
  CHECK(program.out().find("The machine stood still meanwhile, for up to ") != std::string::npos);
  CHECK(recording_json(out.path() / "lost-fin")["stood_still_ms"] > 80);
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

TEST_CASE("an output folder whose name is no UTF-8 is as good as any") {
  require_rig();
  const TemporaryDirectory out;
  const fs::path folder = out.path() / "\xff";
  Program program(command(), {"record", "hello", "--json", "--out", folder.string()});
  program.close_input();
  CHECK(program.end() == 0);
  CHECK(tcplab::json_from(program.out())["matched"] == true);
  CHECK(names_in(folder) == std::set<std::string>{"hello"});
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
