#include "lesson/check.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

const std::string crossing =
    "SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n"
    "FIN-WAIT-1 --> F. 1:1(0) ack 1 ...\nCLOSING <-- F. 1:1(0) ack 1 <-- FIN-WAIT-1\n... F. 1:1(0) ack 1 --> CLOSING\n"
    "CLOSING --> . 2:2(0) ack 2 ...\nTIME-WAIT <-- . 2:2(0) ack 2 <-- CLOSING\n... . 2:2(0) ack 2 --> TIME-WAIT\n";

struct ALab {
  test::TemporaryDirectory directory;
  Lesson lab;
  explicit ALab(const std::string& ladder) {
    lab.name = "a-lab";
    lab.folder = directory.path();
    directory.write("ladder.txt", ladder);
  }
};

}  // namespace

TEST_CASE("a recording of both ends is compared at both") {
  const ALab a(crossing);
  const CheckResult result = check(a.lab, {analyse(test::connection_from(crossing))});
  CHECK_FALSE(result.difference);
  CHECK(result.view == View::both_ends);
}

TEST_CASE("a capture at one end is compared as that end's, whichever it is") {
  const ALab a(crossing);
  const Connection whole = test::connection_from(crossing);
  CHECK(check(a.lab, {analyse(test::as_captured_at(End::client, whole))}).view == View::client);
  CHECK_FALSE(check(a.lab, {analyse(test::as_captured_at(End::client, whole))}).difference);
  CHECK_FALSE(check(a.lab, {analyse(test::as_captured_at(End::server, whole))}).difference);
}

TEST_CASE("of several connections the one that matches counts") {
  const ALab a(crossing);
  const Analysis refused = analyse(test::connection_from("--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n"));
  const CheckResult result = check(a.lab, {refused, analyse(test::connection_from(crossing))});
  CHECK_FALSE(result.difference);
  CHECK(result.connection == 1);
  CHECK(check(a.lab, {refused}).difference);
}

TEST_CASE("another system's ladder counts only where it is asked for") {
  const std::string refused = "--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n";
  const ALab a(crossing);
  CHECK(systems_apart(a.lab).empty());
  a.directory.write("ladder.windows.txt", refused);
  CHECK(systems_apart(a.lab) == std::vector<std::string_view>{"windows"});
  const std::vector<Analysis> captured = {analyse(test::connection_from(refused))};
  CHECK(check(a.lab, captured).difference);
  CHECK_FALSE(check(a.lab.ladder_of("windows"), captured).difference);
  CHECK(check(a.lab.ladder_of("macos"), captured).difference->what.find("ladder.macos.txt is missing") !=
        std::string::npos);
}

TEST_CASE("a SYN that was refused and is repeated matches as often as its ladder allows") {
  const std::string once = "--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n";
  const std::string perhaps = "? --> S 0:0(0) -->\n? <-- R. 0:0(0) ack 1 <--\n";
  const ALab a(once + once + perhaps + perhaps);
  std::string captured = once;
  CHECK(check(a.lab, {analyse(test::connection_from(captured))}).difference);
  for (int times = 2; times <= 4; ++times) {
    captured += once;
    INFO(times << " times");
    CHECK_FALSE(check(a.lab, {analyse(test::connection_from(captured))}).difference);
  }
  CHECK(check(a.lab, {analyse(test::connection_from(captured + once))}).difference);
}

TEST_CASE("a capture without a connection, and a lab without a ladder, differ") {
  const ALab a(crossing);
  CHECK(check(a.lab, {}).difference->what == "no TCP connection was captured");
  Lesson none = a.lab;
  none.folder = a.directory.path() / "elsewhere";
  CHECK(check(none, {analyse(test::connection_from(crossing))}).difference->what.find("ladder.txt is missing") !=
        std::string::npos);
}

TEST_CASE("a ladder that cannot be read is an error with file and line") {
  const ALab a("--> Q -->\n");
  CHECK_THROWS_WITH(load_ladders(a.lab.ladder()), test::contains("ladder.txt: line 1: unknown flags 'Q'"));
}

namespace {

const std::string refusal = "client server\n--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n";
const std::string two_sections = refusal + "# then\nclient server\n" + crossing;

Analysis seen(const std::string& ladder) {
  return analyse(test::connection_from(ladder));
}
Analysis seen_at(End end, const std::string& ladder) {
  return analyse(test::as_captured_at(end, test::connection_from(ladder)));
}

}  // namespace

TEST_CASE("the ladders of a lab are matched in order by some of the connections") {
  const ALab a(two_sections);
  const Analysis other = seen("--> UDP (5) -->\n"), strange = seen("--> P. 1:6(5) ack 1 -->\n");
  const CheckResult result = check(a.lab, {strange, seen(refusal), other, seen(refusal), seen(crossing), strange});
  CHECK_FALSE(result.difference);
  CHECK(result.expected.size() == 2);
  CHECK(result.section == 0);
  CHECK(result.connection == 1U);
  CHECK(result.matched == std::vector<std::size_t>{1, 4});
}

TEST_CASE("a ladder that no later connection matches is named, with the connection nearest to it") {
  const ALab a(two_sections);
  const std::string nearly = crossing.substr(0, crossing.rfind("TIME-WAIT <--"));
  const CheckResult result = check(a.lab, {seen(crossing), seen(refusal), seen(refusal), seen(nearly)});
  REQUIRE(result.difference);
  CHECK(result.section == 1);
  CHECK(result.matched == std::vector<std::size_t>{1});
  CHECK(result.connection == 3U);
  CHECK(result.difference->expected == 6U);
  CHECK(result.ladder().comments == std::vector<std::string>{" then"});
}

TEST_CASE("a connection too few is said to be missing") {
  const ALab a(two_sections);
  const CheckResult result = check(a.lab, {seen(crossing), seen(refusal)});
  REQUIRE(result.difference);
  CHECK(result.difference->what == "no further TCP connection was captured, and the lab makes 2");
  CHECK_FALSE(result.connection);
  CHECK(result.section == 1);
}

TEST_CASE("captures made at one point must match all ladders as seen from the same end") {
  const std::string begun = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
  // An ACK crosses the FIN: whose capture has only the ACK's sender cannot tell that it came after.
  const std::string by_client = begun +
                                "--> P. 1:6(5) ack 1 -->\n--> F. 6:6(0) ack 1 ...\n<-- . 1:1(0) ack 6 <--\n"
                                "... F. 6:6(0) ack 1 -->\n<-- F. 1:1(0) ack 7 <--\n--> . 7:7(0) ack 2 -->\n";
  const std::string by_server = begun +
                                "<-- P. 1:6(5) ack 1 <--\n... F. 6:6(0) ack 1 <--\n--> . 1:1(0) ack 6 -->\n"
                                "<-- F. 6:6(0) ack 1 ...\n--> F. 1:1(0) ack 7 -->\n<-- . 7:7(0) ack 2 <--\n";
  const ALab a("client server\n" + by_client + "client server\n" + by_server);
  CHECK_FALSE(check(a.lab, {seen(by_client), seen(by_server)}).difference);
  for (const End end : {End::client, End::server}) {
    const CheckResult result = check(a.lab, {seen_at(end, by_client), seen_at(end, by_server)});
    CHECK_FALSE(result.difference);
    CHECK(result.view == (end == End::client ? View::client : View::server));
  }
  const CheckResult mixed = check(a.lab, {seen_at(End::server, by_client), seen_at(End::client, by_server)});
  CHECK(mixed.difference);
}

TEST_CASE("a UDP exchange is held against a ladder of datagrams only") {
  const ALab a("--> UDP (5) -->\n<-- ICMP 3/3 <--\n");
  const Analysis exchange = seen("--> UDP (5) -->\n<-- ICMP 3/3 <--\n");
  CHECK(check(a.lab, {seen(crossing), exchange}).connection == 1U);
  CHECK(check(a.lab, {seen(crossing)}).difference->what == "no UDP exchange was captured");
  CHECK(check(ALab(crossing).lab, {exchange}).difference->what == "no TCP connection was captured");
}
