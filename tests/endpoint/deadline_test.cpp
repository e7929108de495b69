#include "endpoint/deadline.hpp"

#include <future>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using tcplab::Deadline;

TEST_CASE("a call that does not come back meets its deadline") {
  std::promise<void> expired;
  Deadline deadline(1ms, [&] { expired.set_value(); });
  deadline.arm();
  REQUIRE(expired.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("a call that came back does not meet the deadline of the one before") {
  bool expired = false;  // read after the thread was joined
  {
    Deadline deadline(1h, [&] { expired = true; });
    for (int i = 0; i < 1000; ++i) {
      deadline.arm();
      deadline.disarm();
    }
  }
  REQUIRE_FALSE(expired);
}

TEST_CASE("a deadline ends at once, also while a call is under way") {
  const auto start = std::chrono::steady_clock::now();
  {
    Deadline deadline(1h, [] {});
    deadline.arm();
  }
  REQUIRE(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("each call has the whole time") {
  std::promise<void> expired;
  Deadline deadline(200ms, [&] { expired.set_value(); });
  deadline.arm();
  deadline.disarm();
  const auto start = std::chrono::steady_clock::now();
  deadline.arm();
  REQUIRE(expired.get_future().wait_for(10s) == std::future_status::ready);
  REQUIRE(std::chrono::steady_clock::now() - start >= 200ms);
}
