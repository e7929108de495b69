// A capture file on disk that is gone when the test ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "support/frames.hpp"

namespace tcplab::test {

class TemporaryFile {
 public:
  explicit TemporaryFile(const Bytes& bytes) {
    std::ofstream(path(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path()); }
  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() /
                       ("tcplab-capture-test-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "-" +
                        std::to_string(std::random_device()()) + ".pcap"))
                          .string();
};

}  // namespace tcplab::test
