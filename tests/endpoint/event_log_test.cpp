// What a program writes for the recorder: docs/events.md, and the readiness byte.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "endpoint/lab_program.hpp"
#include "json/json_text.hpp"
#include "support/catch.hpp"

using nlohmann::json;
using tcplab::test::LabProgram;
using tcplab::test::Surroundings;

namespace {

class EventFile {
 public:
  EventFile() {
    const int created = ::mkstemp(path_.data());
    ::close(created);
    descriptor_ = ::open(path_.data(), O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;
  ~EventFile() {
    ::close(descriptor_);
    ::unlink(path_.data());
  }

  [[nodiscard]] Surroundings surroundings(const std::string& host) const {
    return {{{"TCPLAB_EVENTS_FD", std::to_string(descriptor_)}, {"TCPLAB_HOST", host}}, {descriptor_}};
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Only those of `host`, in order.
  [[nodiscard]] std::vector<json> lines(const std::string& host) const {
    std::vector<json> found;
    std::ifstream file(path_.data());
    for (std::string line; std::getline(file, line);)
      if (auto event = tcplab::json_from(line); event.at("host") == host) found.push_back(std::move(event));
    return found;
  }

 private:
  std::array<char, 32> path_{"/tmp/tcplab-events-XXXXXX"};
  int descriptor_ = -1;
};

std::vector<std::string> names_of_ends(const std::vector<json>& events) {
  std::vector<std::string> names;
  for (const auto& event : events)
    if (event.at("phase") == "end") names.push_back(event.at("name"));
  return names;
}

json end_of(const std::vector<json>& events, const std::string& name) {
  for (const auto& event : events)
    if (event.at("phase") == "end" && event.at("name") == name) return event;
  return {};
}

}  // namespace

TEST_CASE("both programs write their calls into one event log") {
  const EventFile file;
  LabProgram server("hello/server", {"--port", "0"}, file.surroundings("server"));
  const auto port = server.port();
  LabProgram client("hello/client", {"--port", port}, file.surroundings("client"));
  REQUIRE(client.end() == 0);
  REQUIRE(server.end() == 0);

  const auto ours = file.lines("client");
  CHECK(names_of_ends(ours) == std::vector<std::string>{"connect", "receive", "acknowledge", "shutdown", "close"});
  CHECK(names_of_ends(file.lines("server")) ==
        std::vector<std::string>{"bind", "listen", "accept", "send", "wait for ACK", "shutdown", "receive", "close"});

  std::string before;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    CHECK(ours[i].at("kind") == "call");
    CHECK(ours[i].at("phase") == (i % 2 == 0 ? "begin" : "end"));
    const auto time = ours[i].at("time").get<std::string>();
    CHECK(time.size() - time.find('.') == 10);
    CHECK(before <= time);
    before = time;
  }
  CHECK(end_of(ours, "connect").at("outcome") == "ok");
  CHECK(end_of(ours, "connect").at("remote") == "127.0.0.1:" + port);
  CHECK(end_of(ours, "connect").at("local").get<std::string>().starts_with("127.0.0.1:"));
  CHECK(end_of(ours, "receive").at("state") == "CLOSE-WAIT");
  CHECK(end_of(file.lines("server"), "receive").at("remote") == end_of(ours, "connect").at("local"));
#ifdef __linux__
  CHECK(end_of(file.lines("server"), "receive").at("state") == "TIME-WAIT");
#endif
  CHECK_FALSE(end_of(ours, "close").contains("state"));
  CHECK(end_of(file.lines("server"), "listen").at("state") == "LISTEN");
  CHECK(end_of(file.lines("server"), "listen").at("local") == "127.0.0.1:" + port);
}

TEST_CASE("an intended failure is in the event log with its text") {
  const EventFile file;
  LabProgram server("refused/server", {"--port", "0"});
  LabProgram client("refused/client", {"--port", server.port()}, file.surroundings("client"));
  REQUIRE(client.end() == 0);
  const auto outcome = end_of(file.lines("client"), "connect").at("outcome").get<std::string>();
  CHECK(outcome == std::make_error_code(std::errc::connection_refused).message());
}

TEST_CASE("a call that met its deadline has an end in the event log") {
  const EventFile file;
  LabProgram server("hello/server", {"--port", "0", "--timeout", "1"}, file.surroundings("server"));
  REQUIRE(server.end() == 124);
  CHECK(end_of(file.lines("server"), "accept").at("outcome") == "no answer within 1 s");
}

TEST_CASE("without TCPLAB_HOST a program's role names its host") {
  const EventFile file;
  auto surroundings = file.surroundings("");
  surroundings.environment.erase("TCPLAB_HOST");
  LabProgram server("hello/server", {"--port", "0", "--timeout", "1"}, surroundings);
  server.end();
  CHECK_FALSE(file.lines("server").empty());
}

TEST_CASE("an event log that cannot be written is an error and not a silence") {
  LabProgram wrong("hello/server", {"--port", "0"}, {{{"TCPLAB_EVENTS_FD", "three"}}, {}});
  CHECK(wrong.end() == 1);
  CHECK(wrong.said("TCPLAB_EVENTS_FD is not a descriptor: 'three'"));
  LabProgram closed("hello/server", {"--port", "0"}, {{{"TCPLAB_EVENTS_FD", "999"}}, {}});
  CHECK(closed.end() == 1);
  CHECK(closed.said("write to TCPLAB_EVENTS_FD 999: "));
}

TEST_CASE("a server that is in place writes one byte and closes the descriptor") {
  for (const auto* lab : {"hello/server", "refused/server"}) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    LabProgram server(lab, {"--port", "0"}, {{{"TCPLAB_READY_FD", std::to_string(ends[1])}}, {ends[1]}});
    ::close(ends[1]);
    server.port();
    std::array<char, 4> bytes{};
    CHECK(::read(ends[0], bytes.data(), bytes.size()) == 1);
    CHECK(::read(ends[0], bytes.data(), bytes.size()) == 0);
    ::close(ends[0]);
  }
}
