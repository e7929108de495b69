// scripts/record on a Mac, as far as that can be tried elsewhere: PATH has the tools that macOS has and no others, and
// those that differ are stubs (tests/scripts/macos/). What Apple's tools and macOS's own TCP do, this does not show.
#include <filesystem>
#include <fstream>
#include <regex>
#include <vector>

#include "scripts/mac.hpp"
#include "support/catch.hpp"

namespace fs = std::filesystem;
using tcplab::test::Mac;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string everything = "asio catch2 cmake cxxopts ninja nlohmann-json tomlplusplus wireshark";

}  // namespace

TEST_CASE("on a Mac what is missing is named by Homebrew's names, and nothing is installed") {
  Mac mac;
  mac.set("TCPLAB", "");
  mac.set("MAC_BREW", "cmake ninja openssl@3 asio-extras");
  const auto record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(record.err ==
        "error: these packages are missing: asio cxxopts tomlplusplus nlohmann-json\n"
        "hint: brew install asio cxxopts tomlplusplus nlohmann-json; or set TCPLAB_NO_INSTALL=1 to take the machine as "
        "it is\n");

  mac.set("MAC_BREW", "asio cmake cxxopts ninja nlohmann-json tomlplusplus");
  CHECK(has(mac.says("test", {}).err, "hint: brew install catch2 wireshark; "));
}

TEST_CASE("on a Mac without Apple's command line tools or Homebrew it is said how to get them") {
  Mac mac;
  mac.set("TCPLAB", "");
  mac.set("MAC_XCODE", "missing");
  auto record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(has(record.err, "hint: xcode-select --install\n"));

  mac.set("MAC_XCODE", "");
  mac.remove("brew");
  record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(has(record.err, "error: there is no Homebrew here, and it has what is needed: cmake ninja asio"));
  CHECK(has(record.err, "\nhint: https://brew.sh; "));
}

TEST_CASE("on a Mac scripts/record explains sudo before it asks for it") {
  Mac mac;
  mac.set("MAC_BPF", "closed");
  mac.set("MAC_SUDO", "refuses");
  const auto record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  const auto explained = record.err.find("note: only root may capture on lo0, so tcpdump is started through sudo");
  const auto refused = record.err.find("sudo: a password is required");
  REQUIRE(explained != std::string::npos);
  CHECK(explained < refused);
  CHECK(has(record.err, "It captures `tcp port 12345` on lo0 and nothing else"));
  CHECK(has(record.err, "error: cannot record: sudo was refused\nhint: without sudo: Wireshark's ChmodBPF"));
  CHECK(mac.log() ==
        std::vector<std::string>{"tcpdump -i lo0 -w - -U --immediate-mode -s 65535 tcp port 12345", "sudo -v"});
  CHECK(mac.recordings().empty());
}

TEST_CASE("on a Mac where nobody may capture and there is no sudo it is said what else there is") {
  Mac mac;
  mac.set("MAC_BPF", "closed");
  mac.remove("sudo");
  const auto record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(
      has(record.err, "error: cannot record: you may not capture on lo0, and there is no sudo\nhint: without sudo: "));
}

TEST_CASE("on a Mac without a tcpdump, or with one that does not capture, scripts/record says so") {
  Mac mac;
  mac.set("MAC_TCPDUMP", "broken");
  auto record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(record.err ==
        "error: cannot record: tcpdump does not capture on lo0: tcpdump: lo0: Device is not configured\n"
        "hint: try it by hand: tcpdump -i lo0 tcp port 12345\n");
  CHECK(mac.recordings().empty());

  if (fs::exists("/usr/sbin/tcpdump")) return;  // where the scripts would find it
  mac.remove("tcpdump");
  record = mac.says("record", {"hello"});
  CHECK(record.status == 2);
  CHECK(has(record.err, "error: cannot record: there is no tcpdump on the PATH\nhint: "));
}

TEST_CASE("on a Mac a wrong call of scripts/record is told what is wrong with it") {
  const Mac mac;
  const std::vector<std::pair<std::vector<std::string>, std::string>> calls = {
      {{}, "error: record which lab?\n"},
      {{"hello", "--all"}, "error: --all, or the labs by name?\n"},
      {{"hello", "--out"}, "error: --out takes a value\n"},
      {{"hello", "--port=0"}, "error: there is no port '0'\n"},
      {{"hello", "--port", "65536"}, "error: there is no port '65536'\n"},
      {{"hello", "--link", "wire"}, "error: there is no link 'wire' here\n"},
      {{"hello", "--times", "3"}, "error: --times is for recordings between two hosts, which need Linux\n"},
      {{"hello", "--rule=drop the client's 1st F."}, "is for recordings between two hosts, which need Linux\n"},
      {{"hello", "--fast"}, "error: there is no option '--fast'\n"},
      {{"helo"}, "error: there is no lab 'helo'\nhint: did you mean hello?"},
      {{"hello", "lost-fin"}, "error: lost-fin cannot be recorded here: it needs the wire between two hosts"},
      {{"options"}, "error: options cannot be recorded here: "},
  };
  for (const auto& [arguments, error] : calls) {
    const auto record = mac.says("record", arguments);
    CAPTURE(error, record.err);
    CHECK(record.status == 2);
    CHECK(has(record.err, error));
    CHECK(has(record.err, "\nhint: "));
  }
  CHECK(mac.log().empty());
  CHECK(mac.recordings().empty());
  const auto help = mac.says("record-loopback", {"--help"});
  CHECK(help.status == 0);
  CHECK(has(help.out, "scripts/record-loopback LAB...|--all [--out DIR] [--port N]"));
}

TEST_CASE("the scripts that serve on a Mac use nothing that came after bash 3.2") {
  const std::regex newer(
      R"(mapfile|readarray|coproc|&>>|\|&|(declare|local) -[Ang]|wait -n|\$\{[A-Za-z_]+(,,?|\^\^?|@[A-Za-z])|\[\[ -v |\[-1\]|%\()"
      R"(|EPOCHSECONDS|BASHPID|globstar|;&)");
  CHECK(std::regex_search("mapfile -t names", newer));
  CHECK(std::regex_search("echo ${name,,}", newer));
  CHECK(std::regex_search("local -A by_name", newer));
  for (const char* script : {"lib.sh", "record", "record-loopback", "test"}) {
    std::ifstream stream(fs::path(TCPLAB_SOURCE "/scripts") / script);
    REQUIRE(stream);
    for (std::string line; std::getline(stream, line);) {
      CAPTURE(script, line);
      CHECK_FALSE(std::regex_search(line, newer));
    }
  }
}
