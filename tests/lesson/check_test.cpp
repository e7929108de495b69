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
  CHECK_THROWS_WITH(load_ladder(a.lab), test::contains("ladder.txt: line 1: unknown flags 'Q'"));
}
