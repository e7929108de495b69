#include "endpoint/deadline.hpp"

#include <utility>

namespace tcplab {

Deadline::Deadline(std::chrono::milliseconds allowed, std::function<void()> expired)
    : allowed_(allowed), expired_(std::move(expired)), thread_([this] { watch(); }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Deadline::arm() {
  {
    const std::lock_guard lock(mutex_);
    due_ = std::chrono::steady_clock::now() + allowed_;
  }
  changed_.notify_one();
}

// The thread is not woken for this: it finds out when it wakes next.
void Deadline::disarm() {
  const std::lock_guard lock(mutex_);
  due_.reset();
}

void Deadline::watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (!due_) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < *due_) {
      const auto due = *due_;
      changed_.wait_until(lock, due);
    } else {
      due_.reset();
      lock.unlock();
      expired_();
      lock.lock();
    }
  }
}

}  // namespace tcplab
