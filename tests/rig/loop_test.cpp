#include "rig/loop.hpp"

#include <thread>

#include "support/catch.hpp"

namespace tcplab::rig {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a loop stood still for as long as it made no turn: in a handler, or between two waits") {
  Loop loop;
  const auto turn = [&] { loop.run_until([] { return true; }, Loop::Clock::now() + 1s); };
  std::this_thread::sleep_for(30ms);
  SECTION("between two waits") {
    turn();
    std::this_thread::sleep_for(20ms);
    turn();
    CHECK(loop.take_longest_delay() >= 30ms);
  }
  SECTION("in a handler") {
    loop.take_longest_delay();
    loop.every_turn([] { return std::nullopt; }, [] { std::this_thread::sleep_for(20ms); });
    turn();
    CHECK(loop.take_longest_delay() >= 20ms);
  }
  SECTION("before it was asked last, it does not count") {
    const auto begin = Loop::Clock::now();
    loop.take_longest_delay();
    turn();
    CHECK(loop.take_longest_delay() <= Loop::Clock::now() - begin);
  }
}

}  // namespace
}  // namespace tcplab::rig
