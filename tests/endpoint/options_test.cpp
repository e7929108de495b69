#include "endpoint/options.hpp"

#include <sstream>

#include "support/catch.hpp"

using tcplab::parse_options;
using tcplab::Role;

namespace {

std::string error_of(const std::vector<std::string>& arguments, Role role = Role::client) {
  try {
    parse_options(role, arguments);
  } catch (const tcplab::UsageError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("without options both programs meet at 127.0.0.1:12345") {
  for (const auto role : {Role::client, Role::server}) {
    const auto options = parse_options(role, {});
    CHECK(options.host == "127.0.0.1");
    CHECK(options.client == "127.0.0.1");
    CHECK(options.port == 12345);
    CHECK(options.timeout == std::chrono::seconds(60));
    CHECK_FALSE(options.help);
  }
}

TEST_CASE("the option --ipv6 means ::1") {
  CHECK(parse_options(Role::server, {"--ipv6"}).host == "::1");
}

TEST_CASE("the option --host takes an address of either kind") {
  CHECK(parse_options(Role::client, {"--host", "10.0.0.2"}).host == "10.0.0.2");
  CHECK(parse_options(Role::client, {"--host=fe80::1"}).host == "fe80::1");
  CHECK(parse_options(Role::client, {"--ipv6", "--host", "::1"}).host == "::1");
}

TEST_CASE("a host that is no address is named") {
  CHECK(error_of({"--host", "example"}) == "--host: 'example' is not an IP address such as 127.0.0.1 or ::1");
  CHECK(error_of({"--host", "127.0.0.1", "--ipv6"}) ==
        "--host: '127.0.0.1' is not an IPv6 address, as --ipv6 asks for");
}

TEST_CASE("the client's address is this machine's, of the server's kind, unless --client says another") {
  CHECK(parse_options(Role::server, {"--ipv6"}).client == "::1");
  CHECK(parse_options(Role::client, {"--host", "fe80::1"}).client == "::1");
  CHECK(parse_options(Role::client, {"--host", "10.0.0.2"}).client == "127.0.0.1");
  CHECK(parse_options(Role::server, {"--host", "10.0.0.2", "--client", "10.0.0.1"}).client == "10.0.0.1");
}

TEST_CASE("a client's address that cannot be is named") {
  CHECK(error_of({"--client", "example"}) == "--client: 'example' is not an IP address such as 127.0.0.1 or ::1");
  CHECK(error_of({"--client", "10.0.0.1", "--ipv6"}) ==
        "--client: '10.0.0.1' is not of the same kind as the server's address ::1");
  CHECK(error_of({"--client", "::1"}) == "--client: '::1' is not of the same kind as the server's address 127.0.0.1");
}

TEST_CASE("a client that binds has the port behind the server's, or the one before the last") {
  CHECK(tcplab::client_port(parse_options(Role::client, {})) == 12346);
  CHECK(tcplab::client_port(parse_options(Role::client, {"--port", "65535"})) == 65534);
}

TEST_CASE("a port that is none is named") {
  CHECK(error_of({"--port", "70000"}) == "--port: '70000' is not a number from 1 to 65535");
  CHECK(error_of({"--port", "http"}) == "--port: 'http' is not a number from 1 to 65535");
  CHECK(error_of({"--port=-1"}) == "--port: '-1' is not a number from 1 to 65535");
  CHECK(error_of({"--port", "80x"}) == "--port: '80x' is not a number from 1 to 65535");
}

TEST_CASE("only a server may leave the port to the kernel") {
  CHECK(parse_options(Role::server, {"--port", "0"}).port == 0);
  CHECK(error_of({"--port", "0"}) == "--port: '0' is not a number from 1 to 65535");
}

TEST_CASE("a timeout is whole seconds") {
  CHECK(parse_options(Role::client, {"--timeout", "1"}).timeout == std::chrono::seconds(1));
  CHECK(error_of({"--timeout", "0"}) == "--timeout: '0' is not a number from 1 to 86400");
  CHECK(error_of({"--timeout", "1.5"}) == "--timeout: '1.5' is not a number from 1 to 86400");
  CHECK(error_of({"--timeout", "99999999999999999999"}) ==
        "--timeout: '99999999999999999999' is not a number from 1 to 86400");
}

TEST_CASE("an option that does not exist is named") {
  CHECK(error_of({"--prot", "80"}).find("prot") != std::string::npos);
  CHECK(error_of({"8080"}) == "'8080' is not an option");
}

TEST_CASE("an option without its value is named") {
  CHECK(error_of({"--port"}).find("port") != std::string::npos);
}

TEST_CASE("the help names every option and keeps within 80 columns") {
  for (const auto role : {Role::client, Role::server}) {
    const auto text = tcplab::help_text(role, "server");
    for (const auto* option : {"--host", "--client", "--port", "--timeout", "--ipv6", "--help"})
      CHECK(text.find(option) != std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  }
}
