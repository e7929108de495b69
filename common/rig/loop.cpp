// ppoll(2), whose timeout is fine enough for the wire.
// It does not retry what a handler failed at.
#include "rig/loop.hpp"

#include <poll.h>

#include <algorithm>
#include <vector>

#include "rig/fd.hpp"

namespace tcplab::rig {

bool Loop::run_until(const std::function<bool()>& done, Clock::time_point deadline, std::chrono::milliseconds nap) {
  do {
    turn(done() ? Clock::now() : std::min(deadline, Clock::now() + nap));
    if (done()) return true;
  } while (Clock::now() < deadline);
  return false;
}

void Loop::turn(Clock::time_point until) {
  std::vector<pollfd> polled;
  for (const auto& [descriptor, handler] : handlers_) polled.push_back({descriptor, POLLIN, 0});

  using namespace std::chrono;
  const auto wait = std::max(nanoseconds(std::min(until, due_().value_or(until)) - Clock::now()), nanoseconds(0));
  const timespec timeout{duration_cast<seconds>(wait).count(), static_cast<long>((wait % seconds(1)).count())};
  if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) < 0 && errno != EINTR) must(-1, "wait for events");

  for (const pollfd& one : polled) {
    const auto handler = handlers_.find(one.fd);
    if (one.revents == 0 || handler == handlers_.end()) continue;
    const Handler call = handler->second;  // it may forget itself
    call();
  }
  turn_();
  const auto over = Clock::now();
  longest_delay_ = std::max(longest_delay_, over - std::exchange(turn_over_, over) - wait);
}

}  // namespace tcplab::rig
