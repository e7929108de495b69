// The rarer sentences that explain has for a row, each where it is true.
#include <cstdint>

#include "explained.hpp"
#include "report/explain_text.hpp"
#include "report/row_prose.hpp"
#include "report/verdict_text.hpp"

using namespace tcplab;
using test::connection_from;
using test::contains;
using test::opened;
using test::texts_of;

namespace {

/// The ladder's connection with other windows and options, by row from 1.
class Changed {
 public:
  explicit Changed(const std::string& ladder) : connection_(connection_from(ladder)) {}
  Changed& window(std::size_t row, std::uint16_t window) {
    connection_.segments.at(row - 1).window = window;
    return *this;
  }
  Changed& options(std::size_t row, std::vector<std::uint8_t> options) {
    connection_.segments.at(row - 1).options = options;
    return *this;
  }
  Changed& urgent(std::size_t row, std::uint16_t pointer) {
    connection_.segments.at(row - 1).urgent_pointer = pointer;
    return *this;
  }
  Changed& identification(std::size_t row, std::uint32_t identification) {
    connection_.segments.at(row - 1).ip_identification = identification;
    return *this;
  }
  Changed& later(std::size_t row, std::chrono::milliseconds time) {
    for (std::size_t i = row - 1; i < connection_.segments.size(); ++i)
      for (auto* sighting : {&connection_.segments[i].departed, &connection_.segments[i].arrived})
        if (*sighting) (*sighting)->time += time;
    return *this;
  }
  [[nodiscard]] std::string text(std::size_t row) const { return texts_of(connection_).at(row - 1); }
  [[nodiscard]] std::string all() const { return explain_text(analyse(connection_)); }

 private:
  Connection connection_;
};

const std::string five = "--> P. 1:6(5) ack 1 -->\n";

}  // namespace

TEST_CASE("each option of a SYN is explained once, and named where it comes again") {
  const std::vector<std::uint8_t> all = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7, 34, 2, 254, 2};
  Changed changed(opened);
  changed.options(1, all).options(2, all);
  const std::string first = changed.text(1), second = changed.text(2);
  CHECK_THAT(first, contains("at most 1460 bytes of data in a segment to it (mss)"));
  CHECK_THAT(first, contains("it understands selective acknowledgments (sackOK)"));
  CHECK_THAT(first, contains("it puts timestamps on its segments, if both ends offer that (TS)"));
  CHECK_THAT(first, contains("count in units of 128, if both ends offer that (wscale)"));
  CHECK_THAT(first, contains("it asks for a Fast Open cookie (tfo)") && contains("unknown-254"));
  CHECK_THAT(second, contains("mss 1460; sackOK; TS; wscale 7"));
}

TEST_CASE("an option that stands twice in a SYN is told with each of its values") {
  const std::string text = Changed(opened).options(1, {2, 4, 5, 180, 2, 4, 2, 24, 3, 3, 7, 3, 3, 2}).text(1);
  CHECK_THAT(text, contains("at most 1460 bytes") && contains("at most 536 bytes"));
  CHECK_THAT(text, contains("units of 128") && contains("units of 4"));
}

TEST_CASE("a Fast Open cookie and a signature are said to be there") {
  CHECK_THAT(Changed(opened).options(1, {34, 6, 1, 2, 3, 4}).text(1),
             contains("shows or hands out a Fast Open cookie"));
  std::vector<std::uint8_t> signature(18);
  signature[0] = 19, signature[1] = 18;
  CHECK_THAT(Changed(opened).options(1, signature).text(1), contains("it signs its segments (md5)"));
}

TEST_CASE("data of a SYN is said to be acknowledged, or ignored") {
  const std::string syn = "--> S 0:5(5) -->\n";
  CHECK_THAT(texts_of(syn + "<-- S. 0:0(0) ack 6 <--\n").at(1), contains("acknowledges data of the SYN as well"));
  CHECK_THAT(texts_of(syn + "<-- S. 0:0(0) ack 1 <--\n").at(1), contains("but not the data that came with it"));
}

TEST_CASE("data of a SYN is Fast Open's only with its option") {
  const std::string answered = "--> S 0:5(5) -->\n<-- S. 0:0(0) ack 6 <--\n";
  const Changed plain(answered);
  CHECK_THAT(plain.text(1), contains("no Fast Open option") && !contains("MSG_FASTOPEN"));
  CHECK_THAT(plain.text(2), !contains("Fast Open"));
  Changed asked(answered);
  for (const std::vector<std::uint8_t>& option : {std::vector<std::uint8_t>{34, 6, 1, 2, 3, 4}, {254, 4, 0xf9, 0x89}})
    CHECK_THAT(asked.options(1, option).text(1),
               contains("on Linux, and connectx() on macOS") && !contains("connect();"));
  CHECK_THAT(asked.all(), contains("Opened by TCP Fast Open: the SYN of row 1"));
}

TEST_CASE("no call is named for flags that do not go together, and urgent data is counted") {
  Changed urgent(opened + "--> P.U 1:6(5) ack 1 -->\n--> P.U 6:11(5) ack 1 -->\n--> SFRPU 11:11(0) -->\n");
  urgent.urgent(4, 1).urgent(5, 2);
  CHECK_THAT(urgent.text(4), contains("urgent data ends 1 byte behind the first number; send() with MSG_OOB"));
  CHECK_THAT(urgent.text(5), contains("urgent data ends 2 bytes behind the first number."));
  CHECK_THAT(urgent.text(6), contains("RST does not go together with SYN or FIN") && !contains("SO_LINGER"));
}

TEST_CASE("the offer of congestion notification is told, and what became of it") {
  const std::string answer = "<-- S.E 0:0(0) ack 1 <--\n",
                    echoes = "--> . 1:1(0) ack 1 -->\n<-- P.EW 1:6(5) ack 1 <--\n";
  const auto classic = texts_of("--> SEW 0:0(0) -->\n" + answer + echoes);
  CHECK_THAT(classic[0], contains("it offers explicit congestion notification"));
  CHECK_THAT(classic[1], contains("it accepts explicit congestion notification"));
  CHECK_THAT(classic[3], contains("E (ECE)") && contains("W (CWR)"));
  const auto accurate = texts_of("--> SEWe 0:0(0) -->\n<-- S.W 0:0(0) ack 1 <--\n" + echoes);
  CHECK_THAT(accurate[0], contains("it offers accurate congestion notification"));
  CHECK_THAT(accurate[1], contains("RFC 9768"));
  CHECK(accurate[3].find("(ECE)") == std::string::npos);
}

TEST_CASE("a window that grows, shrinks or closes is told in bytes where both SYNs tell its units") {
  const std::string ladder = opened + five + "<-- . 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 6 <--\n";
  Changed changed(ladder);
  changed.window(5, 0).window(6, 300).window(7, 200);
  CHECK_THAT(changed.text(5), contains("Window 0"));
  CHECK_THAT(changed.text(6), contains("Window update") && contains("300 bytes"));
  CHECK_THAT(changed.text(7), contains("ACK with a smaller window, 200 bytes"));
  changed.options(1, {3, 3, 2, 0}).options(2, {3, 3, 4, 0});
  CHECK_THAT(changed.text(6), contains("4800 bytes"));
  Changed begun(five + "<-- . 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 6 <--\n");
  CHECK_THAT(begun.window(3, 30000).text(3), contains("ACK with a smaller window, win 30000"));
}

TEST_CASE("a window probe and a keep-alive are asked and answered") {
  const std::string probe = "--> . 6:7(1) ack 1 -->\n", full = "<-- . 1:1(0) ack 6 <--\n";
  Changed probed(opened + five + full + probe + full + probe + full);
  for (const std::size_t row : {5U, 7U, 9U}) probed.window(row, 0);
  CHECK_THAT(probed.text(6), contains("Window probe"));
  CHECK_THAT(probed.text(7), contains("Answer to the window probe of row 6"));
  CHECK_THAT(probed.text(8), contains("Window probe: is there room again?"));
  const std::string ask = "--> . 5:5(0) ack 1 -->\n";
  Changed kept(opened + five + full + ask + full + ask + full);
  kept.later(6, std::chrono::seconds(1)).later(8, std::chrono::seconds(1));
  CHECK_THAT(kept.text(6), contains("Keep-alive"));
  CHECK_THAT(kept.text(7), contains("Answer to the keep-alive of row 6"));
  CHECK_THAT(kept.text(8), contains("it only asks whether the server is still there"));
}

TEST_CASE("an ACK that says nothing new is told from one of what came again, and from a duplicate ACK") {
  const std::string ack = "<-- . 1:1(0) ack 6 <--\n";
  CHECK_THAT(texts_of(opened + five + ack + ack).at(5), contains("ACK that says nothing new"));
  CHECK_THAT(texts_of(opened + five + ack + five + ack).at(6), contains("already had: row 6 came again"));
  const std::string lost = "--> P. 6:11(5) ack 1 lost ...\n", next = "--> P. 11:16(5) ack 1 -->\n";
  const auto texts = texts_of(opened + five + ack + lost + next + ack + ack + ack + "--> P. 6:11(5) ack 1 -->\n" + ack);
  CHECK_THAT(texts.at(7), contains("Duplicate ACK, number 1 in a row"));
  CHECK_THAT(texts.at(9), contains("Duplicate ACK, number 3 in a row"));
  CHECK_THAT(texts.at(10), contains("because three duplicate ACKs ask for it"));
  CHECK_THAT(texts.at(11), contains("Duplicate ACK, number 4 in a row"));
}

TEST_CASE("what was too big for the way is sent again because ICMP said so, and data of a SYN as it was left out") {
  const auto texts =
      texts_of(opened + "--> . 1:1401(1400) ack 1 lost ...\n<-- ICMP 3/4 <--\n--> . 1:1201(1200) ack 1 -->\n" +
               "--> . 1201:1401(200) ack 1 -->\n");
  CHECK_THAT(texts.at(5), contains("in segments of the size that ICMP has just told it to keep to"));
  CHECK_THAT(texts.at(6), contains("Again, as it was too big: data of row 4."));
  const auto refused = texts_of("--> S 0:11(11) -->\n<-- S. 0:0(0) ack 1 <--\n--> P. 1:12(11) ack 1 -->\n");
  CHECK_THAT(refused.at(2), contains("as soon as the SYN,ACK has come, which acknowledges the SYN without its data"));
}

TEST_CASE("what SACK tells to be lost is sent again because of that, and a partial ACK asks for the next") {
  const std::string three = "--> P. 1:6(5) ack 1 lost ...\n--> P. 6:11(5) ack 1 lost ...\n--> P. 11:16(5) ack 1 -->\n";
  const std::string ack = "<-- . 1:1(0) ack 1 <--\n", first = "--> P. 1:6(5) ack 1 -->\n",
                    second = "--> P. 6:11(5) ack 1 -->\n";
  Changed sacked(opened + three + ack + first + second);
  sacked.options(7, {1, 1, 5, 10, 0, 0, 0, 11, 0, 0, 0, 16});
  CHECK_THAT(sacked.text(7), contains("SACK") && contains("11:16"));
  CHECK_THAT(sacked.text(8), contains("without waiting for the timer: SACK blocks of the server's ACKs"));
  CHECK_THAT(sacked.text(9), contains("Again, taken for lost by SACK: data of row 5."));
  const auto texts = texts_of(opened + three + ack + ack + ack + ack + first + "<-- . 1:1(0) ack 6 <--\n" + second);
  CHECK_THAT(texts.back(), contains("partial ACK, RFC 6582"));
}

TEST_CASE("SACK blocks beyond 2 gigabytes are counted on, as the rows are") {
  Changed far(opened + "--> . 1:1000000001(1000000000) ack 1 -->\n<-- . 1:1(0) ack 1000000001 <--\n" +
              "--> . 1000000001:2000000001(1000000000) ack 1 -->\n<-- . 1:1(0) ack 2000000001 <--\n" +
              "--> . 2000000001:3000000001(1000000000) ack 1 -->\n<-- . 1:1(0) ack 3000000001 <--\n" +
              "--> . 3000000001:3000000011(10) ack 1 lost ...\n--> . 3000000011:3000000021(10) ack 1 -->\n" +
              "<-- . 1:1(0) ack 3000000001 <--\n");
  far.options(12, {1, 1, 5, 10, 0xb2, 0xd0, 0x5e, 0x0b, 0xb2, 0xd0, 0x5e, 0x15});
  CHECK_THAT(far.text(12), contains("3000000011:3000000021"));
}

TEST_CASE("an RST of an end that has closed answers a row, and ends nothing once the other has its FIN") {
  const auto texts = texts_of(opened +
                              "--> F. 1:1(0) ack 1 -->\n<-- P. 1:6(5) ack 1 <--\n<-- . 6:6(0) ack 2 <--\n"
                              "--> R 1:1(0) -->\n--> R 2:2(0) -->\n");
  CHECK_THAT(texts.at(7),
             contains("RST: it answers row 5, for the client has closed") && contains("has the FIN of row 4 by now"));
}

TEST_CASE("what comes first of an end is right behind nothing that it had sent before") {
  CHECK_THAT(texts_of(opened + five).back(), contains("right behind what"));
  const auto begun_late = texts_of("--> P. 1:6(5) ack 1 -->\n--> P. 6:11(5) ack 1 -->\n");
  CHECK_THAT(begun_late[0], !contains("right behind what"));
  CHECK_THAT(begun_late[1], contains("right behind what"));
}

TEST_CASE("a FIN crosses another that it does not acknowledge, whatever is sent behind that") {
  const std::string behind = opened + "--> F. 1:1(0) ack 1 -->\n--> P. 2:7(5) ack 1 -->\n<-- F. 1:1(0) ack ";
  CHECK_THAT(texts_of(behind + "2 <--\n").back(), !contains("cross"));
  CHECK_THAT(texts_of(behind + "1 <--\n").at(5), contains("cross"));
}

TEST_CASE("Wireshark's list calls a fast or spurious retransmission only that") {
  CHECK(wireshark_names(1) == "[TCP Retransmission]");
  CHECK(wireshark_names(1 | 2) == "[TCP Fast Retransmission]");
  CHECK(wireshark_names(1 | 4) == "[TCP Spurious Retransmission]");
}

TEST_CASE("an RST is explained by each of its causes") {
  CHECK_THAT(texts_of("<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n").back(), contains("RST"));
  const std::string ended = opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";
  CHECK_THAT(texts_of(ended + "<-- R. 2:2(0) ack 2 <--\n").back(), contains("both directions had ended"));
  const std::string broken = opened + "--> R. 1:1(0) ack 1 -->\n";
  CHECK_THAT(texts_of(broken + "--> R. 1:1(0) ack 1 -->\n").back(), contains("RST"));
  Changed timed_out(opened + five + five + five + five + "--> R. 6:6(0) ack 1 -->\n");
  for (const std::size_t row : {5U, 6U, 7U}) timed_out.later(row, std::chrono::seconds(1));
  CHECK_THAT(timed_out.text(8), contains("RST"));
}

TEST_CASE("what comes again names each row that brought some of it, and counts what is new") {
  const std::string ten = five + "--> P. 6:11(5) ack 1 -->\n";
  const auto texts = texts_of(opened + ten + "--> P. 1:11(10) ack 1 -->\n--> P. 6:21(15) ack 1 -->\n");
  CHECK_THAT(texts.at(5), contains("data of rows 4 and 5") && !contains("for the first time"));
  CHECK_THAT(texts.at(6), contains("data of row 5") && contains("It also brings 10 bytes for the first time."));
}

TEST_CASE("data that comes behind a FIN for the first time is not said to be that row's") {
  const auto texts =
      texts_of(opened + "--> F. 81:81(0) ack 1 -->\n--> . 1:1(0) ack 1 -->\n--> P. 1:81(80) ack 1 -->\n");
  CHECK_THAT(texts.at(5), !contains("row 4"));
  CHECK_THAT(texts_of("--> S 0:0(0) -->\n--> F 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> F. 0:0(0) ack 1 -->\n").at(3),
             contains("the FIN of row 2"));
}

TEST_CASE("a copy is one of the packet right before it, be that sent again or a probe") {
  Changed twice(opened + five + five + five);
  twice.later(5, std::chrono::seconds(1)).identification(4, 7).identification(5, 8).identification(6, 8);
  CHECK_THAT(twice.text(5), contains("Again: data of row 4"));
  CHECK_THAT(twice.text(6), contains("The packet of row 5 once more"));
}

TEST_CASE("an ACK of a part names the row, and what comes late is there to be acknowledged") {
  const auto part = texts_of(opened + "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 21 <--\n");
  CHECK_THAT(part.at(4), contains("ACK of a part of row 4: the server has everything before number 6."));
  CHECK_THAT(part.at(5), contains("ACK of row 4"));
  const std::string gap = opened + "--> P. 6:11(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n";
  CHECK_THAT(texts_of(gap + "<-- . 1:1(0) ack 6 <--\n").at(5), contains("ACK of row 5"));
  const auto unseen = texts_of(opened + five + "<-- . 1:1(0) ack 6 <--\n<-- . 1:1(0) ack 11 <--\n");
  CHECK_THAT(unseen.at(5), contains("has not been captured, or is recorded behind it"));
}

TEST_CASE("an RST behind the first answers what came, or changes nothing") {
  const std::string reset = "<-- R 1:1(0) <--\n";
  const auto texts = texts_of(opened + five + reset + reset + "--> P. 6:11(5) ack 1 -->\n" + reset);
  CHECK_THAT(texts.at(5), contains("Another RST, of the server: the connection is over already"));
  CHECK_THAT(texts.at(7), contains("each segment that still comes is answered so"));
  CHECK_THAT(texts_of(opened + five + reset + five + "<-- R. 1:1(0) ack 6 <--\n").at(6),
             contains("Another RST, of the server"));
}

TEST_CASE("an ACK that others overtook says nothing, nor does its window") {
  const std::string late = "<-- . 1:1(0) ack 6 <--\n", latest = "<-- . 1:1(0) ack 11 <--\n";
  Changed changed(opened + five + "--> P. 6:11(5) ack 1 -->\n" + latest + late + latest);
  changed.window(6, 300).window(7, 0).window(8, 300);
  CHECK_THAT(changed.text(7), contains("An older ACK: the server had said ack 11 before.") && !contains("Window 0"));
  CHECK_THAT(changed.text(8), contains("ACK that says nothing new"));
}

TEST_CASE("what is sent again unasked is told by what else may have caused it") {
  const std::string lost = "--> P. 1:6(5) ack 1 lost ...\n";
  Changed data(opened + lost + five);
  CHECK_THAT(data.text(5), contains("So soon it may be a tail loss probe (RFC 8985 section 7)"));
  CHECK_THAT(data.later(5, std::chrono::seconds(1)).text(5),
             contains("each further wait is usually longer, up to a limit") && !contains("probe"));
  const std::string syn = "--> S 0:0(0) -->\n";
  CHECK_THAT(texts_of(syn + "... S. 0:0(0) ack 1 lost <--\n" + syn + "<-- S. 0:0(0) ack 1 <--\n").at(3),
             contains("Again: the SYN,ACK of row 2, 2.0 ms later, because the SYN came again in row 3."));
  CHECK_THAT(texts_of(syn + "... S. 0:0(0) ack 1 lost <--\n--> S 0:0(0) ...\n... S. 0:0(0) ack 1 lost <--\n"
                            "... S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n")
                 .at(5),
             contains("because the SYN came again in row 3."));
  Changed refused(syn + "<-- R. 0:0(0) ack 1 <--\n" + syn);
  CHECK_THAT(refused.later(3, std::chrono::seconds(1)).text(3), contains("tries once more after the RST of row 2"));
  CHECK_THAT(texts_of(syn + "<-- R. 0:0(0) ack 1 <--\n" + syn + "<-- R. 0:0(0) ack 1 <--\n").at(3),
             contains("Another RST: the server refuses the SYN of row 3 too."));
}

TEST_CASE("a window of 0 says nothing where nothing more can come") {
  Changed closing(opened + five + "<-- F. 1:1(0) ack 6 <--\n--> . 6:6(0) ack 2 -->\n");
  closing.window(5, 0).window(6, 0);
  for (const std::size_t row : {5U, 6U}) CHECK_THAT(closing.text(row), !contains("Window 0"));
}

TEST_CASE("FINs that are far apart do not cross: the first had not come") {
  Changed changed(opened + "--> F. 1:1(0) ack 1 lost ...\n<-- F. 1:1(0) ack 1 <--\n");
  CHECK_THAT(changed.text(5), contains("the two cross"));
  CHECK_THAT(changed.later(5, std::chrono::seconds(2)).text(5),
             contains("that was lost, or still under way to the server"));
}

TEST_CASE("what is recorded behind its answer is said to be, not overtaken nor crossing") {
  const auto seen = [](const std::string& ladder) {
    return texts_of(test::as_captured_at(End::client, connection_from(ladder)));
  };
  const auto late = seen(opened + "<-- . 1:1(0) ack 6 <--\n" + five);
  CHECK_THAT(late.at(3), contains("Data: 5 bytes") && contains("It was recorded behind its own acknowledgment"));
  CHECK_THAT(late.at(4), contains("ACK of row 4"));
  const std::string late_opening = "<-- S. 0:0(0) ack 1 <--\n--> S 0:0(0) -->\n--> . 1:1(0) ack 1 -->\n";
  const std::string told = explain_text(analyse(test::as_captured_at(End::client, connection_from(late_opening))));
  CHECK_THAT(told,
             contains("Recorded behind its own acknowledgment, and shown before it here: 1 segment of\nthe client"));
  const auto late_syn = seen(late_opening);
  CHECK_THAT(late_syn.at(0), contains("SYN: the client asks") && contains("recorded behind its own acknowledgment"));
  Connection later = test::as_captured_at(End::client, connection_from(late_opening));
  later.segments[1].departed->time += std::chrono::seconds(1);
  CHECK_THAT(texts_of(later).at(1),
             contains("SYN, which the SYN,ACK of row 1 answers already: it was recorded late, or"));
}

TEST_CASE("of what came and was not taken it is said why that may be") {
  Changed syns("--> S 0:0(0) -->\n" + opened);
  syns.later(2, std::chrono::seconds(1));
  CHECK_THAT(syns.text(1), contains("took no notice of it: the queue of its listener may be full"));
  CHECK_THAT(syns.text(2), !contains("took no notice"));
  Changed deferred(opened + "<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n");
  deferred.later(4, std::chrono::seconds(1));
  CHECK_THAT(deferred.text(3), contains("took no notice") && contains("TCP_DEFER_ACCEPT"));
  CHECK_THAT(deferred.text(4), contains("or was not taken"));
}

TEST_CASE("an ACK of more than a FIN is not said to be one more than its number") {
  const std::string fin = opened + "--> F. 1:1(0) ack 1 -->\n";
  CHECK_THAT(texts_of(fin + "<-- . 1:1(0) ack 2 <--\n").at(4), contains("ack 2 is one more than the FIN's number"));
  CHECK_THAT(texts_of(fin + "--> P. 2:40(38) ack 1 -->\n<-- . 1:1(0) ack 40 <--\n").at(5),
             contains("and of what has higher numbers") && !contains("one more than"));
}

TEST_CASE("what was turned away is not what an ACK acknowledges, but what was sent in its stead") {
  Connection connection = test::as_captured_at(
      End::client,
      connection_from(opened + "--> . 1:101(100) ack 1 -->\n<-- ICMP 3/4 <--\n--> . 1:61(60) ack 1 -->\n"
                               "--> . 61:101(40) ack 1 -->\n<-- . 1:1(0) ack 61 <--\n<-- . 1:1(0) ack 101 <--\n"));
  connection.segments[3].ip_identification = connection.segments[4].quoted_identification = 7;
  connection.segments[4].seq = connection.segments[3].seq;
  connection.segments[4].error_source = ErrorSource::between;
  connection.segments[5].ip_identification = 8;
  connection.segments[6].ip_identification = 9;
  const std::string text = explain_text(analyse(connection));
  CHECK_THAT(text, contains("ACK of row 6:") && contains("ACK of row 7:") && !contains("ACK of row 4"));
}

TEST_CASE("what is out of order in the file, but not by its times, was recorded late") {
  Changed overtaken(opened + "--> P. 6:11(5) ack 1 -->\n" + five);
  overtaken.identification(4, 9).identification(5, 8);
  CHECK_THAT(overtaken.text(5), contains("Out of order") && !contains("Recorded behind"));
  overtaken.later(5, std::chrono::milliseconds(-2));
  CHECK_THAT(overtaken.text(5), contains("Recorded behind what came later, as the times show"));
}

TEST_CASE("each kind of ICMP error is told by what it says, in the numbers of its version") {
  const auto said_of = [](IcmpKind kind, int version, std::uint16_t mtu = 0) {
    Connection connection = test::as_captured_at(End::client, connection_from("--> S 0:0(0) -->\n<-- ICMP 3/1 <--\n"));
    connection.segments[1].icmp = kind;
    connection.segments[1].window = mtu;
    if (version == 6) connection.client.address.version = connection.server.address.version = 6;
    return texts_of(connection)[1];
  };
  CHECK_THAT(said_of({3, 1}, 4), contains("destination unreachable (3/1)"));
  CHECK_THAT(said_of({3, 3}, 4), contains("a filter refuses it"));
  CHECK_THAT(said_of({3, 4}, 4), contains("too big (3/4)"));
  CHECK_THAT(said_of({3, 4}, 4, 1300), contains("no packet of more than 1300 bytes"));
  CHECK_THAT(said_of({4, 0}, 4), contains("source quench"));
  CHECK_THAT(said_of({5, 1}, 4), contains("redirect (5/1): a router has passed on what the client sent"));
  CHECK_THAT(said_of({11, 0}, 4), contains("too many routers"));
  CHECK_THAT(said_of({11, 1}, 4), contains("fragments of a packet of the client"));
  CHECK_THAT(said_of({12, 0}, 4), contains("parameter problem"));
  CHECK_THAT(said_of({1, 4}, 6), contains("a filter refuses it"));
  CHECK_THAT(said_of({2, 0}, 6), contains("ICMPv6, too big (2/0)"));
  CHECK_THAT(said_of({3, 0}, 6), contains("too many routers"));
  CHECK_THAT(said_of({4, 1}, 6), contains("parameter problem"));
  CHECK_THAT(said_of({100, 0}, 6), contains("ICMPv6 error, type 100, code 0"));
}

TEST_CASE("an ICMP error of a router names what it turned away, and a SYN with another TTL is a program's") {
  Connection connection =
      connection_from("--> S 0:0(0) -->\n<-- ICMP 11/0 <--\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n");
  connection = test::as_captured_at(End::client, connection);
  connection.segments[0].hop_limit = 1;
  connection.segments[0].ip_identification = connection.segments[1].quoted_identification = 7;
  connection.segments[1].seq = connection.segments[0].seq;
  connection.segments[1].error_source = ErrorSource::between;
  connection.segments[2].hop_limit = 2;
  connection.segments[2].ip_identification = 8;
  const auto traced = texts_of(connection);
  CHECK_THAT(traced[0], contains("It was turned away: the ICMP error of row 2 quotes it."));
  CHECK_THAT(traced[1],
             contains("It comes from a router or filter on the way, not from the server's host. It quotes row "
                      "1, captured with a TTL of 1: the router that counted it down to 0 tells.") &&
                 !contains("forged"));
  CHECK_THAT(traced[2], contains("with a TTL of 2. No kernel sends a SYN again with another TTL"));
  connection.segments[2].hop_limit = 1;
  CHECK_THAT(texts_of(connection)[2], contains("No acknowledgment of it had come in time"));
}

TEST_CASE("further RSTs in the name of one that did not send the first are not said to be its own") {
  const auto texts = texts_of(test::as_captured_at(
      End::client, connection_from(opened + "<-- R 1:1(0) <--\n<-- R 64:64(0) <--\n<-- R 190:190(0) <--\n")));
  CHECK_THAT(texts.at(3), contains("RST in the name of the server, which did not send it"));
  CHECK_THAT(texts.at(5), contains("An RST in the name of the server, which did not send this one either"));
  CHECK_THAT(texts_of(opened + "<-- R. 1:1(0) ack 1 ...\n... R 1:1(0) -->\n").at(4),
             contains("An RST in the name of the client, which did not send this one either"));
}

TEST_CASE("an RST fails the call of a program that may still call, where it comes") {
  const auto last = [](const std::string& ladder) { return texts_of(opened + ladder).back(); };
  const auto fails = contains("next call fails, once what came before is read: Connection reset by peer");
  CHECK_THAT(last("<-- R. 1:1(0) ack 1 <--\n"), fails);
  CHECK_THAT(last("... R. 1:1(0) ack 1 lost <--\n"), !fails);
  const std::string closed = "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n";
  CHECK_THAT(last(closed + "<-- R. 2:2(0) ack 1 <--\n"), contains("next write fails (Broken pipe)") && !fails);
  CHECK_THAT(last(closed + "--> F. 1:1(0) ack 2 -->\n<-- R 2:2(0) <--\n"), !contains("fails"));
}

TEST_CASE("what was sent once and comes twice was duplicated on the way, and is no stray") {
  Connection connection = connection_from(opened + "--> P. 1:6(5) ack 1 -->\n... P. 1:6(5) ack 1 -->\n");
  connection.segments[4].ip_identification = connection.segments[3].ip_identification;
  const std::string row = texts_of(connection)[4];
  CHECK_THAT(row, contains("The packet of row 4 once more: the client sent it once, so something on") &&
                      !contains("nobody was seen to send it"));
}

TEST_CASE("of a socket that is connected to itself both columns are told as one") {
  Connection connection = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n--> S. 0:0(0) ack 1 -->\n--> . 1:1(0) ack 1 -->\n"
                                         "--> P. 1:6(5) ack 1 -->\n--> . 6:6(0) ack 6 -->\n"
                                         "--> F. 6:6(0) ack 6 -->\n--> . 7:7(0) ack 7 -->\n"));
  connection.server = connection.client;
  connection.server_iss = connection.client_iss;
  const auto texts = test::texts_of(connection);
  const std::vector<std::string> parts = {
      "CLOSED to SYN-SENT",
      "SYN,ACK: the client, which had sent a SYN of its own, acknowledges that of row 1",
      "ACK of the SYN,ACK in row 2",
      "Data: 5 bytes",
      "ACK of row 4",
      "It is the other end's FIN as well, so both directions end.",
      "CLOSING to TIME-WAIT"};
  REQUIRE(texts.size() == parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    INFO(texts[i]);
    CHECK(texts[i].find(parts[i]) != std::string::npos);
  }
  const Analysis analysis = analyse(connection);
  const std::string verdict = verdict_text(analysis.connection, analysis.verdict, analysis.ladder, Language::english);
  CHECK(verdict.find("are one socket, which connected to its own port: the SYN of row 1") != std::string::npos);
  CHECK(verdict.find("Its FIN in row 6 closed both directions") != std::string::npos);
}
