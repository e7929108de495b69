#include "report/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json/json_text.hpp"
#include "report/json_fields.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/transition.hpp"

using namespace tcplab;
using nlohmann::json;

TEST_CASE("a connection is one JSON line with its ends, its verdict and every row") {
  const std::string line = show_json(analyse(test::connection_from(
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n--> R. 1:1(0) ack 1 ...\n")));
  CHECK(line.find('\n') == std::string::npos);
  const json object = json_from(line);
  CHECK(object["client"]["address"] == "10.0.0.1");
  CHECK(object["server"]["port"] == 12345);
  CHECK(object["opening"] == "three-way");
  CHECK(object["ending"] == "abort");
  CHECK(object["closed_first"] == "client");
  CHECK(object["reset"] ==
        json{{"by", "client"}, {"cause", "linger-or-unread-data"}, {"evidence", {"has-ack", "no-data-had-come"}}});
  CHECK(object["time_wait"].is_null());
  CHECK(object["certainty"] == "seen");
  CHECK(object["zeek"] == json{{"conn_state", "RSTO"}, {"history", "ShAR"}});
  CHECK(object["completeness"] == 39);
  REQUIRE(object["rows"].size() == 4);
  CHECK(object["rows"][1]["flags"] == "S.");
  CHECK(object["rows"][1]["ack"] == 1);
  CHECK(object["rows"][0]["ack"].is_null());
  CHECK(object["rows"][0]["departed"] == "0.001000000");
  CHECK(object["rows"][3]["server_state"].is_null());
}

TEST_CASE("who went to TIME-WAIT is told by the words that flows has") {
  const std::string both_close =
      "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 "
      "<--\n--> . 2:2(0) ack 2 -->\n";
  const json object = json_from(show_json(analyse(test::connection_from(both_close))));
  CHECK(object["time_wait"] == "client");
  CHECK(object["ending"] == "three-segment");
  CHECK(object["reset"].is_null());
}

TEST_CASE("texts that others wrote stay valid JSON") {
  Analysis analysis = analyse(test::connection_from("--> S 0:0(0) -->\n"));
  analysis.ladder.rows[0].note = "a \"note\" \\ with\ttab";
  analysis.ladder.rows[0].remarks.push_back({End::client, "line\nbreak\x7f", Timestamp(std::chrono::nanoseconds(-5))});
  const json object = json_from(show_json(analysis));
  CHECK(object["rows"][0]["note"] == "a \"note\" \\ with\ttab");
  CHECK(object["rows"][0]["remarks"][0]["text"] == "line\nbreak\x7f");
  CHECK(object["rows"][0]["remarks"][0]["time"] == "-0.000000005");
}

TEST_CASE("a string of any byte that is ASCII comes back from its JSON, which is printable") {
  std::string all;
  for (int code = 0; code < 0x80; ++code) all += static_cast<char>(code);
  for (const std::string& text : {all, all.substr(0x23), std::string("\"\\\""), std::string()}) {
    LineBuffer out;
    put_json_string(out, text);
    CHECK(std::ranges::all_of(out.text(), [](char letter) { return letter >= ' ' && letter < 0x7f; }));
    CHECK(json_from(out.text()) == text);
  }
}

TEST_CASE("numbers and times in JSON are whole at either end of their range") {
  const auto number = [](std::int64_t value) {
    LineBuffer out;
    out.make_room(64);
    out.set_end(put_json_number(out.end(), value));
    return std::string(out.text());
  };
  CHECK(number(INT64_MIN) == "-9223372036854775808");
  CHECK(number(INT64_MAX) == "9223372036854775807");
  CHECK(number(-1) == "-1");
  const auto time = [](std::int64_t nanoseconds) {
    LineBuffer out;
    out.make_room(64);
    out.set_end(put_json_time(out.end(), Timestamp(std::chrono::nanoseconds(nanoseconds))));
    return std::string(out.text());
  };
  CHECK(time(0) == R"("0.000000000")");
  CHECK(time(999'999'999'999'999'999) == R"("999999999.999999999")");
  CHECK(time(1'000'000'000'000'000'001) == R"("1000000000.000000001")");
  CHECK(time(1'700'000'123'000'000'000) == R"("1700000123.000000000")");
  CHECK(time(INT64_MAX) == R"("9223372036.854775807")");
}

TEST_CASE("explain adds a text to each row, and show has none") {
  const Analysis analysis = analyse(test::connection_from("--> S 0:0(0) -->\n"));
  CHECK(json_from(explain_json(analysis))["rows"][0]["text"].get<std::string>().starts_with("SYN: the client"));
  CHECK(
      json_from(explain_json(analysis, Language::chinese))["rows"][0]["text"].get<std::string>().starts_with("SYN："));
  CHECK_FALSE(json_from(show_json(analysis))["rows"][0].contains("text"));
}

TEST_CASE("the table of states is an array with an object an edge") {
  const json table = json_from(states_json());
  REQUIRE(table.size() == transitions().size());
  CHECK(table[0]["from"] == "CLOSED");
  CHECK(table[0]["event"] == "passive OPEN");
}

TEST_CASE("a UDP exchange is one JSON line with neither opening nor ending") {
  const json object = json_from(show_json(analyse(test::connection_from("--> UDP (5) -->\n<-- ICMP 3/3 <--\n"))));
  CHECK(object["protocol"] == "UDP");
  CHECK(object["opening"].is_null());
  CHECK(object["ending"].is_null());
  CHECK(object["zeek"].is_null());
  CHECK(object["completeness"].is_null());
  CHECK(object["rows"][0]["length"] == 5);
  CHECK(object["rows"][0].contains("seq") == false);
  CHECK(object["rows"][1]["protocol"] == "ICMP");
  CHECK(object["rows"][1]["icmp"] == json{{"type", 3}, {"code", 3}});
}
