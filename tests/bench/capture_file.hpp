// A capture file as it is written: pcap or pcapng, microseconds, frames cut off behind the headers.
// It shares no code with common/capture/, which reads them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tcplab::bench {

enum class Format : std::uint8_t { pcap, pcapng };

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// Throws std::system_error when the file cannot be written.
File create(const std::string& path);
void write(std::FILE* file, std::span<const std::uint8_t> bytes);
/// All of it is in the file, or this throws.
void finish(std::FILE* file);

class CaptureFile {
 public:
  /// All headers, and little or nothing of the data.
  static constexpr std::uint32_t snap_bytes = 108;

  CaptureFile(const std::string& path, Format format);
  void add(std::uint64_t time_us, std::span<const std::uint8_t> frame);
  void close();

 private:
  void put32(std::uint32_t value);
  void write_header();
  void write_record();

  File file_;
  Format format_;
  std::vector<std::uint8_t> record_;  ///< being made; little-endian
};

}  // namespace tcplab::bench
