// Each pair by hand over loopback, as its handout says, with the variation that the handout proposes.
#include "endpoint/lab_program.hpp"
#include "support/catch.hpp"

using tcplab::test::LabProgram;

namespace {

const std::vector<std::string> any_port = {"--port", "0"};

// Both end well, and the client prints what it received.
void converse(const std::string& server_lab, const std::string& client_lab, const std::string& received) {
  INFO(client_lab << " with the server of " << server_lab);
  LabProgram server(server_lab + "/server", any_port);
  LabProgram client(client_lab + "/client", {"--port", server.port()});
  CHECK(client.end() == 0);
  server.close_input();
  CHECK(server.end() == 0);
  INFO("client:\n" << client.err() << "server:\n" << server.err());
  CHECK(client.out() == received);
  CHECK(server.out().empty());
}

}  // namespace

TEST_CASE("hello works by hand") {
  converse("hello", "hello", "Hello, World!\n");
}
TEST_CASE("refused works by hand") {
  converse("refused", "refused", "");
}
TEST_CASE("four-segment-close works by hand") {
  converse("four-segment-close", "four-segment-close", "No, thanks.\n");
}
TEST_CASE("three-segment-close works by hand") {
  converse("three-segment-close", "three-segment-close", "No, thanks.\n");
}
TEST_CASE("half-close works by hand") {
  converse("half-close", "half-close", "It is I, the server,\nand I may still speak.\n");
}
TEST_CASE("rst-abort works by hand") {
  converse("rst-abort", "rst-abort", "Hello, World!\n");
}
TEST_CASE("rst-unread works by hand") {
  converse("rst-unread", "rst-unread", "");
}

TEST_CASE("simultaneous-close works by hand, though the two closes then follow each other") {
  LabProgram server("simultaneous-close/server", any_port);
  LabProgram client("simultaneous-close/client", {"--port", server.port()});
  client.close_input();
  client.wait_for("receive");
  server.close_input();
  CHECK(client.end() == 0);
  CHECK(server.end() == 0);
}
TEST_CASE("old-duplicate-syn works by hand, but for the old duplicate") {
  converse("old-duplicate-syn", "old-duplicate-syn", "");
}
TEST_CASE("by hand nothing is lost, so the client of no-answer meets an answer") {
  LabProgram server("no-answer/server", any_port);
  LabProgram client("no-answer/client", {"--port", server.port()});
  CHECK(client.end() == 1);
  CHECK(client.said("it succeeded, but this lab intends the connection to time out"));
  server.close_input();
  CHECK(server.end() == 0);
}
TEST_CASE("by hand the first of simultaneous-open is refused, and told how the two can meet") {
  LabProgram server("simultaneous-open/server", any_port);
  CHECK(server.end() == 1);
  CHECK(server.said("error: connect to 127.0.0.1:"));
  CHECK(server.said("hint: both ends must connect at the same moment: scripts/record simultaneous-open"));
}
TEST_CASE("half-open-reopen by hand: the kernel of a program that ends says so with a FIN, and no host is rebooted") {
  LabProgram server("half-open-reopen/server", any_port);
  LabProgram client("half-open-reopen/client", {"--port", server.port()});
  client.wait_for("receive");
  client.interrupt();
  CHECK(client.end() == 130);
  CHECK(server.end() == 1);
  CHECK(server.said("it succeeded, but this lab intends the connection to be reset"));
}

TEST_CASE("hello works over IPv6") {
  LabProgram server("hello/server", {"--port", "0", "--ipv6"});
  try {
    server.wait_for("ready at [::1]:");
  } catch (const std::runtime_error& error) {
    tcplab::test::skip("no ::1 on this machine: " + std::string(error.what()));
  }
  LabProgram client("hello/client", {"--port", server.port(), "--ipv6"});
  CHECK(client.end() == 0);
  CHECK(server.end() == 0);
  CHECK(client.out() == "Hello, World!\n");
}

TEST_CASE("what each side sees of the kernel's states in three-segment-close") {
  LabProgram server("three-segment-close/server", any_port);
  LabProgram client("three-segment-close/client", {"--port", server.port()});
  REQUIRE(client.end() == 0);
  REQUIRE(server.end() == 0);
  CHECK(client.said("ESTABLISHED"));
  CHECK(server.said("LISTEN"));
  CHECK(server.said("CLOSE-WAIT"));
#ifdef __linux__
  CHECK(client.said("TIME-WAIT"));
  CHECK_FALSE(server.said("TIME-WAIT"));
#endif
}

TEST_CASE("a server that holds TIME-WAIT can be started again on its port") {
  LabProgram first("hello/server", any_port);
  const auto port = first.port();
  LabProgram client("hello/client", {"--port", port});
  REQUIRE(client.end() == 0);
  REQUIRE(first.end() == 0);
  LabProgram second("hello/server", {"--port", port});
  CHECK(second.port() == port);
}

TEST_CASE("variation: the client of four-segment-close with the server of three-segment-close, and the reverse") {
  converse("three-segment-close", "four-segment-close", "No, thanks.\n");
  converse("four-segment-close", "three-segment-close", "No, thanks.\n");
}

TEST_CASE("variation: the client of half-close with the server of three-segment-close") {
  converse("three-segment-close", "half-close", "No, thanks.\n");
}

TEST_CASE("variation: the client of four-segment-close and the server of half-close wait for each other") {
  LabProgram server("half-close/server", any_port);
  LabProgram client("four-segment-close/client", {"--port", server.port(), "--timeout", "1"});
  CHECK(client.end() == 124);
  CHECK(client.said("error: receive from 127.0.0.1:"));
  CHECK(server.end() == 1);
  CHECK(server.said("error: send to 127.0.0.1:"));
}

TEST_CASE("variation: nobody holds the port that the client of refused tries") {
  std::string port;
  {
    LabProgram server("refused/server", any_port);
    port = server.port();
  }
  LabProgram client("refused/client", {"--port", port});
  CHECK(client.end() == 0);
  CHECK(client.said("as this lab intends"));
}

TEST_CASE("variation: hello leaves TIME-WAIT behind, rst-abort nothing") {
  for (const std::string lab : {"hello", "rst-abort"}) {
    LabProgram server(lab + "/server", any_port);
    LabProgram client(lab + "/client", {"--port", server.port()});
    REQUIRE(client.end() == 0);
    REQUIRE(server.end() == 0);
#ifdef __linux__
    CHECK(server.said("TIME-WAIT") == (lab == "hello"));
    CHECK_FALSE(client.said("TIME-WAIT"));
#endif
  }
}

TEST_CASE("a reset that the lab does not intend is an error, whichever step meets it") {
  LabProgram server("hello/server", any_port);
  LabProgram client("rst-abort/client", {"--port", server.port()});
  client.end();
  CHECK(server.end() == 1);
  CHECK(server.said("error: "));
}

TEST_CASE("variation: the client of rst-unread with the server of hello, which reads all") {
  LabProgram server("hello/server", any_port);
  LabProgram client("rst-unread/client", {"--port", server.port()});
  CHECK(client.end() == 1);
  CHECK(client.said("it succeeded, but this lab intends the connection to be reset"));
  CHECK(server.end() == 0);
}
