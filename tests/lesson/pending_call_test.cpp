#include "lesson/pending_call.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

std::string call(const char* host, const char* name, const char* phase) {
  return std::string(R"({"time":"1.000000000","host":")") + host + R"(","kind":"call","name":")" + name +
         R"(","phase":")" + phase + "\"}\n";
}

std::string pending(const std::string& events) {
  const test::TemporaryDirectory directory;
  const auto found = pending_call(directory.write("events.ndjson", events));
  return found ? std::string(to_string(found->host)) + " " + found->name : "none";
}

}  // namespace

TEST_CASE("what is waited for is the client's call that has not ended, else the server's") {
  const std::string accepting =
      call("server", "listen", "begin") + call("server", "listen", "end") + call("server", "accept", "begin");
  CHECK(pending(accepting) == "server accept");
  CHECK(pending(accepting + call("client", "connect", "begin")) == "client connect");
  CHECK(pending(accepting + call("client", "connect", "begin") + call("client", "connect", "end")) == "server accept");
  CHECK(pending(accepting + call("server", "accept", "end")) == "none");
}

TEST_CASE("a program that was killed waits for nothing more") {
  const std::string killed =
      R"({"time":"2.000000000","host":"client","kind":"action","event":"killed","rule":"kill the client"})";
  CHECK(pending(call("client", "receive", "begin") + killed + "\n") == "none");
  CHECK(pending(call("client", "receive", "begin") + killed + "\n" + call("client", "connect", "begin")) ==
        "client connect");
}

TEST_CASE("a log that is not there yet, or whose last line is being written, is no error") {
  CHECK_FALSE(pending_call("/nonexistent/events.ndjson"));
  CHECK(pending(call("server", "accept", "begin") + R"({"time":"2.0)") == "server accept");
}
