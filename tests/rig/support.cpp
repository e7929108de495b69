#include "rig/support.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "json/json_text.hpp"
#include "packet/packet.hpp"
#include "rig/doctor.hpp"
#include "rig/rig_process.hpp"
#include "support/catch.hpp"

namespace tcplab::test {

Environment::Environment(std::string name, const char* value) : name_(std::move(name)) {
  const char* before = std::getenv(name_.c_str());
  was_set_ = before != nullptr;
  if (was_set_) before_ = before;
  value != nullptr ? ::setenv(name_.c_str(), value, 1) : ::unsetenv(name_.c_str());
}

Environment::~Environment() {
  was_set_ ? ::setenv(name_.c_str(), before_.c_str(), 1) : ::unsetenv(name_.c_str());
}

RecordingPlan plan(const std::string& client, const std::string& server) {
  RecordingPlan result;
  result.client.program = {TCPLAB_RIG_PEER, {client}};
  result.server.program = {TCPLAB_RIG_PEER, {server}};
  result.delay = std::chrono::milliseconds(2);
  // On a wire as short as this a tail loss probe is due after 10 ms, which a busy machine may take to acknowledge.
  result.client.sysctls = result.server.sysctls = {{"net.ipv4.tcp_early_retrans", "0"}};
  return result;
}

void require_namespaces() {
  static const std::vector<Finding> findings = examine_machine();
  for (const Finding& one : findings) {
    if (one.level == Finding::Level::missing) skip(one.subject + ": " + one.detail + "; " + one.remedy);
  }
}

std::string in_another_process(const std::function<std::string()>& work) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = rig::fork_with_one_thread();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string text = work();
    [[maybe_unused]] const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(ends[0], text.data(), text.size()), 0)));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

bool enter_user_namespace(int other_namespaces) {
  const std::string user = std::to_string(::geteuid()), group = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER | other_namespaces) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << user + " " + user + " 1";
  std::ofstream("/proc/self/gid_map") << group + " " + group + " 1";
  return true;
}

RigError failure_of(const RecordingPlan& plan, const std::filesystem::path& folder) {
  try {
    Recording(plan, folder).finish();
  } catch (const RigError& error) {
    return error;
  }
  FAIL("the recording succeeded");
  return {"", ""};
}

std::vector<std::vector<std::uint8_t>> frames(const std::filesystem::path& capture) {
  std::ifstream file(capture, std::ios::binary);
  file.ignore(24);
  std::vector<std::vector<std::uint8_t>> all;
  for (std::array<std::uint32_t, 4> header{}; file.read(reinterpret_cast<char*>(header.data()), sizeof header);) {
    all.emplace_back(header[2]);
    file.read(reinterpret_cast<char*>(all.back().data()), static_cast<std::streamsize>(all.back().size()));
  }
  return all;
}

Texts segments(const std::filesystem::path& capture) {
  const Checksum expected = capture.filename() == "loopback.pcap" ? Checksum::offloaded : Checksum::correct;
  Texts texts;
  for (const auto& frame : frames(capture)) {
    const Packet packet = decode(LinkType::ethernet, frame);
    if (const TcpSegment* segment = packet.tcp(); segment != nullptr) {
      const auto length = segment->payload_length_bytes;
      texts.push_back((segment->destination_port == 12345 ? "> " : "< ") + to_string(segment->flags) +
                      (length > 0 ? " " + std::to_string(length) : ""));
      const Checksum checksum = verify_checksum(packet);
      if (checksum != expected) texts.back() += " " + std::string(to_string(checksum));
    } else {
      texts.emplace_back("not TCP");
    }
  }
  return texts;
}

Texts states(const std::filesystem::path& events, const std::string& host) {
  std::ifstream file(events);
  Texts texts;
  for (std::string line; std::getline(file, line);) {
    const auto event = json_from(line);
    if (event.at("kind") == "state" && event.at("host") == host) texts.push_back(event.at("state"));
  }
  return texts;
}

Texts wire_events(const std::filesystem::path& events) {
  std::ifstream file(events);
  Texts texts;
  for (std::string line; std::getline(file, line);) {
    const auto event = json_from(line);
    if (event.at("kind") != "wire" && event.at("kind") != "action") continue;
    std::string text = event.at("host").get<std::string>() + " " + event.at("event").get<std::string>();
    if (event.contains("segment")) text += " " + event["segment"].value("flags", "");
    texts.push_back(text);
  }
  return texts;
}

Texts files(const std::filesystem::path& folder) {
  Texts names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tcplab::test
