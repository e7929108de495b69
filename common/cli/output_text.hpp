// Text on its way to standard output: gathered, and written when there is much of it.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace tcplab::cli {

class OutputText {
 public:
  explicit OutputText(std::ostream& out) : out_(out) {}

  /// Put more behind it.
  [[nodiscard]] std::string& text() { return text_; }
  void write_if_much() {
    constexpr std::size_t much = std::size_t{64} * 1024;
    if (text_.size() >= much) write();
  }
  void write() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }

 private:
  std::ostream& out_;
  std::string text_;
};

}  // namespace tcplab::cli
