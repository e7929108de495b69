#include "report/text.hpp"

#include "report/difference_text.hpp"
#include "report/verdict_text.hpp"
#include "report/wrap.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/transition.hpp"

using namespace tcplab;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";

Analysis analysis_of(const std::string& ladder) {
  return analyse(test::connection_from(ladder));
}

std::string verdict_of(const std::string& ladder) {
  const Analysis analysis = analysis_of(ladder);
  return verdict_text(analysis.connection, analysis.verdict, analysis.ladder);
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    widest = std::max(widest, end - begin);
    begin = end + 1;
  }
  return widest;
}

}  // namespace

TEST_CASE("the verdict names the rows that prove it, and the verdict that it is not") {
  CHECK(verdict_of(
            opened +
            "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n") ==
        "Opened by the three-way handshake, rows 1, 2 and 3 (RFC 9293 section 3.5). The client closed first, and each "
        "direction ended on its own: "
        "FIN, ACK, FIN, ACK in rows 4, 5, 6 and 7 (RFC 9293 section 3.6, Figure 12). The client is left in TIME-WAIT. "
        "Not simultaneous: row 5 "
        "acknowledges the FIN of row 4 before row 6 closes the other direction.");
}

TEST_CASE("a refused connection is said to be one, with the port") {
  const std::string text = verdict_of("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n");
  CHECK(text.find("Refused: row 2 answers the SYN of row 1") == 0);
  CHECK(text.find("port 12345") != std::string::npos);
}

TEST_CASE("of an abort it is said what the segments cannot tell") {
  CHECK(verdict_of(opened + "<-- P. 1:6(5) ack 1 <--\n--> R. 1:1(0) ack 6 -->\n")
            .find("the segments alone cannot tell which") != std::string::npos);
  CHECK(verdict_of(opened + "--> R. 1:1(0) ack 1 -->\n").find("unread data is not the cause") != std::string::npos);
}

TEST_CASE("what was repeated is counted") {
  CHECK(verdict_of(opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 -->\n")
            .find("The client sent 1 segment again (row 5).") != std::string::npos);
}

TEST_CASE("what a person reads fits into 80 columns") {
  CHECK(widest_line(show_text(
            analysis_of(opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n"))) <= 80);
  CHECK(widest_line(states_text()) <= 80);
}

TEST_CASE("the table of states has a line for every edge") {
  const std::string text = states_text();
  for (const Transition& edge : transitions()) CHECK(text.find(to_string(edge.event)) != std::string::npos);
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= transitions().size() + 1);
}

TEST_CASE("text is broken at blanks only, and a word longer than a line stands alone") {
  CHECK(wrapped("one two three", "", 7) == "one two\nthree\n");
  CHECK(wrapped("incomprehensibilities of it", "  ", 10) == "  incomprehensibilities\n  of it\n");
}

TEST_CASE("a difference shows both rows and the usual cause") {
  const Analysis analysis = analysis_of(opened);
  const Difference difference{0, 1, "ack: expected 2, captured 1", "a cause"};
  const std::string text = difference_text(difference, analysis.ladder, analysis.ladder);
  CHECK(text ==
        "The first difference: ack: expected 2, captured 1.\n"
        "  expected  row 1: SYN-SENT  -->  S  0:0(0)  -->  SYN-RECEIVED\n"
        "  captured  row 2: ESTABLISHED  <--  S.  0:0(0)  ack 1  <--  SYN-RECEIVED\n"
        "hint: a cause\n");
}

TEST_CASE("a UDP exchange is said to have no handshake and no teardown, and whose port is closed") {
  const Analysis echo = analysis_of("--> UDP (5) -->\n<-- UDP (6) <--\n--> UDP (5) -->\n<-- ICMP 3/3 <--\n");
  CHECK(verdict_text(echo.connection, echo.verdict, echo.ladder) ==
        "Datagrams, with no handshake and no teardown: nothing tells when the exchange is over (RFC 768). Row 4 is an "
        "ICMP error: nobody has port 12345 (RFC 1122 section 4.1.3.1).");
  CHECK(heading(echo) == "10.0.0.1:40000 -> 10.0.0.2:12345, UDP, 4 packets in 3.0 ms, seen at both ends");
  CHECK(widest_line(show_text(echo)) <= 80);
}

TEST_CASE("rare openings and endings are told in the words that are true of them") {
  struct Case {
    std::string rows;
    std::vector<std::string> says;
  };
  const std::string closing = "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n";
  const Case cases[] = {
      {"--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n",
       {"No answer to the SYN was seen", "The client sent 2 segments again (row 2, row 3)",
        "3 segments never arrived (row 1, row 2, row 3)"}},
      {opened + closing + "--> . 2:2(0) ack 2 lost ...\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n",
       {"FIN, ACK, FIN, ACK in rows 4, 5, 6 and 9", "The client is left in TIME-WAIT",
        "The server sent 1 segment again (row 8)", "1 segment never arrived (row 7)"}},
      {"--> S 0:0(0) ...\n<-- S 0:0(0) <--\n... S 0:0(0) -->\n--> S. 0:0(0) ack 1 ...\n<-- S. 0:0(0) ack 1 <--\n... "
       "S. 0:0(0) ack 1 -->\n",
       {"Both ends sent a SYN of their own, rows 1 and 2: a simultaneous open", "It was still open"}},
      {opened + "--> P. 1:6(5) ack 1 -->\n<-- R 1:1(0) <--\n",
       {"The server ended it with an RST (row 5) without an ACK, as a kernel answers a segment of a connection that it "
        "does not have"}},
      {opened + "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> P. 1:6(5) ack 2 -->\n<-- R 2:2(0) <--\n",
       {"The server ended it with an RST (row 7), which answers what came after it had closed"}},
      {opened + "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 "
                "...\n<-- . 2:2(0) ack 2 <--\n... . 2:2(0) ack 2 -->\n",
       {"Both closed at once", "Both are left in TIME-WAIT"}},
      {opened + "--> S 900:900(0) -->\n<-- . 1:1(0) ack 1 <--\n--> R 1:1(0) -->\n",
       {"The client ended it with an RST (row 6) without an ACK"}},
      {"... S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n",
       {"Half-open", "Nobody sent the SYN of row 1 when it arrived: it is an old duplicate, or forged"}},
  };
  for (const Case& told : cases) {
    const std::string text = verdict_of(told.rows);
    INFO(text);
    for (const std::string& part : told.says) CHECK(text.find(part) != std::string::npos);
  }
}
