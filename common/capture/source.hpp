// The bytes of a capture, from first to last: a file, standard input, or memory.
// Private to capture/. It knows nothing of formats, and of the file it holds one buffer, whatever the file's length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "capture/reader.hpp"
#include "packet/bytes.hpp"

namespace tcplab {

class CaptureReader::Source {
 public:
  /// Storage that is not cleared.
  class Buffer {
   public:
    Buffer() = default;
    explicit Buffer(std::size_t size) : bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(size)), size_(size) {}
    [[nodiscard]] std::uint8_t* data() const { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }

   private:
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::size_t size_ = 0;  ///< a Buffer that was moved from is not asked for it
  };

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
  /// What has arrived and is not taken yet: what peek() would give without waiting.
  [[nodiscard]] ByteView window() const { return window_; }
  /// Passes over bytes that peek() gave.
  void take(std::size_t count) {
    window_ = window_.subspan(count);
    offset_ += count;
  }
  /// Passes over bytes unseen; how many there were.
  std::uint64_t skip(std::uint64_t count);

  /// A source of its own for `taken`, which were the last bytes that were taken. They need this one no more, unless it
  /// is of memory; `spare` is storage that may be used for that.
  Source split(ByteView taken, Buffer spare);
  Buffer take_buffer() { return std::exchange(buffer_, {}); }

  [[nodiscard]] std::uint64_t offset() const { return offset_; }  ///< in the file, of what peek() gives next
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Source(int descriptor, ByteView window, std::string name);
  void fill(std::size_t count);
  void grow();
  void move_window_into(Buffer buffer);

  int descriptor_;  ///< -1 where there is nothing more to read
  Buffer buffer_;
  ByteView window_;  ///< what has arrived and is not taken yet
  std::uint64_t offset_ = 0;
  std::string name_;
};

}  // namespace tcplab
