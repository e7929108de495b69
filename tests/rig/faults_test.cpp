// Which segments rules choose, and when their moments come: without any host.
#include "rig/faults.hpp"

#include "fault/parse.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

namespace tcplab::test {
namespace {

using rig::Faults;
using Numbers = std::vector<Faults::Number>;

Faults faults(const std::vector<std::string>& texts) {
  std::vector<Rule> rules;
  for (const std::string& text : texts) rules.push_back(parse_rule(text));
  return Faults(std::move(rules));
}

/// What a segment of the client's means to the rules.
Faults::Meeting departing(Faults& rules, TcpFlags flags, std::string_view data = "", End from = End::client) {
  const Bytes bytes = frame({.flags = flags, .payload = std::string(data)});
  return rules.departing(from, decode(LinkType::ethernet, bytes));
}

TEST_CASE("segments are counted among those that the rest of the choice fits") {
  Faults rules = faults({"drop the client's 2nd P. of 5 bytes"});
  CHECK(departing(rules, TcpFlags::psh | TcpFlags::ack, "12345").chosen.empty());
  CHECK(departing(rules, TcpFlags::psh | TcpFlags::ack, "123456").chosen.empty());
  CHECK(departing(rules, TcpFlags::ack, "12345").chosen.empty());
  CHECK(departing(rules, TcpFlags::psh | TcpFlags::ack, "12345", End::server).chosen.empty());
  CHECK(departing(rules, TcpFlags::psh | TcpFlags::ack, "54321").chosen == Numbers{0});
  CHECK(departing(rules, TcpFlags::psh | TcpFlags::ack, "54321").chosen.empty());
}

TEST_CASE("'every' chooses all, and each rule counts for itself") {
  Faults rules = faults({"drop the client's every S", "delay the client's 2nd segment by 1 ms"});
  CHECK(departing(rules, TcpFlags::syn).chosen == Numbers{0});
  CHECK(departing(rules, TcpFlags::syn).chosen == Numbers{0, 1});
  CHECK(departing(rules, TcpFlags::syn | TcpFlags::ack).chosen.empty());
}

TEST_CASE("a payload is looked for anywhere in the data") {
  Faults rules = faults({"drop the client's 1st segment with \"Host: \""});
  CHECK(departing(rules, TcpFlags::ack, "GET / HTTP/1.1").chosen.empty());
  CHECK(departing(rules, TcpFlags::ack, "x\r\nHost: y").chosen == Numbers{0});
}

TEST_CASE("a segment can be the moment of a rule, by its departure or its arrival") {
  Faults rules =
      faults({"cut the cable when the client's 1st S departs", "mend the cable when the client's 1st S arrives",
              "hold the client's 1st S until the client's 2nd S departs"});
  const auto first = departing(rules, TcpFlags::syn);
  CHECK(first.departs == Numbers{0});
  CHECK(first.arrives == Numbers{1});
  CHECK(first.chosen == Numbers{2});
  CHECK_FALSE(rules.has_come(2));
  const auto second = departing(rules, TcpFlags::syn);
  CHECK(second.departs == Numbers{2});
  CHECK(rules.come(2));
  CHECK(rules.has_come(2));
}

TEST_CASE("a program's end and a state are moments only the first time") {
  Faults rules =
      faults({"stop when the client ends", "stop when the client is in CLOSED", "stop when the server ends"});
  CHECK(rules.ends(End::client) == Numbers{0});
  CHECK(rules.ends(End::client).empty());
  CHECK(rules.enters(End::server, State::closed).empty());
  CHECK(rules.enters(End::client, State::time_wait).empty());
  CHECK(rules.enters(End::client, State::closed) == Numbers{1});
  CHECK(rules.enters(End::client, State::closed).empty());
}

TEST_CASE("a rule with a time is due that much later, and not before") {
  Faults rules = faults({"stop 3600 s after the client ends", "stop 0 ms after the client ends"});
  CHECK(rules.ends(End::client) == Numbers{0, 1});
  const auto before = Faults::Clock::now();
  CHECK_FALSE(rules.come(0));
  CHECK(rules.come(1));
  REQUIRE(rules.next_due());
  CHECK(*rules.next_due() >= before + std::chrono::hours(1));
  CHECK(rules.take_due().empty());
  CHECK_FALSE(rules.has_come(0));
  CHECK(rules.unused() == std::vector<std::string>{"stop 3600 s after the client ends"});
}

TEST_CASE("of rules with a time only those are taken that are due by then, in the order of their times") {
  Faults rules = faults({"stop 200 ms after the client ends", "stop 100 ms after the client ends"});
  for (const Faults::Number number : rules.ends(End::client)) CHECK_FALSE(rules.come(number));
  const auto first = rules.next_due();
  REQUIRE(first);
  CHECK(rules.take_due(*first) == Numbers{1});
  CHECK(rules.has_come(1));
  CHECK_FALSE(rules.has_come(0));
  CHECK(rules.take_due(*first + std::chrono::seconds(1)) == Numbers{0});
}

TEST_CASE("datagrams and segments are not taken for each other") {
  Faults rules = faults({"drop the client's every datagram"});
  CHECK(departing(rules, TcpFlags::syn).chosen.empty());
  CHECK(rules.unused().size() == 1);
}

}  // namespace
}  // namespace tcplab::test
