// The texts of RFC 5952 and, read back, of RFC 4291 section 2.2.
#include "packet/address.hpp"

#include "support/catch.hpp"

using tcplab::Endpoint, tcplab::parse_ip_address, tcplab::to_string;

TEST_CASE("an address is printed as RFC 5952 recommends") {
  const auto [text, printed] = GENERATE(table<std::string, std::string>({
      {"10.0.0.1", "10.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // a single zero is not shortened
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // of two equal runs the first
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // and the longer of unequal ones
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::ffff:c000:201", "::ffff:192.0.2.1"},
      {"::192.0.2.1", "::c000:201"},
      {"1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"},
  }));
  CAPTURE(text);
  const auto address = parse_ip_address(text);
  REQUIRE(address);
  CHECK(to_string(*address) == printed);
}

TEST_CASE("a text that is no address is not read as one") {
  const auto text =
      GENERATE(as<std::string>(), "", "10.0.0", "10.0.0.1.2", "10.0.0.256", "10.0.0.01", "10.0.0.1 ", "a.b.c.d",
               "10..0.1", "1.2.3.4.", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:", ":1",
               "12345::", "::g", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::", "fe80::1%eth0", "::-1", "+1.2.3.4");
  CAPTURE(text);
  CHECK_FALSE(parse_ip_address(text));
}

TEST_CASE("an endpoint is its address and port, with brackets around IPv6") {
  CHECK(to_string(Endpoint{*parse_ip_address("10.0.0.1"), 80}) == "10.0.0.1:80");
  CHECK(to_string(Endpoint{*parse_ip_address("2001:db8::1"), 65535}) == "[2001:db8::1]:65535");
}

TEST_CASE("addresses of different versions differ even if their bytes agree") {
  CHECK(*parse_ip_address("0.0.0.0") != *parse_ip_address("::"));
  CHECK(*parse_ip_address("10.0.0.1") == *parse_ip_address("10.0.0.1"));
  CHECK(*parse_ip_address("10.0.0.1") < *parse_ip_address("10.0.0.2"));
}
