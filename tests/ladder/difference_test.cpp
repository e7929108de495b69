// What is said of a capture that does not match: which row is named, what differs there, and the usual cause.
#include "ladder/match.hpp"
#include "ladder/parse.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

Ladder captured_from(const std::string& text) {
  const Connection connection = test::connection_from(text, test::initial_numbers[1]);
  return ladder_of(connection, exchange_of(connection));
}

const std::string handshake =
    "SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
    "ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
    "ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n";

/// Of what follows the handshake.
Difference difference_of(const std::string& expected, const std::string& captured) {
  const auto difference = find_difference(parse_ladder(handshake + expected), captured_from(handshake + captured));
  REQUIRE(difference);
  return *difference;
}

std::string hint_of(const std::string& expected, const std::string& captured) {
  return difference_of(expected, captured).hint;
}

/// Where the lab's ladder ends and the capture does not.
std::string surplus_hint(const std::string& expected, const std::string& surplus) {
  const Difference difference = difference_of(expected, expected + surplus);
  CHECK_FALSE(difference.expected);
  return difference.hint;
}

const char* const repeats = "it repeats an earlier segment: that one, or its ACK, was lost or late";
const char* const nobody_sent_it = "nobody sent it then: the wire replayed a copy of an earlier segment, or forged it";
const char* const reset =
    "the connection was reset: unread data at close, SO_LINGER 0, or data for a socket that is gone";

}  // namespace

TEST_CASE("a loss that differs is told from both sides") {
  const std::string arrives = "--> F. 1:1(0) ack 1 -->\n", lost = "--> F. 1:1(0) ack 1 lost ...\n";
  const Difference not_lost = difference_of(lost, arrives);
  CHECK(not_lost.what == "arrival: expected lost, captured arrives");
  CHECK(not_lost.hint == "in the lab it is lost: did the rule that drops it choose another segment?");
  const Difference not_there = difference_of(arrives, lost);
  CHECK(not_there.what == "arrival: expected arrives, captured lost");
  CHECK(not_there.hint == "it was lost on its way: by a rule, or because the cable was cut");
  CHECK(hint_of(lost, "--> P. 1:6(5) ack 1 -->\n").empty());
}

TEST_CASE("a segment on its way is neither lost nor arrived") {
  const auto crossing = [](const std::string& fin) {
    return "--> " + fin + " ...\n... P. 1:6(5) ack 1 <--\n... " + fin + " -->\n<-- P. 1:6(5) ack 1 ...\n";
  };
  const std::string captured = crossing("F. 1:1(0) ack 1");
  CHECK_FALSE(find_difference(parse_ladder(handshake + captured), captured_from(handshake + captured)));
  const Difference difference = difference_of(crossing("F. 2:2(0) ack 1"), captured);
  CHECK(difference.what == "seq: expected 2:2(0), captured 1:1(0)");
  CHECK(difference.hint.empty());
}

TEST_CASE("an RST is explained by what it came instead of") {
  CHECK(hint_of("<-- S. <--\n", "<-- R. 1:1(0) ack 1 <--\n") == "nobody listens on that port: is the server running?");
  CHECK(hint_of("<-- S. <--\n", "<-- R 1:1(0) <--\n") == reset);
  CHECK(hint_of("<-- P. <--\n", "<-- R. 1:1(0) ack 1 <--\n") == reset);
  CHECK(hint_of("<-- S. <--\n", "<-- P. 1:6(5) ack 1 <--\n").empty());
  CHECK(hint_of("<-- R. <--\n", "<-- R 1:1(0) <--\n").empty());
}

TEST_CASE("a close in order where the lab aborts is explained, and no other") {
  CHECK(hint_of("<-- R. <--\n", "<-- F. 1:1(0) ack 1 <--\n") ==
        "the connection was closed in order where it should have been aborted");
  CHECK(hint_of("<-- R. <--\n", "<-- P. 1:6(5) ack 1 <--\n").empty());
  CHECK(hint_of("<-- P. <--\n", "<-- F. 1:1(0) ack 1 <--\n").empty());
}

TEST_CASE("an ACK that rode on another segment, or did not, is explained where the same end sent it") {
  CHECK(hint_of("<-- . <--\n", "<-- P. 1:6(5) ack 1 <--\n") ==
        "the ACK was not sent by itself: it waited for this segment and rode on it (delayed ACK)");
  CHECK(hint_of("<-- . <--\n", "--> P. 1:6(5) ack 1 -->\n").empty());
  CHECK(hint_of("<-- P. <--\n", "<-- . 1:1(0) ack 1 <--\n") ==
        "the ACK was sent by itself, before the program had anything to send with it");
  CHECK(hint_of("<-- P. <--\n", "--> . 1:1(0) ack 1 -->\n").empty());
  CHECK(hint_of("<-- . 1:6(5) <--\n", "<-- P. 1:6(5) ack 1 <--\n").empty());
}

TEST_CASE("where a segment is on its way on one side only, the delay is blamed") {
  const std::string in_turn = "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n";
  const std::string crossing = "... F. 1:1(0) ack 1 <--\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 ...\n";
  CHECK(hint_of(in_turn, crossing) ==
        "a segment was still on its way here: the link's delay is another than the lab's");
  CHECK(hint_of(crossing, in_turn) ==
        "in the lab a segment is still on its way here: the link's delay is another than the lab's");
  CHECK(hint_of("--> F. -->\n", "--> P. 1:6(5) ack 1 lost ...\n").empty());
}

TEST_CASE("what comes before the one that departed first has overtaken it") {
  const std::string ack = ". 1:1(0) ack 1", data = "P. 1:6(5) ack 1";
  const std::string in_turn = "--> " + ack + " -->\n--> " + data + " -->\n";
  const std::string overtaken = "--> " + ack + " ...\n--> " + data + " -->\n... " + ack + " -->\n";
  const std::string overtook = "it overtook the one that is expected here: a wire that delays, holds or swaps them";
  CHECK(hint_of(in_turn, overtaken) == overtook);
  CHECK(hint_of(in_turn, "--> " + ack + " lost ...\n--> " + data + " -->\n") != overtook);
  CHECK(hint_of(in_turn, "--> " + data + " -->\n").ends_with("(delayed ACK)"));
}

TEST_CASE("what has arrived by then was not overtaken") {
  const std::string crossing =
      "--> . 1:1(0) ack 1 ...\n... P. 1:6(5) ack 1 <--\n... . 1:1(0) ack 1 -->\n<-- P. 1:6(5) ack 1 ...\n";
  CHECK(
      hint_of(crossing + "--> . -->\n--> P. -->\n", crossing + "--> P. 1:6(5) ack 6 -->\n").ends_with("(delayed ACK)"));
  const std::string data_crossing =
      "--> P. 1:6(5) ack 1 ...\n... P. 1:6(5) ack 1 <--\n... P. 1:6(5) ack 1 -->\n<-- P. 1:6(5) ack 1 ...\n";
  CHECK(hint_of(data_crossing + "--> P. -->\n", data_crossing + "--> F. 6:6(0) ack 6 -->\n").empty());
}

TEST_CASE("where a segment's arrival is not what the lab has there, that end's row is named") {
  const auto crossing = [](const std::string& state) {
    return "--> F. 1:1(0) ack 1 ...\n... P. 1:6(5) ack 1 <--\n... F. 1:1(0) ack 1 --> " + state +
           "\n<-- P. 1:6(5) ack 1 ...\n";
  };
  const Difference difference = difference_of(crossing("CLOSING"), crossing("CLOSE-WAIT"));
  CHECK(difference.what == "server's state: expected CLOSING, captured CLOSE-WAIT");
  CHECK(difference.expected == 5U);
}

TEST_CASE("a segment that repeats an earlier one is told by its end, its numbers and its flags") {
  CHECK(surplus_hint("--> P. 1:2(1) ack 1 -->\n", "--> P. 1:2(1) ack 1 -->\n") == repeats);
  CHECK(surplus_hint("--> F. 1:1(0) ack 1 -->\n", "--> F. 1:1(0) ack 1 -->\n") == repeats);
  CHECK(surplus_hint("", "--> S 0:0(0) -->\n") == repeats);
  CHECK(surplus_hint("", "--> . 1:1(0) ack 1 -->\n").empty());
  CHECK(surplus_hint("--> P. 1:6(5) ack 1 -->\n", "--> P. 6:11(5) ack 1 -->\n").empty());
  CHECK(surplus_hint("--> P. 1:6(5) ack 1 -->\n", "<-- P. 1:6(5) ack 1 <--\n").empty());
  CHECK(surplus_hint("--> P. 1:6(5) ack 1 -->\n", "--> . 1:6(5) ack 1 -->\n").empty());
  CHECK(hint_of("--> P. 1:6(5) -->\n--> F. -->\n", "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n") == repeats);
}

TEST_CASE("neither the first of two that are the same nor a segment's own arrival is a repetition") {
  CHECK(hint_of("--> F. -->\n", "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n").empty());
  const std::string departs = "--> F. 1:1(0) ack 1 ...\n... P. 1:6(5) ack 1 <--\n<-- P. 1:6(5) ack 1 ...\n";
  CHECK(surplus_hint(departs, "... F. 1:1(0) ack 1 -->\n").empty());
}

TEST_CASE("a segment that nobody sent is called so, beside the lab's rows and behind them") {
  const std::string stray = "... P. 1:6(5) ack 1 -->\n";
  CHECK(surplus_hint("", stray) == nobody_sent_it);
  CHECK(hint_of("--> F. -->\n", stray + "--> F. 1:1(0) ack 1 -->\n") == nobody_sent_it);
}

TEST_CASE("a copy that arrives before the segment itself is sent is not that segment") {
  const std::string copy = "... P. 1:6(5) ack 1 -->\n", sent = "--> P. 1:6(5) ack 1 ...\n", arrives = copy;
  const Difference difference = difference_of("--> P. 1:6(5) ack 1 -->\n* --> P. -->\n", copy + sent + arrives);
  CHECK(difference.what == "the two ends saw different segments here: they cross on their way");
  CHECK(difference.expected == 3U);
  CHECK(difference.captured == 4U);
}

TEST_CASE("of a ladder that was read from a text, departure and arrival are taken for one segment's") {
  const Ladder captured = parse_ladder(handshake + "--> P. 1:6(5) ack 1 ...\n... P. 1:6(5) ack 1 -->\n");
  CHECK_FALSE(find_difference(parse_ladder(handshake + "--> P. 1:6(5) ack 1 -->\n"), captured));
}

TEST_CASE("the surplus segment that is named is the first that either end has") {
  CHECK(difference_of("", "... P. 1:6(5) ack 1 <--\n--> F. 1:1(0) ack 1 ...\n").captured == 3U);
  CHECK(difference_of("", "--> F. 1:1(0) ack 1 ...\n... P. 1:6(5) ack 1 <--\n").captured == 3U);
  CHECK(difference_of("", "--> F. 1:1(0) ack 1 lost ...\n").captured == 3U);
  CHECK(difference_of("", "... F. 1:1(0) ack 1 lost <--\n").captured == 3U);
}

TEST_CASE("of the rows that may stand at a place, the one that differs least is named, and of equals the first") {
  const Difference least =
      difference_of("? --> P. 1:6(5) ack 2 -->\n--> F. 1:1(0) ack 2 -->\n? <-- R <--\n", "--> F. 1:1(0) ack 1 -->\n");
  CHECK(least.expected == 4U);
  CHECK(least.what == "ack: expected 2, captured 1");
  const Difference first = difference_of("? --> P. 1:6(5) -->\n--> P. 1:8(7) -->\n", "--> P. 1:7(6) ack 1 -->\n");
  CHECK(first.expected == 3U);
  CHECK(first.what == "seq: expected 1:6(5), captured 1:7(6)");
}

TEST_CASE("a row that differs is named before one that is missing or too many") {
  CHECK(difference_of("? --> P. 1:6(5) ack 1 -->\n", "--> P. 1:7(6) ack 1 -->\n").what ==
        "seq: expected 1:6(5), captured 1:7(6)");
  CHECK(difference_of("? <-- P. 1:6(5) <--\n", "<-- P. 1:6(5) ack 1 <--\n<-- P. 6:9(3) ack 1 <--\n").what ==
        "a further segment was captured that the ladder does not have");
}

TEST_CASE("a field that the capture does not have is named as none, and a state that it cannot know as unknown") {
  const auto what_of = [](const std::string& expected, const std::string& captured) -> std::string {
    const auto difference = find_difference(parse_ladder(expected), parse_ladder(captured));
    return difference ? difference->what : "";
  };
  CHECK(what_of("--> P. 1:6(5) -->\n", "--> P. -->\n") == "seq: expected 1:6(5), captured none");
  CHECK(what_of("--> P. ack 1 -->\n", "--> P. -->\n") == "ack: expected 1, captured none");
  CHECK(what_of("--> P. win 7 -->\n", "--> P. -->\n") == "win: expected 7, captured none");
  CHECK(what_of("--> UDP (5) -->\n", "--> UDP -->\n") == "length: expected 5, captured none");
  CHECK(what_of("--> ICMP 3/3 -->\n", "--> ICMP -->\n") == "ICMP type/code: expected 3/3, captured none");
  CHECK(what_of("CLOSING --> P. -->\n", "--> P. -->\n") == "client's state: expected CLOSING, captured unknown");
  CHECK(what_of("<-- P. <--\n", "--> P. -->\n") == "sender: expected server, captured client");
}
