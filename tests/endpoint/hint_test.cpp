#include "endpoint/hint.hpp"

#include <asio/error.hpp>
#include <cerrno>

#include "support/catch.hpp"

using tcplab::Role;

namespace {

std::string hint(std::string_view step, const std::error_code& error, const std::string& host = "127.0.0.1",
                 Role role = Role::client) {
  tcplab::Options options;
  options.host = host;
  options.port = 12345;
  return tcplab::hint_for(step, error, role, options, "build/labs/hello/" + std::string(to_string(role)));
}

std::string server_hint(std::string_view step, const std::error_code& error) {
  return hint(step, error, "127.0.0.1", Role::server);
}

}  // namespace

TEST_CASE("a refused connect names the server that would answer it") {
  CHECK(hint("connect", asio::error::connection_refused) ==
        "start the server first: build/labs/hello/server --port 12345");
  CHECK(hint("connect", asio::error::connection_refused, "::1") ==
        "start the server first: build/labs/hello/server --port 12345 --ipv6");
  CHECK(hint("connect", asio::error::connection_refused, "10.0.0.2") ==
        "start the server first: build/labs/hello/server --port 12345 --host 10.0.0.2");
}

TEST_CASE("a port in use: who holds it, and how to take another") {
  const auto text = server_hint("bind", asio::error::address_in_use);
  CHECK(text.find("12345") != std::string::npos);
  CHECK(text.find("--port") != std::string::npos);
}

TEST_CASE("a client that binds takes the port behind the server's, and the hint is about that one") {
  CHECK(hint("bind", asio::error::address_in_use).find("12346") != std::string::npos);
}

TEST_CASE("a server that connects is not told to start the server") {
  CHECK(server_hint("connect", asio::error::connection_refused) ==
        "both ends must connect at the same moment: scripts/record hello");
}

TEST_CASE("an address of another machine cannot be bound") {
  const std::error_code not_ours(EADDRNOTAVAIL, asio::error::get_system_category());
  CHECK(server_hint("bind", not_ours) == "--host must be an address of this machine");
  CHECK(hint("bind", not_ours) == "--client must be an address of this machine");
}

TEST_CASE("no hint where there is nothing useful to say") {
  CHECK(hint("receive", asio::error::connection_reset).empty());
  CHECK(hint("connect", asio::error::timed_out).empty());
}
