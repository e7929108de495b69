#include "report/verdict_text.hpp"

#include <set>

#include "report/analysis.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
const std::string client_closes = opened + "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n";
const std::string both_close = client_closes + "<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";

std::string verdict_of(const Analysis& analysis, Language language = Language::english) {
  return verdict_text(analysis.connection, analysis.verdict, analysis.ladder, language);
}

std::string verdict_of(const std::string& ladder) {
  return verdict_of(analyse(test::connection_from(ladder)));
}

/// A connection, and what must be said of it.
struct Case {
  std::string rows;
  std::vector<std::string> says;
};

void check_all(const std::vector<Case>& cases) {
  for (const Case& told : cases) {
    const std::string text = verdict_of(told.rows);
    INFO(told.rows << text);
    for (const std::string& part : told.says) CHECK(text.find(part) != std::string::npos);
    // Nothing is left unfilled, in neither language.
    CHECK(text.find_first_of("{}") == std::string::npos);
    const std::string chinese = verdict_of(analyse(test::connection_from(told.rows)), Language::chinese);
    INFO(chinese);
    CHECK(chinese.find_first_of("{}") == std::string::npos);
    CHECK_FALSE(chinese.empty());
  }
}

}  // namespace

TEST_CASE("the verdict names the rows that prove it, and the verdict that it is not") {
  CHECK(verdict_of(both_close) ==
        "Opened by the three-way handshake, rows 1, 2 and 3 (RFC 9293 section 3.5). Not a simultaneous open: row 2 "
        "acknowledges the SYN of row 1. The client closed first, and each direction ended on its own: FIN, ACK, FIN, "
        "ACK in rows 4, 5, 6 and 7 (RFC 9293 section 3.6, Figure 12). Not simultaneous: row 5 acknowledges the FIN of "
        "row 4 before row 6 closes the other direction. The client went to TIME-WAIT as the capture ended; it lasts 2 "
        "MSL (60 s on Linux), and no segment shows its end (RFC 9293 section 3.6.1). Every segment that decides was "
        "captured.");
}

TEST_CASE("what was captured twice is told as proved by the identification, or as likely") {
  Connection connection = test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n");
  Segment &one = connection.segments[3], &again = connection.segments[4];
  again.departed->time = one.departed->time + std::chrono::microseconds(20);
  for (const bool has_identification : {false, true}) {
    one.ip_identification = again.ip_identification = has_identification ? 7 : 0;
    const std::string text = verdict_of(analyse(connection));
    INFO(text);
    CHECK((text.find("Most likely captured twice") != std::string::npos) != has_identification);
    CHECK((text.find("Captured twice, not sent again: 1 segment of the client (row 5)") != std::string::npos) ==
          has_identification);
    CHECK(text.find("sent 1 segment again") == std::string::npos);
  }
}

TEST_CASE("every opening is told with what decides it and what it is not") {
  check_all({
      {opened, {"three-way handshake, rows 1, 2 and 3", "Not a simultaneous open: row 2"}},
      {"--> S 0:0(0) ...\n<-- S 0:0(0) <--\n... S 0:0(0) -->\n--> S. 0:0(0) ack 1 ...\n<-- S. 0:0(0) ack 1 <--\n... "
       "S. 0:0(0) ack 1 -->\n",
       {"Both ends sent a SYN of their own, rows 1 and 2: a simultaneous open", "Not a split handshake", "in row 5"}},
      {"--> S 0:0(0) -->\n<-- S 0:0(0) <--\n--> S. 0:0(0) ack 1 -->\n<-- . 1:1(0) ack 1 <--\n",
       {"Opened by a split handshake", "by a SYN without ACK in row 2", "Not a simultaneous open", "(row 3)"}},
      {"--> S 0:5(5) -->\n<-- S. 0:0(0) ack 6 <--\n--> . 6:6(0) ack 1 -->\n",
       {"ahead of the handshake: the SYN of row 1 carried 5 bytes, and row 2", "without its option",
        "there row 2 would say ack 1"}},
      {"--> S 0:5(5) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n", {"Not Fast Open: the SYN of row 1"}},
      {"--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n",
       {"Refused: row 2 answers the SYN of row 1", "port 12345", "Not an abort"}},
      {"--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n",
       {"Unanswered: no answer to the SYN of row 1", "Not refused", "The client sent 2 segments again",
        "the SYN (rows 2 and 3)", "3 segments never arrived (rows 1, 2 and 3)"}},
      {"--> S 0:0(0) -->\n<-- ICMP 3/3 <--\n",
       {"Unanswered: no answer to the SYN of row 1", "no RST came, but the ICMP error of row 2",
        "a filter refuses what goes to port 12345"}},
      {"--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n",
       {"Opened only halfway: row 2 answers the SYN of row 1", "Not unanswered: row 2"}},
      {"... S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n",
       {"Nobody sent the SYN of row 1 when it arrived: it is an old duplicate, or forged", "port scanners"}},
      {"--> P. 1:6(5) ack 1 -->\n",
       {"does not have the client's SYN", "row 1, the first of the connection, is no SYN"}},
  });
}

TEST_CASE("every ending is told with what decides it and what it is not") {
  check_all({
      {both_close, {"in rows 4, 5, 6 and 7", "Not simultaneous: row 5"}},
      {opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n",
       {"so three segments ended it", "Not four-segment: no ACK of row 4 came before row 5",
        "Not simultaneous: row 5 acknowledges the FIN of row 4."}},
      {client_closes + "<-- P. 1:6(5) ack 2 <--\n--> . 2:2(0) ack 6 -->\n<-- F. 6:6(0) ack 2 <--\n--> . 2:2(0) ack 7 "
                       "-->\n",
       {"a half-close, ended by the FIN of row 8", "Not four-segment: row 6 brings new data"}},
      {opened + "--> FP. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 7 <--\n<-- F. 1:1(0) ack 7 <--\n--> . 7:7(0) ack 2 -->\n",
       {"the FIN of row 4 rides on the last 5 bytes", "Not three-segment: row 4"}},
      {opened + "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 "
                "...\n<-- . 2:2(0) ack 2 <--\n... . 2:2(0) ack 2 -->\n",
       {"Both closed at once",
        "Not four-segment: row 5 would have to acknowledge the FIN of row 4, by ack 2; it says "
        "ack 1",
        "Both ends went to TIME-WAIT"}},
      {opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 lost ...\n",
       {"The server fell silent: the client sent again and again (rows 5 and 6)", "Not simply open"}},
      {opened, {"still open when the capture ended", "Not vanished"}},
      {client_closes, {"The client closed its direction (row 4)", "no end of the other one was captured"}},
  });
}

TEST_CASE("every cause of an RST is told with its evidence and what stays unproved") {
  check_all({
      {"--> S 0:0(0) -->\n<-- S. 0:0(0) ack 90 <--\n--> R 90:90(0) -->\n",
       {"acknowledges a number that it, still opening, had not sent", "the SYN,ACK of the server is what came before",
        "cannot tell whether what it answers was old"}},
      {opened + "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> P. 1:6(5) ack 2 -->\n<-- R 2:2(0) <--\n",
       {"The server ended it with an RST (row 7), which answers what came after it had closed", "it has no ACK flag",
        "cannot tell whether the program had called close(), or had ended."}},
      {opened + "--> P. 1:6(5) ack 1 -->\n<-- R 1:1(0) <--\n",
       {"The server ended it with an RST (row 5), as a kernel answers", "Not a write after close",
        "cannot tell why the server has no connection"}},
      {opened + "<-- P. 1:6(5) ack 1 <--\n--> R. 1:1(0) ack 6 -->\n",
       {"an abort, with no FIN", "RFC 1122 section 4.2.2.13", "cannot tell which", "nearly all give that no ACK flag"}},
      {opened + "--> R. 1:1(0) ack 1 -->\n", {"unread data is not the cause"}},
      {opened + "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n--> R. 6:6(0) ack 1 -->\n",
       {"The client gave up", "sent again at least twice", "whether the server was gone, or the way to it"}},
      {both_close + "<-- R 2:2(0) <--\n", {"meets the TIME-WAIT of the client", "RFC 1337", "Not an abort"}},
  });
}

TEST_CASE("a timer may have dropped who sends an RST long after its FIN, not at once") {
  Connection connection = test::connection_from(
      opened + "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> P. 1:6(5) ack 2 -->\n<-- R 2:2(0) <--\n");
  for (const std::size_t i : {5U, 6U}) {
    connection.segments[i].departed->time += std::chrono::minutes(1);
    connection.segments[i].arrived->time += std::chrono::minutes(1);
  }
  CHECK_THAT(verdict_of(analyse(connection)), test::contains("or a timer had dropped the connection (FIN-WAIT-2"));
  connection.segments[5].flags = TcpFlags::fin | TcpFlags(TcpFlags::ack);
  connection.segments[5].length = 0;
  CHECK_THAT(verdict_of(analyse(connection)), test::contains("a timer may have dropped it since (FIN-WAIT-2"));
}

TEST_CASE("where one point shows nothing of the server, no certainty is claimed") {
  const Connection asked = test::connection_from("--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n");
  CHECK_THAT(verdict_of(analyse(asked)), test::contains("Every segment that decides was captured."));
  CHECK_THAT(verdict_of(analyse(test::as_captured_at(End::client, asked))),
             test::contains("No segment of the server was captured;"));
}

TEST_CASE("from one point too, the verdict names the SYN and the FIN that came, not the one that was lost") {
  const Connection whole = test::connection_from(
      "--> S 0:0(0) lost ...\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n"
      "--> F. 1:1(0) ack 1 lost ...\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n");
  for (const Connection& connection : {whole, test::as_captured_at(End::client, whole)}) {
    const std::string text = verdict_of(analyse(connection));
    CHECK_THAT(text, test::contains("three-way handshake, rows 2, 3 and 4") && test::contains("closed first (row 6)"));
  }
}

TEST_CASE("an RST from another distance than its sender's is told as somebody else's") {
  Connection connection =
      test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n<-- R. 1:1(0) ack 6 <--\n");
  for (Segment& segment : connection.segments) segment.hop_limit = 64;
  connection.segments.back().hop_limit = 49;
  const std::string text = verdict_of(analyse(connection));
  INFO(text);
  CHECK(text.find("An RST in the name of the server (row 6)") != std::string::npos);
  CHECK(text.find("its TTL is 49, where the server otherwise has 64") != std::string::npos);
  CHECK(text.find("cannot tell who sent it") != std::string::npos);
}

TEST_CASE("RSTs and SYNs that are not the connection's own are told by their rows") {
  const Connection connection = test::connection_from(
      opened +
      "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n--> R 900:900(0) -->\n--> S 800:800(0) -->\n<-- . "
      "1:1(0) ack 6 <--\n--> P. 6:11(5) ack 1 -->\n");
  const std::string text = verdict_of(analyse(test::as_captured_at(End::server, connection)));
  INFO(text);
  CHECK(text.find("The SYN of row 7 is not this connection's own") != std::string::npos);
  CHECK(text.find("Row 8 is the challenge ACK") != std::string::npos);
}

TEST_CASE("what was sent again is told by its kind, and what only looks so is told apart") {
  check_all({
      {opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 -->\n",
       {"The client sent 1 segment again with no fresh hint from the server", "data (row 5)",
        "1 segment never arrived"}},
      {both_close.substr(0, both_close.rfind("--> .")) +
           "--> . 2:2(0) ack 2 lost ...\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n",
       {"FIN, ACK, FIN, ACK in rows 4, 5, 6 and 9",
        "The final ACK of row 7 was lost, so the server sent its FIN again "
        "in row 8",
        "the FIN (row 8)"}},
      {"--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 "
       "-->\n",
       {"The server sent 1 segment again, as the client's SYN had come again: the SYN,ACK (row 4)."}},
  });
}

TEST_CASE("an end whose answers are lost did not fall silent") {
  const std::string asks = "--> P. 1:6(5) ack 1 -->\n", answers = "... . 1:1(0) ack 6 lost <--\n";
  const Connection connection = test::connection_from(opened + asks + answers + asks + answers + asks + answers);
  CHECK_THAT(verdict_of(analyse(connection)),
             test::contains("Nothing of the server came through any more, though it went on sending (row 7)") &&
                 test::contains("the client sent again and again (rows 6 and 8;"));
}

TEST_CASE("keep-alives are told, where enough time lies before them") {
  Connection connection = test::connection_from(opened +
                                                "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"
                                                "--> . 5:5(0) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n");
  for (std::size_t i = 5; i < connection.segments.size(); ++i)
    for (auto* seen : {&connection.segments[i].departed, &connection.segments[i].arrived})
      (*seen)->time += std::chrono::seconds(1);
  CHECK_THAT(verdict_of(analyse(connection)),
             test::contains("Keep-alives of the client: 1 segment (row 6; RFC 9293 section 3.8.4)"));
}

TEST_CASE("of a connection whose ports were used again it is not said how it was when the capture ended") {
  const auto verdict = [](const std::string& ladder, std::chrono::seconds later = std::chrono::seconds(1)) {
    Connection connection = test::connection_from(ladder);
    connection.ports_used_again = true;
    connection.watched_until = connection.segments.back().sighting().time + later;
    return verdict_of(analyse(connection));
  };
  CHECK_THAT(verdict(opened), test::contains("another connection began on the same ports: at least one end") &&
                                  !test::contains("when the capture ended"));
  CHECK_THAT(verdict("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n"),
             test::contains("It was not established, as far as was captured, when another connection began"));
  CHECK_THAT(verdict(both_close), test::contains("The client went to TIME-WAIT. 1.00 s later another connection was") &&
                                      test::contains("if that still lasts"));
  CHECK_THAT(verdict(both_close, std::chrono::seconds(300)), test::contains("was over by then"));
  CHECK_THAT(verdict(both_close, std::chrono::seconds(-1)),
             test::contains("TIME-WAIT. Later in the capture, where its times go back, another connection was asked"));
}

TEST_CASE("a SYN,ACK of another number than the one that was taken is told by who else may have sent it") {
  Connection connection = test::connection_from(opened + "<-- S. 0:0(0) ack 1 <--\n");
  connection.segments.back().seq += 5000;
  const Analysis analysis = analyse(test::as_captured_at(End::client, connection));
  CHECK_THAT(verdict_of(analysis),
             test::contains("The SYN,ACK of row 4 is not this connection's own, as it has another number: another host "
                            "behind the server's address answers too"));
}

TEST_CASE("what certainty rests on is told, and that one point infers arrivals") {
  const Connection connection = test::connection_from(both_close);
  CHECK(verdict_of(analyse(connection)).find("Every segment that decides was captured.") != std::string::npos);
  CHECK(verdict_of(analyse(test::as_captured_at(End::client, connection))).find("at one point") != std::string::npos);
  CHECK(verdict_of("--> P. 1:6(5) ack 1 -->\n").find("a guess by the port numbers") != std::string::npos);
}

TEST_CASE("a UDP exchange is said to have no handshake and no teardown, and whose port is closed") {
  CHECK(verdict_of("--> UDP (5) -->\n<-- UDP (6) <--\n--> UDP (5) -->\n<-- ICMP 3/3 <--\n") ==
        "Datagrams, with no handshake and no teardown: nothing tells when the exchange is over (RFC 768). Row 4 is an "
        "ICMP error: nobody has port 12345 (RFC 1122 section 4.1.3.1).");
}

TEST_CASE("an ICMPv6 error is called so, for its numbers are others") {
  Connection connection = test::connection_from("--> UDP (5) -->\n<-- ICMP 1/0 <--\n");
  connection.client.address.version = connection.server.address.version = 6;
  CHECK(verdict_of(analyse(connection)).find("an ICMPv6 error of type 1, code 0") != std::string::npos);
}

TEST_CASE("a half-close whose data rides on the ACK of the FIN is told so") {
  const std::string text =
      verdict_of(opened +
                 "--> F. 1:1(0) ack 1 -->\n<-- P. 1:6(5) ack 2 <--\n<-- F. 6:6(0) ack 2 <--\n--> . 2:2(0) ack 7 "
                 "-->\n");
  CHECK_THAT(text,
             test::contains("Not four-segment: row 5, the first to acknowledge the FIN of row 4, brings new data"));
}

TEST_CASE("an RST behind which both ends go on is named, and so is that nobody can tell who sent it") {
  check_all(
      {{opened + "--> P. 1:6(5) ack 1 -->\n<-- R. 1:1(0) ack 6 <--\n--> P. 6:11(5) ack 1 -->\n<-- P. 1:8(7) ack 11 "
                 "<--\n",
        {"The RST of row 5 ended nothing: both ends went on behind it"}}});
}

TEST_CASE("a FIN that goes along with data which is sent again is told as such, or as new") {
  check_all(
      {{opened + "--> P. 1:6(5) ack 1 -->\n--> F. 6:6(0) ack 1 -->\n--> F. 1:6(5) ack 1 -->\n",
        {"data with the FIN (row 6)"}},
       {opened + "--> P. 1:6(5) ack 1 -->\n--> F. 1:6(5) ack 1 -->\n", {"after a timeout (RFC 6298): data (row 5)"}}});
}

TEST_CASE("where not all was captured, an open connection is open as far as was captured") {
  CHECK_THAT(verdict_of("--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"), test::contains("As far as was captured"));
  CHECK_THAT(verdict_of(client_closes), test::contains("no end of the other one was captured"));
}
