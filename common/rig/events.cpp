// Writing an event is one write(2) to a file opened with O_APPEND, so lines of several writers never mix.
// A line that could not be written whole ends the recording.
#include "rig/events.hpp"

#include <fcntl.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <string_view>

#include "json/json_text.hpp"
#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

/// Seconds since the epoch, nine decimals.
std::string now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%09ld", static_cast<long long>(time.tv_sec), time.tv_nsec);
  return text;
}

/// ,"name":"text" where nothing in the text needs escaping.
std::string member(const char* name, std::string_view text) {
  return ",\"" + std::string(name) + "\":\"" + std::string(text) + '"';
}
/// The same for what people wrote.
std::string escaped_member(const char* name, const std::string& text) {
  return ",\"" + std::string(name) + "\":" + json_string(text);
}
std::string member(const char* name, std::uint64_t number) {
  return ",\"" + std::string(name) + "\":" + std::to_string(number);
}

std::string addresses(const IpHeader& ip, std::uint16_t source_port, std::uint16_t destination_port) {
  return member("source", to_string(Endpoint{ip.source, source_port})) +
         member("destination", to_string(Endpoint{ip.destination, destination_port}));
}

/// The segment, datagram or message, with its own numbers.
std::string segment_text(const Packet& packet) {
  const IpHeader& ip = *packet.ip;
  std::string text;
  if (const TcpSegment* segment = packet.tcp(); segment != nullptr) {
    text = R"({"protocol":"TCP")" + addresses(ip, segment->source_port, segment->destination_port) +
           member("flags", to_string(segment->flags)) + member("seq", segment->seq.value()) +
           member("ack", segment->ack.value()) + member("length", segment->payload_length_bytes);
  } else if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport); datagram != nullptr) {
    text = R"({"protocol":"UDP")" + addresses(ip, datagram->source_port, datagram->destination_port) +
           member("length", datagram->payload.size());
  } else if (const auto* message = std::get_if<IcmpMessage>(&packet.transport); message != nullptr) {
    text = R"({"protocol":"ICMP")" + member("source", to_string(ip.source)) +
           member("destination", to_string(ip.destination)) + member("type", message->type) +
           member("code", message->code);
  } else {
    text = R"({"protocol":"other")" + member("source", to_string(ip.source)) +
           member("destination", to_string(ip.destination));
  }
  return text + member("id", ip.identification) + "}";
}

}  // namespace

EventLog::EventLog(std::filesystem::path path) : path_(std::move(path)) {
  file_ = needing(Need::folder, [&] {
    return Fd(must(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666),
                   "create " + path_.string()));
  });
}

void EventLog::state(End host, State state, const Endpoint& local, const Endpoint& remote) {
  write(to_string(host), "state",
        member("state", to_string(state)) + member("local", to_string(local)) + member("remote", to_string(remote)));
}

void EventLog::wire(End host, const char* event, const Packet& packet, const std::string& rule) {
  if (!packet.ip) return;
  std::string members = member("event", event);
  if (!rule.empty()) members += escaped_member("rule", rule);
  write(to_string(host), "wire", members + ",\"segment\":" + segment_text(packet));
}

void EventLog::action(const std::string& host, const char* event, const std::string& rule) {
  write(host, "action", member("event", event) + escaped_member("rule", rule));
}

void EventLog::write(const std::string& host, const char* kind, const std::string& members) {
  const std::string line = R"({"time":")" + now() + '"' + member("host", host) + member("kind", kind) + members + "}\n";
  needing(Need::folder, [&] {
    const auto written = must(::write(file_.get(), line.data(), line.size()), "write " + path_.string());
    if (static_cast<std::size_t>(written) == line.size()) return;
    throw std::system_error(ENOSPC, std::generic_category(), "write " + path_.string());
  });
}

void EventLog::check() const {
  std::ifstream file(path_);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with('{') && line.ends_with('}') && !file.eof()) continue;
    throw RigError("read " + path_.string() + ": line " + std::to_string(number) + " is not whole",
                   "is the disk full? Each event must be one write of one line: " + line.substr(0, 80));
  }
}

}  // namespace tcplab::rig
