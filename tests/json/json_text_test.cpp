#include "json/json_text.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.hpp"

using namespace tcplab;

TEST_CASE("JSON is written on one line, or indented, and read back") {
  const nlohmann::json value = {{"b", 1}, {"a", {true, nullptr, "\n"}}};
  CHECK(json_text(value) == R"({"a":[true,null,"\n"],"b":1})");
  CHECK(json_text(nlohmann::json({{"a", 1}}), 2) == "{\n  \"a\": 1\n}");
  CHECK(json_from(json_text(value)) == value);
}

TEST_CASE("ordered JSON keeps the order of its members") {
  const std::string text = R"({"b":1,"a":2})";
  std::istringstream stream(text);
  CHECK(json_text(ordered_json_from(stream)) == text);
}

TEST_CASE("a byte that is no UTF-8 becomes U+FFFD, and is no error") {
  CHECK(json_text(nlohmann::json("a\xff")) == "\"a\xef\xbf\xbd\"");
  CHECK(json_string("\"a\xff\n") == "\"\\\"a\xef\xbf\xbd\\n\"");
  CHECK(json_string("é\xff", JsonLetters::ascii) == R"("\u00e9\ufffd")");
}

TEST_CASE("what is no JSON is an error where it is read, or a discarded value") {
  CHECK_THROWS_AS(json_from("{\"a\":"), nlohmann::json::parse_error);
  CHECK(json_if_whole("{\"a\":").is_discarded());
  CHECK(json_if_whole("{\"a\":1}")["a"] == 1);
}
