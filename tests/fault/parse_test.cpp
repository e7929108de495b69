#include "fault/parse.hpp"

#include <vector>

#include "packet/printable.hpp"
#include "support/catch.hpp"

using namespace tcplab;
using namespace std::chrono_literals;

namespace {

template <typename Kind>
Kind parsed(std::string_view text) {
  const Rule rule = parse_rule(text);
  CHECK(rule.text == text);
  REQUIRE(std::holds_alternative<Kind>(rule.deed));
  return std::get<Kind>(rule.deed);
}

std::string error_of(std::string_view text) {
  try {
    parse_rule(text);
  } catch (const RuleError& error) {
    return error.what();
  }
  return "no error";
}

Choice first(End from, std::string_view flags) {
  return {.from = from, .ordinal = 1, .flags = parse_tcp_flags(flags)};
}

Moment passing(const Choice& segment, bool arrives) {
  return {SegmentPasses{segment, arrives}};
}

}  // namespace

TEST_CASE("a segment is chosen by its host, its place, its flags, its length and what it carries") {
  CHECK(parsed<Drop>("drop the client's 1st F.").segment == first(End::client, "F."));
  CHECK(parsed<Drop>("drop client's 1st F.").segment == first(End::client, "F."));
  CHECK(parsed<Drop>("drop the server's 12th .").segment ==
        Choice{.from = End::server, .ordinal = 12, .flags = parse_tcp_flags(".")});
  CHECK(parsed<Drop>("drop the client's every S").segment ==
        Choice{.from = End::client, .ordinal = std::nullopt, .flags = parse_tcp_flags("S")});
  CHECK(parsed<Drop>("drop the client's 3rd segment").segment == Choice{.from = End::client, .ordinal = 3});
  CHECK(parsed<Drop>("drop the client's 2nd P. of 1000 bytes with \"two words\"").segment ==
        Choice{.from = End::client,
               .ordinal = 2,
               .flags = parse_tcp_flags("P."),
               .length_bytes = 1000,
               .payload = "two words"});
  CHECK(parsed<Drop>("drop the server's 1st datagram of 1 byte").segment ==
        Choice{.from = End::server, .kind = Choice::Kind::datagram, .length_bytes = 1});
  CHECK(parsed<Drop>("drop the server's 1st none").segment == Choice{.from = End::server, .flags = TcpFlags()});
}

TEST_CASE("what the wire does to a segment") {
  const auto delay = parsed<Delay>("delay the server's 1st P. by 300 ms");
  CHECK(delay.segment == first(End::server, "P."));
  CHECK(delay.by == 300ms);
  CHECK(parsed<Delay>("delay the server's 1st P. by 2s").by == 2s);
  CHECK(parsed<Duplicate>("duplicate the client's 1st P.").segment == first(End::client, "P."));
  CHECK(parsed<Swap>("swap the client's 1st P.").segment == first(End::client, "P."));
  CHECK(parsed<MarkCe>("mark the client's 1st P.").segment == first(End::client, "P."));
  const auto hold = parsed<Hold>("hold the client's 1st F. until the server's 1st F. departs");
  CHECK(hold.segment == first(End::client, "F."));
  CHECK(hold.until == passing(first(End::server, "F."), false));
}

TEST_CASE("a moment is a segment's departure or arrival, a program's end, or a state, or some time after it") {
  CHECK(parsed<Cut>("cut the cable when the client's 1st P. departs").at == passing(first(End::client, "P."), false));
  CHECK(parsed<Mend>("mend the cable when the client's 1st P. arrives").at == passing(first(End::client, "P."), true));
  CHECK(parsed<Stop>("stop when the client ends").at == Moment{ProgramEnds{End::client}});
  CHECK(parsed<Stop>("stop when server ends").at == Moment{ProgramEnds{End::server}});
  CHECK(parsed<PressEnter>("press Enter at the server when the client is in TIME-WAIT").at ==
        Moment{EntersState{End::client, State::time_wait}});
  Moment later = passing(first(End::client, "R."), true);
  later.later = 100ms;
  const auto replay = parsed<Replay>("replay the client's 1st S 100 ms after the client's 1st R. arrives");
  CHECK(replay.segment == first(End::client, "S"));
  CHECK(replay.at == later);
}

TEST_CASE("what happens to a host") {
  CHECK(parsed<Kill>("kill the server when the client's 1st . arrives").host == End::server);
  CHECK(parsed<Reboot>("reboot the client when the client's 1st . arrives").host == End::client);
  CHECK(parsed<Run>("run the client again when the client ends").host == End::client);
  CHECK(parsed<PressEnter>("press Enter at the client when the server ends").host == End::client);
}

TEST_CASE("a forged segment may have an offset") {
  CHECK(parsed<Forge>("forge the client's R when the client's 1st . arrives").seq_offset == 0);
  CHECK(parsed<Forge>("forge the client's R at +1000 when the client's 1st . arrives").seq_offset == 1000);
  CHECK(parsed<Forge>("forge the server's S at -5 when the client's 1st . arrives").seq_offset == -5);
  CHECK(to_string(parsed<Forge>("forge the server's R. when the client ends").flags) == "R.");
}

TEST_CASE("what is no rule is named, with what was expected") {
  const std::vector<std::pair<std::string, std::string>> errors = {
      {"", "it begins with none of drop"},
      {"lose the client's 1st F.", "it begins with none of drop"},
      {"drop", "expected \"the client's\" or \"the server's\", found the end"},
      {"drop the router's 1st F.", "found 'router's'"},
      {"drop the client's F.", "which of them? Expected '1st', '2nd' and so on, or 'every', found 'F.'"},
      {"drop the client's 0th F.", "which of them?"},
      {"drop the client's 1x F.", "which of them?"},
      {"drop the client's 1st X", "unknown flags 'X' (letters of FSRP.UEW, or none)"},
      {"drop the client's 1st", "unknown flags the end"},
      {"drop the client's 1st F. now", "cannot read 'now' behind it"},
      {"drop the client's 1st P. of many bytes", "expected a number of bytes, found 'many'"},
      {"drop the client's 1st P. of 5", "expected 'bytes', found the end"},
      {"drop the client's 1st P. with text", "expected a text in '\"' behind 'with', found 'text'"},
      {"drop the client's 1st P. with \"text", "the '\"' is never closed"},
      {"drop the client's 1st \"P.\"", "unknown flags 'P.'"},
      {"delay the client's 1st P. by soon", "expected a time such as '300 ms', found 'soon'"},
      {"delay the client's 1st P. by 300", "a time is given in 'ms' or 's', not in ''"},
      {"delay the client's 1st P. by 3 min", "not in 'min'"},
      {"delay the client's 1st P. by 3601 s", "a time is an hour at most, not 3601 s"},
      {"delay the client's 1st P.", "expected 'by', found the end"},
      {"hold the client's 1st F.", "expected 'until', found the end"},
      {"hold the client's 1st F. until the server's 1st F.", "expected 'departs' or 'arrives', found the end"},
      {"hold the client's 1st F. until the server's every F. departs", "a moment comes once: '1st', '2nd' and so on"},
      {"cut when the client ends", "expected 'the', found 'when'"},
      {"cut the cable", "expected 'when', or a time and 'after', found the end"},
      {"cut the cable 5 ms", "expected 'after', found the end"},
      {"cut the cable when the client", "expected 'ends' or 'is in', found the end"},
      {"cut the cable when the client is in LOVE", "unknown state 'LOVE' (`tcplab states` lists them)"},
      {"kill everyone when the client ends", "expected 'the client' or 'the server', found 'everyone'"},
      {"run the client when the client ends", "expected 'again', found 'when'"},
      {"press the client when the client ends", "expected 'Enter', found 'the'"},
      {"forge the client's R at here when the client ends",
       "expected an offset such as '+1000' behind 'at', found 'here'"},
      {"drop the client's 99999999999st F.", "which of them?"},
      {"drop the \x1b[2J", "found '\\x1b[2J'"},
  };
  for (const auto& [text, expected] : errors) {
    INFO(text);
    const std::string error = error_of(text);
    INFO(error);
    CHECK(error.starts_with("'" + printable(text) + "': "));
    CHECK(error.find(expected) != std::string::npos);
  }
}
