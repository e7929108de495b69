#include "capture_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tcplab::bench {
namespace {

constexpr std::uint32_t ethernet = 1;

[[noreturn]] void cannot(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), "cannot " + what);
}

}  // namespace

File create(const std::string& path) {
  constexpr std::size_t buffer_bytes = 1 << 20;
  File file(std::fopen(path.c_str(), "wb"));
  if (!file) cannot("create " + path);
  std::setvbuf(file.get(), nullptr, _IOFBF, buffer_bytes);
  return file;
}

void write(std::FILE* file, std::span<const std::uint8_t> bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) cannot("write");
}

void finish(std::FILE* file) {
  if (std::fflush(file) != 0) cannot("write");
}

CaptureFile::CaptureFile(const std::string& path, Format format) : file_(create(path)), format_(format) {
  write_header();
}

void CaptureFile::put32(std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) record_.push_back(static_cast<std::uint8_t>(value >> shift));
}

void CaptureFile::write_record() {
  write(file_.get(), record_);
  record_.clear();
}

void CaptureFile::write_header() {
  constexpr std::uint32_t pcap_version = 4U << 16 | 2, pcapng_version = 1;
  if (format_ == Format::pcap) {
    for (const std::uint32_t word : {0xa1b2c3d4U, pcap_version, 0U, 0U, snap_bytes, ethernet}) put32(word);
  } else {
    const std::uint32_t section = 28, interface = 20, unknown = 0xffffffff;
    for (const std::uint32_t word : {0x0a0d0d0aU, section, 0x1a2b3c4dU, pcapng_version, unknown, unknown, section})
      put32(word);
    for (const std::uint32_t word : {1U, interface, ethernet, snap_bytes, interface}) put32(word);
  }
  write_record();
}

void CaptureFile::add(std::uint64_t time_us, std::span<const std::uint8_t> frame) {
  constexpr std::uint64_t second = 1000000;
  const auto length = static_cast<std::uint32_t>(frame.size()), captured = std::min(length, snap_bytes);
  const std::uint32_t padded = (captured + 3) / 4 * 4, block = 32 + padded;
  if (format_ == Format::pcap) {
    put32(static_cast<std::uint32_t>(time_us / second));
    put32(static_cast<std::uint32_t>(time_us % second));
  } else {
    for (const std::uint32_t word : {6U, block, 0U}) put32(word);
    put32(static_cast<std::uint32_t>(time_us >> 32));
    put32(static_cast<std::uint32_t>(time_us));
  }
  put32(captured);
  put32(length);
  record_.insert(record_.end(), frame.begin(), frame.begin() + captured);
  if (format_ == Format::pcapng) {
    record_.insert(record_.end(), padded - captured, 0);
    put32(block);
  }
  write_record();
}

void CaptureFile::close() {
  finish(file_.get());
  file_.reset();
}

}  // namespace tcplab::bench
