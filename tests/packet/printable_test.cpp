#include "packet/printable.hpp"

#include "support/catch.hpp"

using tcplab::printable;
using namespace std::string_literals;

TEST_CASE("a text without control characters stays as it is") {
  for (const std::string& text : {""s, "connect: \"refused\" \\x1b"s, "\xe8\xaf\xb4\xe6\x98\x8e"s, "\xf0\x9f\x90\x82"s,
                                  "\xc2\xa0"s, "\xed\x9f\xbf"s, "\xee\x80\x80"s, "\xf4\x8f\xbf\xbf"s})
    CHECK(printable(text) == text);
}

TEST_CASE("each byte of a control character is written in hexadecimal") {
  CHECK(printable("\x1b[31mred\x1b[0m") == "\\x1b[31mred\\x1b[0m");
  CHECK(printable("a\0b\nc\rd\te\x7f"s) == "a\\x00b\\x0ac\\x0dd\\x09e\\x7f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m");
}

TEST_CASE("each byte that is no UTF-8 is written in hexadecimal") {
  CHECK(printable("\x9b") == "\\x9b");
  CHECK(printable("caf\xe9") == "caf\\xe9");
  CHECK(printable("\xe8\xaf") == "\\xe8\\xaf");
  CHECK(printable("\xe8\xaf-") == "\\xe8\\xaf-");
  CHECK(printable("\xc0\x9b\xe0\x80\x9b\xf0\x80\x80\x9b") == "\\xc0\\x9b\\xe0\\x80\\x9b\\xf0\\x80\\x80\\x9b");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("\xf4\x90\x80\x80\xff") == "\\xf4\\x90\\x80\\x80\\xff");
}
