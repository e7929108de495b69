// What a capture is held against when only one end's order and states count, and what two captures share.
#include "ladder/match.hpp"
#include "ladder/parse.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

Ladder captured_from(const std::string& text) {
  const Connection connection = test::connection_from(text);
  return ladder_of(connection, exchange_of(connection));
}

const std::string handshake =
    "SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
    "ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
    "ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n";

std::string what_of(const std::string& expected, const std::string& captured, View view) {
  const auto difference = find_difference(parse_ladder(expected), captured_from(captured), view);
  return difference ? difference->what : "";
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  return text.replace(text.find(part), part.size(), by);
}

}  // namespace

TEST_CASE("from one end's view the other end's states do not count, and its own do") {
  const std::string other_server = replaced(handshake, "--> ESTABLISHED", "--> CLOSE-WAIT");
  CHECK(what_of(other_server, handshake, View::client).empty());
  CHECK(what_of(other_server, handshake, View::server) == "server's state: expected CLOSE-WAIT, captured ESTABLISHED");
  const std::string other_client = replaced(handshake, "ESTABLISHED -->", "CLOSE-WAIT -->");
  CHECK(what_of(other_client, handshake, View::server).empty());
  CHECK(what_of(other_client, handshake, View::client) == "client's state: expected CLOSE-WAIT, captured ESTABLISHED");
}

TEST_CASE("from one end's view what only the other end saw is neither missing nor too many") {
  const std::string at_server = handshake + "... F. 1:1(0) ack 1 lost <--\n";
  const std::string at_client = handshake + "--> F. 1:1(0) ack 1 lost ...\n";
  const std::string surplus = "a further segment was captured that the ladder does not have";
  const std::string missing = "the capture ends before this row";
  CHECK(what_of(handshake, at_server, View::client).empty());
  CHECK(what_of(handshake, at_server, View::server) == surplus);
  CHECK(what_of(handshake, at_client, View::server).empty());
  CHECK(what_of(handshake, at_client, View::client) == surplus);
  CHECK(what_of(at_server, handshake, View::client).empty());
  CHECK(what_of(at_server, handshake, View::server) == missing);
  CHECK(what_of(at_client, handshake, View::server).empty());
  CHECK(what_of(at_client, handshake, View::client) == missing);
}

TEST_CASE("one end alone cannot tell a loss") {
  const std::string arrives = handshake + "--> F. 1:1(0) ack 1 -->\n",
                    lost = handshake + "--> F. 1:1(0) ack 1 lost ...\n";
  CHECK(what_of(lost, arrives, View::client).empty());
  CHECK(what_of(arrives, lost, View::client).empty());
  CHECK(what_of(lost, arrives, View::both_ends) == "arrival: expected lost, captured arrives");
}

TEST_CASE("from one end's view only its own state before the first segment counts") {
  const std::string closed = "client server\nCLOSED CLOSED\n" + handshake;
  CHECK(what_of(closed, handshake, View::client).empty());
  CHECK(what_of(closed, handshake, View::server) ==
        "the server's state before the first segment: expected CLOSED, captured LISTEN");
  const std::string listen = "client server\nLISTEN LISTEN\n" + handshake;
  CHECK(what_of(listen, handshake, View::server).empty());
  const std::string client_listens = "the client's state before the first segment: expected LISTEN, captured CLOSED";
  CHECK(what_of(listen, handshake, View::client) == client_listens);
  CHECK(what_of(listen, handshake, View::both_ends) == client_listens);
  CHECK(what_of("client server\nCLOSED LISTEN\n" + handshake, handshake, View::both_ends).empty());
}

TEST_CASE("a signature tells each end's states and what that end saw, in its order") {
  Ladder captured =
      captured_from(handshake + "--> F. 1:1(0) ack 1 lost ...\n... P. 1:6(5) ack 1 <--\n<-- P. 1:6(5) ack 1 ...\n");
  captured.rows[0].note = "a note";
  CHECK(signature(captured) ==
        "client CLOSED\n"
        "SYN-SENT  -->  S  0:0(0)  -->\n"
        "ESTABLISHED  <--  S.  0:0(0)  ack 1  <--\n"
        "ESTABLISHED  -->  .  1:1(0)  ack 1  -->\n"
        "FIN-WAIT-1  -->  F.  1:1(0)  ack 1  lost  ...\n"
        "FIN-WAIT-1  <--  P.  1:6(5)  ack 1  <--\n"
        "server LISTEN\n"
        "-->  S  0:0(0)  -->  SYN-RECEIVED\n"
        "<--  S.  0:0(0)  ack 1  <--  SYN-RECEIVED\n"
        "-->  .  1:1(0)  ack 1  -->  ESTABLISHED\n"
        "<--  P.  1:6(5)  ack 1  <--  ESTABLISHED\n");
}
