#include "capture/source.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace tcplab {
namespace {

constexpr int standard_input = 0;
constexpr std::size_t buffer_bytes = 256 * 1024;  // the fastest of 128 kB to 1 MB; mmap is slower
constexpr std::size_t first_bytes = 16 * 1024;    // enough for most that students record

/// Memory that is new to the system is given by it here, not within read(), where a thread waits until no other
/// changes what memory there is.
void touch(void* begin, std::size_t size) {
  constexpr std::size_t smallest_page = 4096;
  for (std::size_t i = 0; i < size; i += smallest_page) static_cast<volatile char*>(begin)[i] = 0;
}

// read() rather than fread(): on a pipe it gives what has arrived instead of waiting until the buffer is full.
#ifdef _WIN32
int open_file(const std::string& path) {
  return ::_open(path.c_str(), _O_RDONLY | _O_BINARY);
}
int open_standard_input() {
  return ::_setmode(standard_input, _O_BINARY) < 0 ? -1 : standard_input;
}
auto read_some(int descriptor, void* to, std::size_t count) {
  return ::_read(descriptor, to, static_cast<unsigned>(count));
}
void close_file(int descriptor) {
  ::_close(descriptor);
}
#else
int open_file(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}
int open_standard_input() {
  return standard_input;
}
auto read_some(int descriptor, void* to, std::size_t count) {
  return ::read(descriptor, to, count);
}
void close_file(int descriptor) {
  ::close(descriptor);
}
#endif

[[noreturn]] void fail(const std::string& attempt) {
  throw std::system_error(errno, std::generic_category(), attempt);
}

}  // namespace

CaptureReader::Source CaptureReader::Source::file(const std::string& path) {
  const bool standard = path == "-";
  const int descriptor = standard ? open_standard_input() : open_file(path);
  if (descriptor < 0) fail("cannot open capture " + path);
  return {descriptor, {}, standard ? "standard input" : path};
}

CaptureReader::Source CaptureReader::Source::memory(ByteView bytes, std::string name) {
  return {-1, bytes, std::move(name)};
}

CaptureReader::Source::Source(int descriptor, ByteView window, std::string name)
    : descriptor_(descriptor), window_(window), name_(std::move(name)) {}

CaptureReader::Source::Source(Source&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::exchange(other.buffer_, {})),
      window_(std::exchange(other.window_, {})),
      offset_(other.offset_),
      name_(std::move(other.name_)) {}

CaptureReader::Source::~Source() {
  if (descriptor_ > standard_input) close_file(descriptor_);
}

std::uint64_t CaptureReader::Source::skip(std::uint64_t count) {
  std::uint64_t skipped = 0;
  while (skipped < count) {
    const std::size_t there =
        peek(static_cast<std::size_t>(std::min<std::uint64_t>(count - skipped, buffer_bytes))).size();
    if (there == 0) break;
    take(there);
    skipped += there;
  }
  return skipped;
}

CaptureReader::Source CaptureReader::Source::split(ByteView taken, Buffer spare) {
  Source part(-1, taken, name_);
  part.offset_ = offset_ - taken.size();
  if (buffer_.size() == 0) return part;  // memory
  // Whichever is less is copied.
  if (taken.size() < window_.size()) {
    part.move_window_into(spare.size() < taken.size() ? Buffer(taken.size()) : std::move(spare));
  } else {
    part.buffer_ = std::exchange(buffer_, {});
    move_window_into(spare.size() < std::max(window_.size(), buffer_bytes) ? Buffer(buffer_bytes + window_.size())
                                                                           : std::move(spare));
  }
  return part;
}

void CaptureReader::Source::move_window_into(Buffer buffer) {
  if (!window_.empty()) std::memmove(buffer.data(), window_.data(), window_.size());
  buffer_ = std::move(buffer);
  window_ = {buffer_.data(), window_.size()};
}

/// Few files need more room than at first.
void CaptureReader::Source::grow() {
  Buffer larger(buffer_.size() == 0 ? first_bytes : buffer_bytes);
  touch(larger.data(), larger.size());
  move_window_into(std::move(larger));
}

/// Reads until `count` bytes wait in the window or the end is reached.
void CaptureReader::Source::fill(std::size_t count) {
  if (descriptor_ < 0) return;
  if (buffer_.size() < buffer_bytes)
    grow();
  else
    move_window_into(std::move(buffer_));
  std::size_t held = window_.size();
  while (held < count) {
    if (held == buffer_.size()) move_window_into(Buffer(2 * held));
    const auto arrived = read_some(descriptor_, buffer_.data() + held, buffer_.size() - held);
    if (arrived < 0 && errno == EINTR) continue;
    if (arrived < 0) fail("cannot read capture " + name_);
    if (arrived == 0) break;
    held += static_cast<std::size_t>(arrived);
    window_ = {buffer_.data(), held};
  }
}

}  // namespace tcplab
