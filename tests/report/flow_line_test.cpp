// A finished connection as a line: text, JSON and CSV; and which of them a filter lets pass.
#include "report/flow_line.hpp"

#include <nlohmann/json.hpp>

#include "json/json_text.hpp"
#include "report/flow_filter.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr const char* aborted =
    "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n--> R. 6:6(0) ack 1 "
    "-->\n";
constexpr const char* refused = "--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n";

/// What a table would hand on, of a conversation.
struct Followed {
  Connection connection;
  Flow flow;
  ZeekRecord zeek;
  Completeness completeness;

  explicit Followed(const char* ladder) : connection(test::connection_from(ladder)) {
    for (const Segment& segment : connection.segments) {
      flow.saw(segment, segment.sighting().time, {});
      zeek.saw(segment);
      completeness.saw(segment);
    }
  }
  [[nodiscard]] FinishedFlow finished() const {
    return {connection.client,
            connection.server,
            connection.segments.front().sighting().time,
            connection.segments.back().sighting().time,
            connection.segments.front().sighting().frame,
            flow,
            zeek,
            completeness};
  }
};

std::string line_of(FlowFormat format, const Followed& followed, std::string_view file = "a.pcap") {
  LineBuffer out;
  FlowLine(format, file).put(out, followed.finished());
  return std::string(out.text());
}

}  // namespace

TEST_CASE("the JSON line has exactly the fields of the contract, in their order") {
  const std::string line = line_of(FlowFormat::json, Followed(aborted));
  CHECK(line ==
        R"({"client":{"address":"10.0.0.1","port":40000},"server":{"address":"10.0.0.2","port":12345},"ip_version":4,)"
        R"("start":"0.001000000","duration":"0.004000000","segments":{"client":4,"server":1},)"
        R"("bytes":{"client":5,"server":0},"opening":"three-way","ending":"abort","closed_first":"client",)"
        R"("time_wait":null,"retransmissions":{"client":0,"server":0},)"
        R"("reset":{"by":"client","cause":"linger-or-unread-data","evidence":["has-ack","no-data-had-come"]},)"
        R"("certainty":"seen","zeek":{"conn_state":"RSTO","history":"ShADR"},"completeness":47,"file":"a.pcap",)"
        R"("first_packet":1})"
        "\n");
  CHECK(json_from(line_of(FlowFormat::json, Followed(refused)))["closed_first"].is_null());
}

TEST_CASE("who is in TIME-WAIT is the client, the server, both or nobody") {
  const auto time_wait = [](const std::string& close) {
    const std::string ladder = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n" + close;
    return json_from(line_of(FlowFormat::json, Followed(ladder.c_str())))["time_wait"];
  };
  CHECK(time_wait("--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n") == "client");
  CHECK(time_wait("<-- F. 1:1(0) ack 1 <--\n--> F. 1:1(0) ack 2 -->\n<-- . 2:2(0) ack 2 <--\n") == "server");
  CHECK(
      time_wait("--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 <--\n--> . 2:2(0) ack 2 -->\n<-- . 2:2(0) ack 2 <--\n") ==
      "both");
  CHECK(time_wait("--> F. 1:1(0) ack 1 -->\n").is_null());
}

TEST_CASE("a file's name may hold anything: it is whole in JSON, and no byte of it is a command to a terminal") {
  const Followed followed(refused);
  const std::string name = "a \"b\",\x1b[31m\n\xc3\xa9\x7f.pcap";
  const std::string in_json = line_of(FlowFormat::json, followed, name);
  CHECK(json_from(in_json)["file"] == name);
  CHECK(std::ranges::all_of(in_json, [](char c) { return (c >= ' ' && c < 0x7f) || c == '\n'; }));
  const std::string in_csv = line_of(FlowFormat::csv, followed, name);
  CHECK(in_csv.find("\"a \"\"b\"\",\\x1b[31m\\x0a") != std::string::npos);
  CHECK(std::ranges::count(in_csv, '\n') == 1);
  CHECK_NOTHROW(line_of(FlowFormat::json, followed, "\xff\xfe"));
}

TEST_CASE("every CSV line has as many fields as the title") {
  const auto commas = [](std::string_view line) { return std::ranges::count(line, ','); };
  const auto title = FlowLine::title(FlowFormat::csv);
  for (const char* ladder : {aborted, refused})
    CHECK(commas(line_of(FlowFormat::csv, Followed(ladder))) == commas(title));
  CHECK(line_of(FlowFormat::csv, Followed(aborted)) ==
        "10.0.0.1,40000,10.0.0.2,12345,4,0.001000000,0.004000000,4,1,5,0,three-way,abort,client,,0,0,client,"
        "linger-or-unread-data,has-ack no-data-had-come,seen,RSTO,ShADR,47,a.pcap,1\n");
}

TEST_CASE("a line for people fits into 80 columns") {
  CHECK(line_of(FlowFormat::text, Followed(aborted)) ==
        "10.0.0.1:40000 -> 10.0.0.2:12345     4 ms     5     5 three-way abort\n");
  CHECK(FlowLine::title(FlowFormat::text).size() <= 81);
}

TEST_CASE("a filter lets pass what opened, ended and was reset as it was asked for") {
  const Followed abort(aborted), refusal(refused);
  const auto passes = [](const Followed& followed, const FlowFilter& filter) {
    return filter.passes(followed.finished());
  };
  FlowFilter filter;
  CHECK(passes(abort, filter));
  filter.endings = parse_endings("four-segment,abort");
  CHECK(passes(abort, filter));
  CHECK_FALSE(passes(refusal, filter));
  filter = {};
  filter.openings = parse_openings("refused");
  CHECK(passes(refusal, filter));
  CHECK_FALSE(passes(abort, filter));
  filter = {};
  filter.causes = parse_reset_causes("closed-port");
  CHECK(passes(refusal, filter));
  CHECK_FALSE(passes(abort, filter));
}

TEST_CASE("a filter knows the client from the server, and an address from an endpoint") {
  const Followed followed(aborted);
  const auto passes = [&](auto set) {
    FlowFilter filter;
    set(filter);
    return filter.passes(followed.finished());
  };
  const auto end = [](const char* text) { return parse_endpoint_pattern(text); };
  CHECK(passes([&](FlowFilter& filter) { filter.client = end("10.0.0.1"); }));
  CHECK_FALSE(passes([&](FlowFilter& filter) { filter.client = end("10.0.0.2"); }));
  CHECK(passes([&](FlowFilter& filter) { filter.server = end("10.0.0.2:12345"); }));
  CHECK_FALSE(passes([&](FlowFilter& filter) { filter.server = end("10.0.0.2:80"); }));
  CHECK(passes([&](FlowFilter& filter) { filter.either = end("10.0.0.2"); }));
  CHECK_FALSE(passes([&](FlowFilter& filter) { filter.either = end("2001:db8::1"); }));
  CHECK(passes([&](FlowFilter& filter) { filter.port = 12345; }));
  CHECK_FALSE(passes([&](FlowFilter& filter) { filter.port = 80; }));
}

TEST_CASE("a filter by time lets pass what was seen in it, if only in part") {
  const Followed followed(aborted);  // from 1 to 5 ms after 1970 began
  const auto passes = [&](std::optional<Timestamp> since, std::optional<Timestamp> until) {
    FlowFilter filter;
    filter.since = since;
    filter.until = until;
    return filter.passes(followed.finished());
  };
  CHECK(passes(Timestamp(4ms), std::nullopt));
  CHECK_FALSE(passes(Timestamp(6ms), std::nullopt));
  CHECK(passes(std::nullopt, Timestamp(1ms)));
  CHECK_FALSE(passes(std::nullopt, Timestamp(0ms)));
}

TEST_CASE("a time is told in seconds since 1970 or as UTC") {
  CHECK(parse_time("1700000000.25") == Timestamp(1700000000s + 250ms));
  CHECK(parse_time("2023-11-14T22:13:20Z") == Timestamp(1700000000s));
  CHECK(parse_time("2023-11-14T22:13:20.000000001Z") == Timestamp(1700000000s + 1ns));
  CHECK(parse_time("1970-01-02") == Timestamp(24h));
  for (const char* wrong : {"", "yesterday", "2023-13-01", "2023-11-14T25:00:00Z", "-5", "1.", "99999999999"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_time(wrong), std::invalid_argument);
  }
}

TEST_CASE("an endpoint is an address, or one with a port, in brackets if it is of IPv6") {
  CHECK_FALSE(parse_endpoint_pattern("2001:db8::1").port);
  CHECK(parse_endpoint_pattern("[2001:db8::1]:80").port == 80);
  CHECK(parse_endpoint_pattern("10.0.0.1:80").port == 80);
  for (const char* wrong : {"", "localhost", "10.0.0.1:", "10.0.0.1:99999", "[10.0.0.1]:80", "10.0.0"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_endpoint_pattern(wrong), std::invalid_argument);
  }
}

TEST_CASE("a word that is none is refused, and all that are allowed are named") {
  CHECK_THROWS_WITH(parse_endings("abort,aborted"),
                    test::contains("'aborted'") && test::contains("half-close") && test::contains("vanished"));
}
