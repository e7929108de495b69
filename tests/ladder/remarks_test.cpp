#include "ladder/remarks.hpp"

#include "ladder/parse.hpp"
#include "ladder/print.hpp"
#include "support/catch.hpp"

using namespace tcplab;

namespace {

constexpr RemarkColumns columns{4, 18, 50};

Remark of(std::optional<End> end, const std::string& text) {
  return {end, text, {}};
}

}  // namespace

TEST_CASE("the remarks of both ends stand side by side, each in its own order") {
  CHECK(print({of(End::client, "connect returns"), of(End::server, "accept returns"), of(End::client, "send")},
              columns) ==
        "#   connect returns                               accept returns\n"
        "#   send\n");
  CHECK(print({of(End::server, "listen")}, columns) == "#                                                 listen\n");
}

TEST_CASE("a remark on the wire stands between, behind all that was before it") {
  CHECK(print({of(End::client, "send"), of({}, "the cable is cut"), of(End::server, "close")}, columns) ==
        "#   send\n"
        "#                 the cable is cut\n"
        "#                                                 close\n");
}

TEST_CASE("a long remark of the server begins further left, and takes a line of its own if it must") {
  const std::string failure = "receive fails: Connection reset by peer";
  CHECK(print({of(End::client, "send"), of(End::server, failure)}, columns) ==
        "#   send                                 receive fails: Connection reset by peer\n");
  CHECK(print({of(End::client, failure), of(End::server, failure)}, columns) ==
        "#   receive fails: Connection reset by peer\n"
        "#                                        receive fails: Connection reset by peer\n");
}

TEST_CASE("a ladder with remarks is read back as the same rows") {
  Ladder ladder = parse_ladder("client server\nCLOSED LISTEN\nSYN-SENT --> S 0:0(0) --> SYN-RECEIVED # held\n");
  ladder.rows[0].remarks = {of(End::client, "connect"), of(End::server, "accept")};
  ladder.closing = {of({}, "the cable is cut")};
  const std::string text = print(ladder);
  CHECK(text.find("connect") < text.find("SYN-SENT"));
  CHECK(text.find("SYN-SENT") < text.find("the cable is cut"));
  const Ladder again = parse_ladder(text);
  REQUIRE(again.rows.size() == 1);
  CHECK(again.rows[0].note == "held");
  ladder.rows[0].remarks.clear();
  CHECK(print(again.rows[0]) == print(ladder.rows[0]));
}
