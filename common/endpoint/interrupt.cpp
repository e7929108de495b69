#include "endpoint/interrupt.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <string_view>

#include "endpoint/descriptor.hpp"

namespace tcplab {
namespace {

// The handler may only read: the texts it prints are made beforehand and never moved or freed.
std::atomic<const std::string*> message{nullptr};
static_assert(std::atomic<const std::string*>::is_always_lock_free);

void on_interrupt(int) {
  constexpr int standard_error = 2;
  if (const std::string* const text = message.load()) write_at_once(standard_error, *text);
  std::_Exit(130);
}

}  // namespace

void catch_interrupt() {
  std::signal(SIGINT, on_interrupt);
}

void interruptible(const std::string& description) {
  static std::deque<std::string> texts;
  message.store(&texts.emplace_back("\ninterrupted: " + description + "\n"));
}

}  // namespace tcplab
