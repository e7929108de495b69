#include "endpoint/lab.hpp"

#include <sstream>
#include <vector>

#include "support/catch.hpp"

using tcplab::Lab;
using tcplab::StepError;

namespace {

// What a lab program says on standard error while it lives.
class Narration {
 public:
  Narration() : usual_(std::cerr.rdbuf(text_.rdbuf())) {}
  Narration(const Narration&) = delete;
  Narration& operator=(const Narration&) = delete;
  ~Narration() { std::cerr.rdbuf(usual_); }

  [[nodiscard]] bool has(const std::string& part) const { return text_.str().find(part) != std::string::npos; }

 private:
  std::ostringstream text_;
  std::streambuf* usual_;
};

tcplab::Options options() {
  return tcplab::parse_options(tcplab::Role::client, {});
}

Lab::Call failing_with(const std::error_code& code) {
  return [code] { throw std::system_error(code); };
}

std::string error_of(const std::function<void()>& steps) {
  try {
    steps();
  } catch (const StepError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a step makes its call once and is narrated") {
  const Narration narration;
  Lab lab(tcplab::Role::client, options(), "client");
  int calls = 0;
  lab.step("send", [&] { ++calls; });
  CHECK(calls == 1);
  CHECK(narration.has("  send "));
}

TEST_CASE("a step that fails names itself and the address") {
  const Narration narration;
  Lab lab(tcplab::Role::client, options(), "client");
  const std::error_code refused = asio::error::connection_refused;
  CHECK(error_of([&] { lab.step("connect", failing_with(refused)); }) ==
        "connect to 127.0.0.1:12345: " + refused.message());
}

TEST_CASE("an attempt names the other end to connect to, and the own one to bind to, for either role") {
  const Narration narration;
  const std::vector<std::string> hosts = {"--host", "10.0.0.2", "--client", "10.0.0.1"};
  Lab client(tcplab::Role::client, tcplab::parse_options(tcplab::Role::client, hosts), "client");
  Lab server(tcplab::Role::server, tcplab::parse_options(tcplab::Role::server, hosts), "server");
  const std::error_code refused = asio::error::connection_refused;
  const auto attempt = [&](Lab& lab, const char* step) {
    const auto text = error_of([&] { lab.step(step, failing_with(refused)); });
    return text.substr(0, text.find(": "));
  };
  CHECK(attempt(client, "connect") == "connect to 10.0.0.2:12345");
  CHECK(attempt(client, "bind") == "bind to 10.0.0.1:12346");
  CHECK(attempt(server, "connect") == "connect to 10.0.0.1:12346");
  CHECK(attempt(server, "bind") == "bind to 10.0.0.2:12345");
  CHECK(attempt(server, "bind again") == "bind again to 10.0.0.2:12345");
  CHECK(attempt(server, "accept") == "accept on 10.0.0.2:12345");
}

TEST_CASE("a failure that the lab intends is told as such and is no error") {
  const Narration narration;
  Lab lab(tcplab::Role::client, options(), "client");
  const std::error_code reset = asio::error::connection_reset;
  lab.step_fails("receive", tcplab::reset, failing_with(reset));
  CHECK(narration.has("receive: " + reset.message() + ", as this lab intends"));
}

TEST_CASE("success is an error where the lab intends a failure") {
  const Narration narration;
  Lab lab(tcplab::Role::client, options(), "client");
  CHECK(error_of([&] { lab.step_fails("receive", tcplab::reset, [] {}); }) ==
        "receive: it succeeded, but this lab intends the connection to be reset");
}

TEST_CASE("another failure than the intended one is an error") {
  const Narration narration;
  Lab lab(tcplab::Role::client, options(), "client");
  const std::error_code other = asio::error::network_unreachable;
  CHECK(error_of([&] { lab.step_fails("connect", tcplab::refused, failing_with(other)); }) ==
        "connect to 127.0.0.1:12345: " + other.message() + ", but this lab intends the connection to be refused");
}
