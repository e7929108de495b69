// scripts/record on a Mac, from end to end, with tools that are stubs (tests/scripts/macos/) and Linux's loopback in
// place of lo0.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "json/json_text.hpp"
#include "scripts/mac.hpp"
#include "support/catch.hpp"

namespace fs = std::filesystem;
using tcplab::test::Mac;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Skips where this machine lets nobody record; `doctor` says why.
void require_rig() {
  tcplab::test::Program doctor(TCPLAB_BUILD_DIRECTORY "/tcplab", {"doctor"});
  doctor.close_input();
  if (doctor.end() != 0) tcplab::test::skip("this machine cannot record:\n" + doctor.out());
}

}  // namespace

TEST_CASE("on a Mac scripts/record records hello on lo0 and holds it against the lab's ladder") {
  require_rig();
  const Mac mac;
  const auto record = mac.says_alone("record", {"hello"});
  CAPTURE(record.out, record.err);
  CHECK(record.status == 0);
  CHECK(record.err.empty());
  CHECK(has(record.out, "Opened by the three-way handshake"));
  CHECK(has(record.out, "hello: it matches the lab's ladder for macos, ladder.macos.txt, as"));
  CHECK(has(record.out, "\nFiles in recordings/hello/:\n  loopback.pcap\n  programs.txt\n  recording.json\n"));
  CHECK(mac.log() == std::vector<std::string>{"tcpdump -i lo0 -w - -U --immediate-mode -s 65535 tcp port 12345"});
  CHECK(mac.recordings() == std::set<std::string>{"hello"});

  std::ifstream stream(mac.home() / "recordings/hello/recording.json");
  const auto json = tcplab::json_from(stream);
  CHECK(json["lab"] == "hello");
  CHECK(json["command"] == "scripts/record hello");
  CHECK(json["kernel"] == "Darwin 23.5.0 arm64");
  CHECK(json["versions"]["tcpdump"] == "tcpdump version 4.99.1 -- Apple version 140.100.3");
  CHECK(json["link"]["attachment"] == "loopback");
  CHECK(json["matched"] == true);
}

TEST_CASE("on a Mac where only root may capture scripts/record goes through sudo, once for all labs") {
  require_rig();
  Mac mac;
  mac.set("MAC_BPF", "closed");
  const auto record =
      mac.says_alone("record", {"hello", "--port=23456", "half-close", "hello", "--out", "my \"own\" recordings"});
  CAPTURE(record.out, record.err);
  CHECK(record.status == 0);
  CHECK(has(record.out, "hello                  matched\nhalf-close             matched\n"));
  const std::string capture = "tcpdump -i lo0 -w - -U --immediate-mode -s 65535 tcp port 23456";
  const std::vector<std::string> log = mac.log();
  REQUIRE(log.size() == 6);
  CHECK(log[0] == capture);
  CHECK(log[1] == "sudo -v");
  CHECK(log[2] == "sudo -n sh -c");
  CHECK(log[3] == capture);
  CHECK(log[4] == "sudo -n sh -c");
  CHECK(log[5] == capture);
  const fs::path out = mac.home() / "my \"own\" recordings";
  CHECK(fs::exists(out / "hello/loopback.pcap"));
  std::ifstream stream(out / "half-close/recording.json");
  CHECK(has(tcplab::json_from(stream)["command"], "--out my \"own\" recordings"));
}

TEST_CASE("on a Mac a recording that differs is kept with exit status 1 and never written over") {
  require_rig();
  Mac mac;
  CHECK(mac.says_alone("record", {"four-segment-close"}).status == 0);
  const fs::path labs = mac.home() / "labs";
  fs::copy(TCPLAB_LABS_SOURCE, labs, fs::copy_options::recursive);
  fs::copy_file(labs / "three-segment-close/ladder.txt", labs / "four-segment-close/ladder.macos.txt",
                fs::copy_options::overwrite_existing);
  mac.set("TCPLAB_LABS", labs.string());

  const auto differing = mac.says_alone("record", {"four-segment-close"});
  CAPTURE(differing.out, differing.err);
  CHECK(differing.status == 1);
  CHECK(has(differing.out, "four-segment-close: it differs from the lab's ladder"));
  CHECK(has(differing.err, "note: the older recording is now recordings/four-segment-close.1\n"));
  CHECK(mac.recordings() == std::set<std::string>{"four-segment-close", "four-segment-close.1"});
}

TEST_CASE("on a Mac scripts/record with every lab records those that loopback can show and names the others") {
  require_rig();
  const Mac mac;
  const auto record = mac.says_alone("record", {"--all"});
  CAPTURE(record.out, record.err);
  CHECK(record.status == 0);
  CHECK(has(record.err, "of the labs, which need the wire between two hosts: "));
  CHECK(has(record.err, " simultaneous-open "));
  CHECK(has(record.out, "refused                matched\n"));
  CHECK_FALSE(has(record.out, "does not match"));
}
