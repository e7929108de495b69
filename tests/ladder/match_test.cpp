#include "ladder/match.hpp"

#include "ladder/parse.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

Ladder captured_from(const std::string& text, const test::InitialNumbers& iss = test::initial_numbers[2]) {
  const Connection connection = test::connection_from(text, iss);
  return ladder_of(connection, exchange_of(connection));
}

const std::string handshake =
    "SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
    "ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
    "ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n";

const std::string crossing =
    "FIN-WAIT-1 --> F. 1:1(0) ack 1 ...\n"
    "CLOSING <-- F. 1:1(0) ack 1 <-- FIN-WAIT-1\n"
    "... F. 1:1(0) ack 1 --> CLOSING\n"
    "CLOSING --> . 2:2(0) ack 2 ...\n"
    "TIME-WAIT <-- . 2:2(0) ack 2 <-- CLOSING\n"
    "... . 2:2(0) ack 2 --> TIME-WAIT\n";

}  // namespace

TEST_CASE("a capture matches the ladder that describes it") {
  for (const auto& iss : test::initial_numbers) {
    CHECK_FALSE(find_difference(parse_ladder(handshake), captured_from(handshake, iss)));
    CHECK_FALSE(find_difference(parse_ladder(handshake + crossing), captured_from(handshake + crossing, iss)));
  }
}

TEST_CASE("how the two ends' rows are interleaved does not matter") {
  const std::string other_half_first =
      "... F. 1:1(0) ack 1 <-- FIN-WAIT-1\n"
      "FIN-WAIT-1 --> F. 1:1(0) ack 1 --> CLOSING\n"
      "CLOSING <-- F. 1:1(0) ack 1 ...\n"
      "... . 2:2(0) ack 2 <-- CLOSING\n"
      "CLOSING --> . 2:2(0) ack 2 --> TIME-WAIT\n"
      "TIME-WAIT <-- . 2:2(0) ack 2 ...\n";
  CHECK_FALSE(find_difference(parse_ladder(handshake + other_half_first), captured_from(handshake + crossing)));
}

TEST_CASE("segments that cross do not match a ladder in which they do not") {
  const std::string in_turn =
      "FIN-WAIT-1 --> F. 1:1(0) ack 1 -->\n"
      "<-- F. 1:1(0) ack 1 <--\n"
      "--> . 2:2(0) ack 2 -->\n"
      "<-- . 2:2(0) ack 2 <--\n";
  const auto difference = find_difference(parse_ladder(handshake + in_turn), captured_from(handshake + crossing));
  REQUIRE(difference);
}

TEST_CASE("a field that is left out is not checked") {
  CHECK_FALSE(find_difference(parse_ladder("--> S -->\n<-- S. <--\n--> . -->\n"), captured_from(handshake)));
}

TEST_CASE("the first field that differs is named with its two values") {
  struct Case {
    std::string from, to, what;
  };
  const Case cases[] = {
      {"<-- S. 0:0(0) ack 1", "<-- S. 0:0(0) ack 2", "ack: expected 2, captured 1"},
      {"--> . 1:1(0)", "--> . 2:2(0)", "seq: expected 2:2(0), captured 1:1(0)"},
      {"--> . 1:1(0)", "--> P. 1:1(0)", "flags: expected P., captured ."},
      {"--> ESTABLISHED", "--> CLOSE-WAIT", "server's state: expected CLOSE-WAIT, captured ESTABLISHED"},
      {"ack 1 --> E", "ack 1 win 1 --> E", "win: expected 1, captured 64240"}};
  for (const Case& changed : cases) {
    std::string expected = handshake;
    const std::size_t at = expected.find(changed.from);
    REQUIRE(at != std::string::npos);
    expected.replace(at, changed.from.size(), changed.to);
    const auto difference = find_difference(parse_ladder(expected), captured_from(handshake));
    REQUIRE(difference);
    CHECK(difference->what == changed.what);
    CHECK(difference->expected == difference->captured);
  }
}

TEST_CASE("a row marked ? may be absent, but not be something else") {
  const std::string optional = handshake + "? --> P. 1:6(5) ack 1 -->\n--> F. ack 1 -->\n";
  CHECK_FALSE(find_difference(parse_ladder(optional), captured_from(handshake + "--> F. 1:1(0) ack 1 -->\n")));
  CHECK_FALSE(find_difference(parse_ladder(optional),
                              captured_from(handshake + "--> P. 1:6(5) ack 1 -->\n--> F. 6:6(0) ack 1 -->\n")));
  CHECK(find_difference(parse_ladder(optional),
                        captured_from(handshake + "--> P. 1:7(6) ack 1 -->\n--> F. 7:7(0) ack 1 -->\n")));
}

TEST_CASE("a row marked * may be seen any number of times") {
  const std::string any = handshake + "* --> P. ack 1 -->\n--> F. ack 1 -->\n";
  CHECK_FALSE(find_difference(parse_ladder(any), captured_from(handshake + "--> F. 1:1(0) ack 1 -->\n")));
  CHECK_FALSE(find_difference(
      parse_ladder(any),
      captured_from(handshake + "--> P. 1:6(5) ack 1 -->\n--> P. 6:9(3) ack 1 -->\n--> F. 9:9(0) ack 1 -->\n")));
}

TEST_CASE("a surplus segment and a missing one are told apart") {
  const auto surplus = find_difference(parse_ladder(handshake), captured_from(handshake + "--> P. 1:6(5) ack 1 -->\n"));
  REQUIRE(surplus);
  CHECK_FALSE(surplus->expected);
  CHECK(surplus->captured == 3U);
  const auto missing = find_difference(parse_ladder(handshake + "--> P. 1:6(5) ack 1 -->\n"), captured_from(handshake));
  REQUIRE(missing);
  CHECK(missing->expected == 3U);
  CHECK_FALSE(missing->captured);
  CHECK(missing->what == "the capture ends before this row");
}

TEST_CASE("usual causes are named") {
  const auto hint_of = [](const std::string& expected, const std::string& captured) {
    const auto difference = find_difference(parse_ladder(handshake + expected), captured_from(handshake + captured));
    REQUIRE(difference);
    return difference->hint;
  };
  CHECK(hint_of("<-- . 1:1(0) <--\n<-- F. <--\n", "<-- F. 1:1(0) ack 1 <--\n").find("delayed ACK") !=
        std::string::npos);
  CHECK(hint_of("--> F. -->\n", "--> R. 1:1(0) ack 1 -->\n").find("reset") != std::string::npos);
  CHECK(hint_of("--> P. 1:6(5) -->\n--> F. 6:6(0) -->\n", "--> P. 1:6(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n")
            .find("repeats") != std::string::npos);
}

TEST_CASE("a lost segment matches only where the ladder says that it is lost") {
  const std::string lost = handshake + "--> F. 1:1(0) ack 1 lost ...\n--> F. 1:1(0) ack 1 -->\n";
  const std::string repeated = handshake + "--> F. 1:1(0) ack 1 -->\n--> F. 1:1(0) ack 1 -->\n";
  CHECK_FALSE(find_difference(parse_ladder(lost), captured_from(lost)));
  CHECK(find_difference(parse_ladder(repeated), captured_from(lost)));
  CHECK(find_difference(parse_ladder(lost), captured_from(repeated)));
}

TEST_CASE("a capture at one end is held against that end's order only") {
  const Connection whole = test::connection_from(handshake + crossing);
  for (const End end : {End::client, End::server}) {
    const Connection seen = test::as_captured_at(end, whole);
    const Ladder ladder = ladder_of(seen, exchange_of(seen));
    CHECK_FALSE(
        find_difference(parse_ladder(handshake + crossing), ladder, end == End::client ? View::client : View::server));
  }
}

TEST_CASE("the states before the first segment count") {
  const std::string heading = "client server\nCLOSED CLOSED\n";
  const auto difference = find_difference(parse_ladder(heading + handshake), captured_from(handshake));
  REQUIRE(difference);
  CHECK(difference->what == "the server's state before the first segment: expected CLOSED, captured LISTEN");
}

TEST_CASE("two captures have one signature exactly when each end saw the same") {
  const std::string one = "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n";
  const std::string same_to_each_end = "... F. 1:1(0) ack 1 <--\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 ...\n";
  const std::string in_turn = "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n";
  CHECK(signature(captured_from(handshake + one)) ==
        signature(captured_from(handshake + same_to_each_end, test::initial_numbers[0])));
  CHECK(signature(captured_from(handshake + one)) != signature(captured_from(handshake + in_turn)));
}

TEST_CASE("an expected option is any of its name, and one after 'no' must not be there") {
  Ladder captured = captured_from(handshake);
  captured.rows[0].options = {"mss 1460", "sackOK", "TS val 7 ecr 0", "nop", "wscale 7"};
  const auto difference_of = [&](const std::string& options) -> std::string {
    std::string expected = handshake;
    expected.replace(expected.find("0:0(0) -->"), 10, "0:0(0) <" + options + "> -->");
    const auto difference = find_difference(parse_ladder(expected), captured);
    return difference ? difference->what : "";
  };
  CHECK(difference_of("TS").empty());
  CHECK(difference_of("TS val 7 ecr 0, mss 1460").empty());
  CHECK(difference_of("mss,no eol").empty());
  CHECK(difference_of("T") == "options: expected T, captured none such");
  CHECK(difference_of("mss 1") == "options: expected mss 1, captured none such");
  CHECK(difference_of("no sackOK") == "options: expected no sackOK, captured sackOK");
  CHECK(difference_of("no TS") == "options: expected no TS, captured TS val 7 ecr 0");
}

TEST_CASE("datagrams are compared by protocol, length, type and code") {
  const std::string echo = "--> UDP (5) -->\n<-- UDP (6) <--\n--> UDP (5) -->\n<-- ICMP 3/3 <--\n";
  const auto difference_of = [&](const std::string& expected) -> std::string {
    const auto difference = find_difference(parse_ladder(expected), captured_from(echo));
    return difference ? difference->what : "";
  };
  CHECK(difference_of(echo).empty());
  CHECK(difference_of("--> UDP -->\n<-- UDP <--\n--> UDP -->\n<-- ICMP <--\n").empty());
  CHECK(difference_of("--> UDP (7) -->\n") == "length: expected 7, captured 5");
  CHECK(difference_of("--> UDP -->\n<-- ICMP <--\n") == "protocol: expected ICMP, captured UDP");
  CHECK(difference_of("--> . -->\n") == "protocol: expected TCP, captured UDP");
  CHECK(difference_of("--> UDP -->\n<-- UDP <--\n--> UDP -->\n<-- ICMP 3/1 <--\n") ==
        "ICMP type/code: expected 3/1, captured 3/3");
}

TEST_CASE("any SYN counts from itself, whatever its connection's numbers") {
  for (const auto& iss : test::initial_numbers) {
    const Ladder captured = captured_from(handshake + "--> S 900:900(0) -->\n<-- . 1:1(0) ack 1 <--\n", iss);
    CHECK(captured.rows[3].seq == SequenceRange{0, 0, 0});
    const Ladder stray = captured_from("--> P. 1:6(5) ack 1 -->\n<-- S. 77:77(0) ack 6 <--\n", iss);
    CHECK(stray.rows[1].ack == 6);
  }
}
