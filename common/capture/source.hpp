// The bytes of a capture, from first to last: a file, standard input, or memory.
// Private to capture/. It knows nothing of formats, and of the file it holds one buffer, whatever the file's length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "capture/reader.hpp"
#include "packet/bytes.hpp"

namespace tcplab {

class CaptureReader::Source {
 public:
  /// Throws std::system_error if `path` cannot be opened; "-" is standard input.
  static Source file(const std::string& path);
  static Source memory(ByteView bytes, std::string name);

  Source(Source&& other) noexcept;
  Source& operator=(Source&&) = delete;
  ~Source();

  /// The next `count` bytes, or as many as there are before the end. They stay where they are until the next peek.
  /// Memory is taken for bytes that arrived, never for a count alone. Throws std::system_error if reading fails.
  ByteView peek(std::size_t count) {
    if (window_.size() < count) fill(count);
    return window_.first(count < window_.size() ? count : window_.size());
  }
  /// Passes over bytes that peek() gave.
  void take(std::size_t count) {
    window_ = window_.subspan(count);
    offset_ += count;
  }
  /// Passes over bytes unseen; how many there were.
  std::uint64_t skip(std::uint64_t count);

  [[nodiscard]] std::uint64_t offset() const { return offset_; }  ///< in the file, of what peek() gives next
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Source(int descriptor, ByteView window, std::string name);
  void fill(std::size_t count);

  int descriptor_;  ///< -1 where there is nothing more to read
  std::vector<std::uint8_t> buffer_;
  ByteView window_;  ///< what has arrived and is not taken yet
  std::uint64_t offset_ = 0;
  std::string name_;
};

}  // namespace tcplab
