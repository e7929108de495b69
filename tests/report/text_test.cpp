#include "report/text.hpp"

#include "report/difference_text.hpp"
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
  CHECK(wrapped("one two three", 0, 7) == "one two\nthree\n");
  CHECK(wrapped("incomprehensibilities of it", 2, 10) == "  incomprehensibilities\n  of it\n");
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

TEST_CASE("the heading of a UDP exchange counts packets") {
  const Analysis echo = analysis_of("--> UDP (5) -->\n<-- UDP (6) <--\n--> UDP (5) -->\n<-- ICMP 3/3 <--\n");
  CHECK(heading(echo) == "10.0.0.1:40000 -> 10.0.0.2:12345, UDP, 4 packets in 3.0 ms, seen at both ends");
  CHECK(widest_line(show_text(echo)) <= 80);
}
