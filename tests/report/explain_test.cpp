#include "report/explain_text.hpp"

#include "explained.hpp"
#include "report/wrap.hpp"

using namespace tcplab;
using test::analysis_of;
using test::contains;
using test::opened;
using test::texts_of;

namespace {

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    widest = std::max(widest, columns_of(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

}  // namespace

TEST_CASE("each row of a refused connection is explained, and then the verdict") {
  CHECK(explain_text(analysis_of("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n")) ==
        R"(10.0.0.1:40000 -> 10.0.0.2:12345, 2 segments in 1.0 ms, seen at both ends

    client                                     server
    CLOSED                                     CLOSED

1   SYN-SENT      -->  S   0:0(0)         -->  CLOSED
    SYN: the client asks for a connection; its program called connect(). Its
    numbers begin at a random one, which is shown as 0. The SYN counts as one
    number, so data will begin at 1. There is nothing to acknowledge yet, hence
    no ACK. The client: CLOSED to SYN-SENT (active OPEN; RFC 9293 section
    3.10.1).

2   CLOSED        <--  R.  0:0(0)  ack 1  <--  CLOSED
    RST: nobody listens on port 12345, or a filter says so; the server's kernel
    answers by itself. Ack 1 names the SYN that it refuses. connect() fails:
    Connection refused. The client: SYN-SENT to CLOSED (rcv RST; RFC 9293
    section 3.10.7.3).

Refused: row 2 answers the SYN of row 1 by an RST. Usually the host is there,
but nothing listens on port 12345 (RFC 9293 section 3.5.2); a firewall may
answer so as well. No connection came to be. Not an abort: no SYN,ACK came
before the RST, so there was nothing to break off.
Every segment that decides was captured.
)");
}

TEST_CASE("the same is told in Chinese") {
  const std::string text = explain_text(analysis_of("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n"), Language::chinese);
  CHECK_THAT(text, contains("2 个报文段，历时 1.0 ms，在两端抓包"));
  CHECK_THAT(text, contains("SYN：客户端请求建立连接"));
  CHECK_THAT(text, contains("被拒绝：第 2 行用 RST 应答了第 1 行的 SYN。"));
  CHECK(widest_line(text) <= 80);
}

TEST_CASE("Chinese says no English words but the field's") {
  const std::string text =
      explain_text(analysis_of(opened + "--> P. 1:6(5) ack 1 -->\n<-- R 1:1(0) <--\n"), Language::chinese);
  CHECK_THAT(text, contains("send() 或 write()") && !contains(" or ") && !contains("不带 ACK，所用"));
}

TEST_CASE("what a row acknowledges is named by its row, wherever the numbers begin") {
  for (const auto& iss : test::initial_numbers) {
    const auto texts = texts_of(opened +
                                    "--> P. 1:18(17) ack 1 -->\n<-- . 1:1(0) ack 18 <--\n"
                                    "--> F. 18:18(0) ack 1 -->\n<-- . 1:1(0) ack 19 <--\n"
                                    "<-- F. 1:1(0) ack 19 <--\n--> . 19:19(0) ack 2 -->\n",
                                iss);
    CHECK_THAT(texts[2], contains("the third segment of the handshake. Ack 1: the client has the SYN of row 2"));
    CHECK_THAT(texts[3], contains("Data: 17 bytes, numbers 1 to 17"));
    CHECK_THAT(texts[4], contains("ACK of row 4: the server has everything before number 18"));
    CHECK_THAT(texts[5], contains("counts as one number, 18, so ack 19 will acknowledge it"));
    CHECK_THAT(texts[5], contains("The server: ESTABLISHED to CLOSE-WAIT (rcv FIN; RFC 9293 section 3.10.7.4)."));
    CHECK_THAT(texts[6], contains("ACK of the FIN of row 6"));
    CHECK_THAT(texts[7], contains("FIN: the server ends its direction too"));
    CHECK_THAT(texts[8], contains("The ACK of the other FIN, that of row 8, by ack 2."));
  }
}

TEST_CASE("what has been told once is told shorter the next time") {
  const auto texts = texts_of(opened +
                              "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"
                              "--> P. 6:11(5) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n");
  CHECK(texts[5] == "Data: 5 bytes, numbers 6 to 10.");
  CHECK(texts[6] == "ACK of row 6: everything before number 11.");
}

TEST_CASE("a segment that is sent again names the first one, and the time between") {
  const auto texts = texts_of(opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 -->\n");
  CHECK_THAT(texts[3], contains("It never arrives."));
  CHECK_THAT(texts[4], contains("Again: data of row 4, 1.0 ms later."));
}

TEST_CASE("data that is sent again with the FIN is no FIN again, and a first FIN with it is told") {
  const std::string data = opened + "--> P. 1:6(5) ack 1 -->\n";
  CHECK_THAT(texts_of(data + "--> F. 6:6(0) ack 1 -->\n--> F. 1:6(5) ack 1 -->\n").at(5),
             contains("Again: data with the FIN of rows 4 and 5"));
  CHECK_THAT(texts_of(data + "--> F. 1:6(5) ack 1 -->\n").at(4),
             contains("Again: data of row 4") && contains("With it comes the FIN, for the first time."));
}

TEST_CASE("a byte that was acknowledged and comes again soon is sent again, and later perhaps a keep-alive") {
  Connection connection = test::connection_from(opened +
                                                "--> P. 1:2(1) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n--> P. 1:2(1) ack 1 "
                                                "-->\n");
  const auto text_of_last = [&] { return texts_of(connection).back(); };
  CHECK_THAT(text_of_last(), contains("although the server has acknowledged it"));
  connection.segments.back().departed->time += std::chrono::seconds(5);
  CHECK_THAT(text_of_last(), contains("Keep-alive") && contains("cannot tell it from the byte sent again"));
}

TEST_CASE("where a capture's times go back no time between is told, and the heading says so") {
  Connection connection = test::as_captured_at(
      End::client, test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n"));
  Segment& last = connection.segments.back();
  last.departed->time -= std::chrono::seconds(100);
  last.arrived->time -= std::chrono::seconds(100);
  const std::string text = explain_text(analyse(connection));
  CHECK_THAT(text, contains("(its times go back)") && contains("How much later is not known"));
  CHECK(text.find("later. No ack") == std::string::npos);
}

TEST_CASE("an RST behind which both ends go on is not said to end anything") {
  CHECK_THAT(texts_of(opened + "--> P. 1:6(5) ack 1 -->\n<-- R. 1:1(0) ack 6 <--\n--> P. 6:11(5) ack 1 -->\n"
                               "<-- P. 1:8(7) ack 11 <--\n")
                 .at(4),
             contains("both ends go on behind it"));
}

TEST_CASE("FINs that cross are said to, and their arrivals are rows of their own") {
  const auto texts = texts_of(opened + "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n");
  CHECK_THAT(texts[4], contains("It does not acknowledge the FIN of row 4"));
  CHECK_THAT(texts[5], contains("The F. of row 4 arrives. The server: FIN-WAIT-1 to CLOSING"));
}

TEST_CASE("the FIN that carries the ACK of the other is said to save a segment") {
  const auto texts = texts_of(opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n");
  CHECK_THAT(texts[4], contains("It acknowledges the FIN of row 4 as well, by ack 2"));
}

TEST_CASE("an RST is explained by its cause") {
  const std::string closed = opened + "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> P. 1:6(5) ack 2 -->\n";
  CHECK_THAT(texts_of(closed + "<-- R 2:2(0) <--\n").back(), contains("nobody will read what still comes"));
  CHECK_THAT(texts_of(opened + "--> R. 1:1(0) ack 1 -->\n").back(), contains("SO_LINGER"));
  CHECK_THAT(texts_of(opened + "--> P. 1:6(5) ack 1 -->\n<-- R 1:1(0) <--\n").back(),
             contains("the server has no such connection"));
}

TEST_CASE("a recorded call takes the place of those that could have been") {
  Analysis analysis = analysis_of(opened + "--> F. 1:1(0) ack 1 -->\n");
  analysis.ladder.rows[3].remarks.push_back({End::client, "shutdown", {}});
  CHECK_THAT(explain_text(analysis), contains("shutdown(SHUT_WR), as recorded"));
  analysis.ladder.rows[3].remarks.front().text = "the client is killed";
  CHECK_THAT(explain_text(analysis), contains("its program was killed"));
}

TEST_CASE("datagrams and errors about them are explained too") {
  const auto texts =
      texts_of("--> UDP (5) -->\n<-- UDP (1) <--\n<-- ICMP 3/3 <--\n<-- ICMP 3/1 <--\n<-- ICMP 11/0 <--\n");
  CHECK_THAT(texts[0], contains("A datagram of 5 bytes; sendto()"));
  CHECK(texts[1] == "A datagram of 1 byte.");
  CHECK_THAT(texts[2], contains("nobody has port 12345"));
  CHECK_THAT(texts[3], contains("destination unreachable (3/1)"));
  CHECK_THAT(texts[4], contains("time exceeded (11/0)"));
}

TEST_CASE("an ICMP error about TCP is told as a filter's, since a kernel refuses by an RST") {
  const auto texts = texts_of("--> S 0:0(0) -->\n<-- ICMP 3/3 <--\n");
  CHECK_THAT(texts.back(), contains("a filter refuses it"));
  CHECK_THAT(texts.back(), !contains("nobody has port"));
}

TEST_CASE("explain keeps to the width of a terminal in both languages") {
  const std::string ladder = opened +
                             "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n"
                             "<-- R. 1:1(0) ack 6 <--\n";
  for (const Language language : {Language::english, Language::chinese})
    CHECK(widest_line(explain_text(analysis_of(ladder), language)) <= 80);
}

TEST_CASE("an acknowledgment of what nobody sent does not make those behind it old") {
  const auto texts = texts_of(opened + "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 900011 <--\n" +
                              "--> P. 11:21(10) ack 1 -->\n<-- . 1:1(0) ack 21 <--\n");
  CHECK_THAT(texts.back(), !contains("older ACK"));
  CHECK_THAT(texts.back(), contains("21"));
}
