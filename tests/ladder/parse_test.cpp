#include "ladder/parse.hpp"

#include "ladder/print.hpp"
#include "support/catch.hpp"

using namespace tcplab;

namespace {

Row only_row(const std::string& line) {
  const Ladder ladder = parse_ladder(line);
  REQUIRE(ladder.rows.size() == 1);
  return ladder.rows.front();
}

std::string error_of(const std::string& text) {
  try {
    parse_ladder(text);
  } catch (const LadderError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a row with every field is read") {
  const Row row =
      only_row(" 4 ? ESTABLISHED --> P. 1:18(17) ack 1 win 502 <nop,TS val 1 ecr 2> --> CLOSE-WAIT # a note\n");
  CHECK(row.repeat == Repeat::optional);
  CHECK(row.client == State::established);
  CHECK(row.from == End::client);
  CHECK(row.leg == Leg::whole);
  CHECK(row.flags == (TcpFlags::psh | TcpFlags::ack));
  CHECK(row.seq == SequenceRange{1, 18, 17});
  CHECK(row.ack == 1);
  CHECK(row.window == 502U);
  CHECK(row.options == std::vector<std::string>{"nop", "TS val 1 ecr 2"});
  CHECK(row.server == State::close_wait);
  CHECK(row.note == "a note");
}

TEST_CASE("all but arrows and flags may be left out") {
  const Row row = only_row("<-- R <--");
  CHECK(row.from == End::server);
  CHECK_FALSE(row.client);
  CHECK_FALSE(row.seq);
  CHECK_FALSE(row.ack);
}

TEST_CASE("arrows say who sends and what part of the way a row shows") {
  CHECK(only_row("--> S -->").leg == Leg::whole);
  CHECK(only_row("--> S ...").leg == Leg::departure);
  CHECK(only_row("... S -->").leg == Leg::arrival);
  CHECK(only_row("... S <--").leg == Leg::departure);
  CHECK(only_row("... S <--").from == End::server);
  CHECK(only_row("<-- S ...").leg == Leg::arrival);
  CHECK(only_row("<-- S ...").from == End::server);
  CHECK(only_row("--> S lost ...").leg == Leg::lost);
  CHECK(only_row("... S lost <--").leg == Leg::lost);
}

TEST_CASE("comments, the heading and the states before the first row are read") {
  const Ladder ladder = parse_ladder("# a title\n     client   server\n     CLOSED   LISTEN\n\n1 --> S -->\r\n");
  CHECK(ladder.comments == std::vector<std::string>{" a title"});
  CHECK(ladder.client == State::closed);
  CHECK(ladder.server == State::listen);
  CHECK(ladder.rows.front().line == 5);
}

TEST_CASE("what cannot be read is named with its line") {
  CHECK(error_of("1 ESTABLISED --> S -->") == "line 1: unknown state ESTABLISED (`tcplab states` lists them)");
  CHECK(error_of("# x\n--> Q -->") == "line 2: unknown flags 'Q' (letters of FSRP.UEW, or none; or UDP, ICMP)");
  CHECK(error_of("--> S 1:2(3) -->") == "line 1: '1:2(3)': from the first number to the end are 1, not 3");
  CHECK(error_of("--> S 1:2 -->") == "line 1: '1:2' is no sequence range such as 1:14(13)");
  CHECK(error_of("--> S 1:-9223372036854775808(1) -->") ==
        "line 1: '1:-9223372036854775808(1)' is no sequence range such as 1:14(13)");
  CHECK(error_of("--> S ack -->") == "line 1: 'ack' needs a number behind it, found '-->'");
  CHECK(error_of("--> S <--") == "line 1: the arrows point different ways");
  CHECK(error_of("... S ...") == "line 1: one arrow must say which way the segment goes");
  CHECK(error_of("--> S") ==
        "line 1: expected the arrow at the server's side (-->, <-- or ...), found the end of the line");
  CHECK(error_of("--> S <mss 1460 ...") == "line 1: the options' '<' is never closed by a '>'");
  CHECK(error_of("--> S <nop, > -->") == "line 1: an option between '<' and '>' is empty");
  CHECK(error_of("--> S <--> -->") ==
        "line 1: expected the arrow at the server's side (-->, <-- or ...), found '<-->'");
  CHECK(error_of("--> S --> CLOSED again") == "line 1: cannot read 'again'");
  CHECK(error_of("--> S lost -->") == "line 1: a lost segment has '...' at the side where it does not arrive");
  CHECK(error_of("") == "line 1: the ladder has no rows");
  CHECK(error_of("--> UDP (five) -->") == "line 1: '(five)' is no length such as (5)");
  CHECK(error_of("--> ICMP 3/ -->") == "line 1: '3/' is no ICMP type and code such as 3/3");
  CHECK(error_of("--> ICMP 3/256 -->") == "line 1: '3/256' is no ICMP type and code such as 3/3");
  CHECK(error_of("--> UDP 1:6(5) -->").find("line 1: expected the arrow at the server's side") == 0);
  CHECK(error_of("client server\n--> S -->\nclient server\n") == "line 3: the ladder has no rows");
  CHECK(error_of("client server\nclient server\n--> S -->\n") == "line 2: the ladder has no rows");
  CHECK(error_of("--> S -->\nclient server\n--> S -->\n") == "line 3: a second ladder, where one is expected");
}

TEST_CASE("a line that no terminal should be given is no line of a ladder") {
  for (const char* text : {"# \x1b[2J\n--> S -->\n", "--> S --> # \x7f\n", "--> S --> # \xff\n", "--> \x9b -->\n"})
    CHECK_THROWS_WITH(parse_ladder(text), test::contains("line 1: it holds a control character, or is no UTF-8"));
  CHECK(parse_ladder("#\ttab\n--> S --> # \xe8\xaf\xb4\r\n").rows.front().note == "\xe8\xaf\xb4");
}

TEST_CASE("blanks behind a note are no part of it") {
  CHECK(parse_ladder("--> S --> #  a note \t \n").rows.front().note == " a note");
  CHECK(parse_ladder("--> S --> #  \n").rows.front().note.empty());
}

TEST_CASE("a ladder is printed as it is read") {
  const std::string text =
      "# title\n"
      "    client                                                            server\n"
      "    CLOSED                                                            LISTEN\n"
      "1   SYN-SENT      -->  S   0:0(0)             win 64240            -->  SYN-RECEIVED\n"
      "2 ? ESTABLISHED   <--  S.  0:0(0)      ack 1  win 65160            <--  SYN-RECEIVED  # optional\n"
      "3 *               ...  .   -10:-10(0)  ack 1  <nop,nop,sackOK> lost <--\n";
  const Ladder ladder = parse_ladder(text);
  const PrintStyle all{.window = true, .options = true};
  const Ladder again = parse_ladder(print(ladder, all));
  CHECK(print(again, all) == print(ladder, all));
  REQUIRE(again.rows.size() == 3);
  CHECK(again.comments == ladder.comments);
  CHECK(again.rows[1].repeat == Repeat::optional);
  CHECK(again.rows[1].note == "optional");
  CHECK(again.rows[2].repeat == Repeat::any);
  CHECK(again.rows[2].leg == Leg::lost);
  CHECK(again.rows[2].seq == SequenceRange{-10, -10, 0});
  CHECK(again.rows[2].options.size() == 3);
  CHECK(again.rows[0].window == 64240U);
}

TEST_CASE("a printed ladder of ordinary segments stays within 80 columns") {
  const Ladder ladder = parse_ladder("10 SYN-RECEIVED --> S.E 100001:101449(1448) ack 1000001 --> SYN-RECEIVED\n");
  const std::string text = print(ladder);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    CHECK(end - begin <= 80);
    begin = end + 1;
  }
}

TEST_CASE("a state that is not known before the first row is printed and read as unknown") {
  Ladder ladder = parse_ladder("--> S ...\n");
  ladder.client = State::closed;
  const Ladder again = parse_ladder(print(ladder));
  CHECK(again.client == State::closed);
  CHECK_FALSE(again.server);
}

TEST_CASE("UDP and ICMP rows are read, and printed as they are read") {
  const std::string text =
      "    client                         server\n"
      "1                 -->  UDP   (5)  -->\n"
      "2                 <--  UDP        ...\n"
      "3                 <--  ICMP  3/3  <--  # nobody there\n"
      "4                 ...  ICMP  lost <--\n";
  const Ladder ladder = parse_ladder(text);
  REQUIRE(ladder.rows.size() == 4);
  CHECK(ladder.rows[0].protocol == Protocol::udp);
  CHECK(ladder.rows[0].length == 5U);
  CHECK_FALSE(ladder.rows[1].length);
  CHECK(ladder.rows[1].leg == Leg::arrival);
  CHECK(ladder.rows[2].protocol == Protocol::icmp);
  CHECK(ladder.rows[2].icmp == IcmpKind{3, 3});
  CHECK_FALSE(ladder.rows[3].icmp);
  CHECK(ladder.rows[3].leg == Leg::lost);
  CHECK(print(parse_ladder(print(ladder))) == print(ladder));
  CHECK(print(ladder.rows[2], {}).find("<--  ICMP  3/3  <--") == 0);
  CHECK(print(ladder.rows[0], {}) == "-->  UDP  (5)  -->");
}

TEST_CASE("each title begins another ladder, to which the comments before it belong") {
  const std::string text =
      "# the first\nclient server\nCLOSED LISTEN\n--> S -->\n# within\n--> . -->\n\n# the second\nclient server\n"
      "CLOSED CLOSED\n<-- R <--\n# behind\n";
  const std::vector<Ladder> ladders = parse_ladders(text);
  REQUIRE(ladders.size() == 2);
  CHECK(ladders[0].comments == std::vector<std::string>{" the first", " within"});
  CHECK(ladders[0].rows.size() == 2);
  CHECK(ladders[1].comments == std::vector<std::string>{" the second", " behind"});
  CHECK(ladders[1].server == State::closed);
  CHECK(ladders[1].rows.front().line == 11);
  CHECK(print(ladders) == print(ladders[0]) + "\n" + print(ladders[1]));
  CHECK(print(parse_ladders(print(ladders))) == print(ladders));
}
