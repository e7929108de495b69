// A file descriptor that closes itself, and a way to check a system call.
// Neither buffers, retries nor interprets anything.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace tcplab::rig {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int value) : value_(value) {}
  Fd(Fd&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(), value_ = std::exchange(other.value_, -1);
    return *this;
  }
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] explicit operator bool() const { return value_ >= 0; }
  void reset() {
    // The analyser loses track of pairs of these that are taken apart. NOLINTNEXTLINE(clang-analyzer-core.*)
    if (value_ >= 0) ::close(value_);
    value_ = -1;
  }

 private:
  int value_ = -1;
};

/// What a system call gave, or std::system_error with errno, beginning with the attempt.
template <class Result>
Result must(Result result, const char* attempt) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}
template <class Result>
Result must(Result result, const std::string& attempt) {
  return must(result, attempt.c_str());
}

}  // namespace tcplab::rig
