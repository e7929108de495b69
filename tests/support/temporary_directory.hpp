// A new folder for a test, removed with all it holds.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace tcplab::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::random_device random;
    do path_ = std::filesystem::temp_directory_path() / ("tcplab-test." + std::to_string(random()));
    while (!std::filesystem::create_directory(path_));
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tcplab::test
