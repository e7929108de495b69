#include "lesson/pending_call.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "json/json_text.hpp"

namespace tcplab {

std::optional<PendingCall> pending_call(const std::filesystem::path& events) {
  std::ifstream stream(events);
  std::map<std::string, std::string> calls;  // by host
  for (std::string line; std::getline(stream, line);) {
    const auto event = json_if_whole(line);
    if (!event.is_object()) continue;  // a line that is being written
    const std::string host = event.value("host", ""), kind = event.value("kind", "");
    const std::string what = event.value("event", "");
    if (kind == "action" && (what == "killed" || what == "rebooted")) calls.erase(host);
    if (kind != "call") continue;
    if (event.value("phase", "") == "begin")
      calls[host] = event.value("name", "");
    else
      calls.erase(host);
  }
  for (const End end : {End::client, End::server}) {
    const auto call = calls.find(to_string(end));
    if (call != calls.end()) return PendingCall{end, call->second};
  }
  return std::nullopt;
}

}  // namespace tcplab
