// How a lab program ends when something is not as it should be: its exit status and what it says.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>

#include "endpoint/lab_program.hpp"
#include "support/catch.hpp"

using tcplab::test::LabProgram;

namespace {

// A peer whose kernel completes the handshake and which then never says a word; or which does not even listen.
class SilentPeer {
 public:
  explicit SilentPeer(bool listens) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        (listens && ::listen(socket_, 8) != 0) ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::system_error(errno, std::generic_category(), "silent peer");
    port_ = std::to_string(ntohs(address.sin_port));
  }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;
  ~SilentPeer() { ::close(socket_); }

  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string port_;
};

std::string text_of(std::errc code) {
  return std::make_error_code(code).message();
}

}  // namespace

TEST_CASE("without a server the client fails, says at what, and names the server to start") {
  const SilentPeer nobody(false);
  LabProgram client("hello/client", {"--port", nobody.port()});
  CHECK(client.end() == 1);
  CHECK(client.said("error: connect to 127.0.0.1:" + nobody.port() + ": " + text_of(std::errc::connection_refused)));
  CHECK(client.said("hint: start the server first: " + tcplab::test::path_of("hello/server") + " --port " +
                    nobody.port()));
}

TEST_CASE("a port in use: the server fails, says at what, and how to find who holds it") {
  const SilentPeer other(true);
  LabProgram server("hello/server", {"--port", other.port()});
  CHECK(server.end() == 1);
  CHECK(server.said("error: bind to 127.0.0.1:" + other.port() + ": " + text_of(std::errc::address_in_use)));
  CHECK(server.said("hint: see who holds it: "));
}

TEST_CASE("two servers cannot share a port") {
  LabProgram first("hello/server", {"--port", "0"});
  LabProgram second("hello/server", {"--port", first.port()});
  CHECK(second.end() == 1);
}

TEST_CASE("a peer that never answers meets the deadline, which names what was waited for") {
  const SilentPeer silent(true);
  LabProgram client("hello/client", {"--port", silent.port(), "--timeout", "1"});
  CHECK(client.end() == 124);
  CHECK(client.said("error: receive from 127.0.0.1:" + silent.port() + ": no answer within 1 s"));
  CHECK(client.said("hint: --timeout"));
}

TEST_CASE("a server to which nobody comes meets the deadline") {
  LabProgram server("hello/server", {"--port", "0", "--timeout", "1"});
  const auto port = server.port();
  CHECK(server.end() == 124);
  CHECK(server.said("error: accept on 127.0.0.1:" + port + ": no answer within 1 s"));
}

TEST_CASE("Ctrl-C ends a waiting program with 130, and it says what was interrupted") {
  LabProgram server("hello/server", {"--port", "0"});
  const auto port = server.port();
  server.wait_for("  accept");
  server.interrupt();
  CHECK(server.end() == 130);
  CHECK(server.said("interrupted: accept on 127.0.0.1:" + port));
}

TEST_CASE("Ctrl-C ends the server of refused, which waits for its user") {
  LabProgram server("refused/server", {"--port", "0"});
  server.wait_for("wait for Enter");
  server.interrupt();
  CHECK(server.end() == 130);
  CHECK(server.said("interrupted: wait for Enter"));
}

TEST_CASE("where the lab intends a reset, a silent peer is the deadline's and not the lesson's") {
  const SilentPeer silent(true);
  LabProgram client("rst-unread/client", {"--port", silent.port(), "--timeout", "1"});
  CHECK(client.end() == 124);
}

TEST_CASE("where the lab intends a refusal, a connection is an error") {
  const SilentPeer listener(true);
  LabProgram client("refused/client", {"--port", listener.port()});
  CHECK(client.end() == 1);
  CHECK(client.said("it succeeded, but this lab intends the connection to be refused"));
}

TEST_CASE("a usage error ends with 2, names the option, and points to --help") {
  LabProgram client("hello/client", {"--port", "http"});
  CHECK(client.end() == 2);
  CHECK(client.said("error: --port: 'http' is not a number from 1 to 65535"));
  CHECK(client.said("--help lists the options"));
}

TEST_CASE("the help goes to standard output and ends with 0") {
  LabProgram client("hello/client", {"--help"});
  CHECK(client.end() == 0);
  CHECK(client.out().find("--timeout") != std::string::npos);
  CHECK(client.err().empty());
}

TEST_CASE("every line said is within 80 columns") {
  LabProgram server("half-close/server", {"--port", "0"});
  LabProgram client("half-close/client", {"--port", server.port()});
  REQUIRE(client.end() == 0);
  REQUIRE(server.end() == 0);
  for (const auto* text : {&client.err(), &server.err()})
    for (std::size_t start = 0; start < text->size();) {
      const auto end = text->find('\n', start);
      CHECK(end - start <= 80);
      start = end + 1;
    }
}
