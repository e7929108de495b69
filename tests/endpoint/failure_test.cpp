#include "endpoint/failure.hpp"

#include <asio/error.hpp>

#include "support/catch.hpp"

TEST_CASE("a failure is known by its code and not by its text") {
  CHECK(tcplab::refused.includes(asio::error::connection_refused));
  CHECK_FALSE(tcplab::refused.includes(asio::error::connection_reset));
  CHECK_FALSE(tcplab::refused.includes(std::error_code{}));
}

TEST_CASE("each failure holds what this system says, and success is none of them") {
  CHECK(tcplab::timed_out.includes(asio::error::timed_out));
  CHECK(tcplab::broken_pipe.includes(asio::error::broken_pipe));
  CHECK(tcplab::address_in_use.includes(asio::error::address_in_use));
  for (const auto* failure : {&tcplab::refused, &tcplab::port_unreachable, &tcplab::reset, &tcplab::timed_out,
                              &tcplab::broken_pipe, &tcplab::address_in_use}) {
    CHECK_FALSE(failure->includes(std::error_code{}));
    CHECK_FALSE(failure->includes(asio::error::eof));
  }
}

TEST_CASE("a datagram to a closed port fails as refused or, on Windows, as reset") {
  CHECK(tcplab::port_unreachable.includes(asio::error::connection_refused));
  CHECK(tcplab::port_unreachable.includes(asio::error::connection_reset));
  CHECK_FALSE(tcplab::refused.includes(asio::error::connection_reset));
}

TEST_CASE("a reset has more than one code") {
  CHECK(tcplab::reset.includes(asio::error::connection_reset));
  CHECK(tcplab::reset.includes(asio::error::connection_aborted));
  CHECK_FALSE(tcplab::reset.includes(asio::error::eof));
}
