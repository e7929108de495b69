#include "endpoint/failure.hpp"

#include <asio/error.hpp>

#include "support/catch.hpp"

TEST_CASE("a failure is known by its code and not by its text") {
  CHECK(tcplab::refused.includes(asio::error::connection_refused));
  CHECK_FALSE(tcplab::refused.includes(asio::error::connection_reset));
  CHECK_FALSE(tcplab::refused.includes(std::error_code{}));
}

TEST_CASE("a reset has more than one code") {
  CHECK(tcplab::reset.includes(asio::error::connection_reset));
  CHECK(tcplab::reset.includes(asio::error::connection_aborted));
  CHECK_FALSE(tcplab::reset.includes(asio::error::eof));
}
