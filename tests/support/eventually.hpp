// Waiting for a condition, with a bound: the only way in which a test waits.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace tcplab::test {

/// Polls until it holds; false when it did not within the time.
inline bool eventually(const std::function<bool()>& condition, std::chrono::seconds bound = std::chrono::seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace tcplab::test
