// Writing an event is one write(2) to a file opened with O_APPEND, so lines of several writers never mix.
// A line that could not be written whole ends the recording.
#include "rig/events.hpp"

#include <fcntl.h>

#include <cstdio>
#include <ctime>
#include <fstream>

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

}  // namespace

EventLog::EventLog(std::filesystem::path path) : path_(std::move(path)) {
  file_ = needing(Need::folder, [&] {
    return Fd(must(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666),
                   "create " + path_.string()));
  });
}

void EventLog::state(const std::string& host, State state, const Endpoint& local, const Endpoint& remote) {
  std::string line = R"({"time":")" + now() + R"(","host":")" + host + R"(","kind":"state","state":")";
  line += to_string(state);
  line += R"(","local":")" + to_string(local) + R"(","remote":")" + to_string(remote) + "\"}\n";
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
