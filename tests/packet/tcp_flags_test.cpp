// tcpdump's letters: F S R P . U E W e, in that order.
#include "packet/tcp_flags.hpp"

#include "support/catch.hpp"

using tcplab::TcpFlags, tcplab::parse_tcp_flags, tcplab::to_string;

TEST_CASE("flags are printed as tcpdump prints them") {
  CHECK(to_string(TcpFlags()) == "none");
  CHECK(to_string(TcpFlags::syn) == "S");
  CHECK(to_string(TcpFlags::syn | TcpFlags::ack) == "S.");
  CHECK(to_string(TcpFlags::fin | TcpFlags::psh | TcpFlags::ack) == "FP.");
  CHECK(to_string(TcpFlags::syn | TcpFlags::ece | TcpFlags::cwr) == "SEW");
  CHECK(to_string(TcpFlags(std::uint16_t{0x1ff})) == "FSRP.UEWe");
}

TEST_CASE("every set of flags is read back from its text") {
  for (unsigned bits = 0; bits <= 0x1ff; ++bits) {
    const TcpFlags flags(static_cast<std::uint16_t>(bits));
    const auto read = parse_tcp_flags(to_string(flags));
    REQUIRE(read);
    CHECK(*read == flags);
  }
}

TEST_CASE("the letters of flags may stand in any order") {
  CHECK(parse_tcp_flags(".S") == (TcpFlags::syn | TcpFlags::ack));
  CHECK(parse_tcp_flags(".PF") == (TcpFlags::fin | TcpFlags::psh | TcpFlags::ack));
}

TEST_CASE("a text with an unknown or a repeated letter names no flags") {
  const auto text = GENERATE(as<std::string>(), "", "X", "SS", "S..", "s", "S ", "none.", "SYN");
  CAPTURE(text);
  CHECK_FALSE(parse_tcp_flags(text));
}
