#include "endpoint/event_log.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "endpoint/descriptor.hpp"
#include "json/json_text.hpp"

namespace tcplab {
namespace {

using Line = nlohmann::ordered_json;  // as docs/events.md prints them: the time first

std::string now() {
  using namespace std::chrono;
  const auto since = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%lld.%09lld", static_cast<long long>(since / 1'000'000'000),
                    static_cast<long long>(since % 1'000'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

Line call_line(const std::string& host, std::string_view name, const char* phase) {
  return {{"time", now()}, {"host", host}, {"kind", "call"}, {"name", name}, {"phase", phase}};
}

std::string printed(const Line& line) {
  // An error's text may be in the system's own encoding.
  return json_text(line) + '\n';
}

}  // namespace

EventLog::EventLog(std::string_view role) : descriptor_(inherited_descriptor("TCPLAB_EVENTS_FD")), host_(role) {
  if (const char* const name = std::getenv("TCPLAB_HOST")) host_ = name;
}

void EventLog::begin(std::string_view call) const {
  if (descriptor_) write(printed(call_line(host_, call, "begin")));
}

void EventLog::end(std::string_view call, std::string_view outcome, const SocketFacts& facts) const {
  if (!descriptor_) return;
  Line line = call_line(host_, call, "end");
  line["outcome"] = outcome;
  if (facts.state) line["state"] = to_string(*facts.state);
  if (!facts.local.empty()) line["local"] = facts.local;
  if (!facts.remote.empty()) line["remote"] = facts.remote;
  write(printed(line));
}

void EventLog::write(const std::string& line) const {
  errno = 0;
  if (!write_at_once(*descriptor_, line))
    throw std::system_error(errno, std::generic_category(),
                            "write to TCPLAB_EVENTS_FD " + std::to_string(*descriptor_));
}

}  // namespace tcplab
