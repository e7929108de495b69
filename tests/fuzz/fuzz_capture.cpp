// Capture files: whatever the bytes, the records lie within them, in order, and a file gives what memory gives.
#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <system_error>
#include <vector>

#include "capture/reader.hpp"
#include "fuzz/targets.hpp"
#ifndef __linux__
#include "capture/temporary_file.hpp"
#endif

namespace tcplab::fuzz {
namespace {

constexpr std::size_t smallest_record_bytes = 16;  // pcap's record header, and less than any block of pcapng's

struct Summary {
  std::vector<std::vector<std::uint8_t>> frames;
  std::vector<std::pair<Timestamp, std::uint64_t>> places;
  std::optional<std::uint64_t> problem_at;
  friend bool operator==(const Summary&, const Summary&) = default;
};

void require_order(const CaptureRecord& record, std::uint64_t number, std::uint64_t behind_last, std::size_t size) {
  require(record.number == number, "records are not numbered from 1");
  require(record.offset >= behind_last, "a record begins within the one before");
  require(record.offset + record.bytes.size() <= size, "a record goes beyond the file");
}

Summary read(CaptureReader reader, std::size_t size) {
  Summary summary;
  std::uint64_t behind_last = 0;
  while (const auto record = reader.next()) {
    require_order(*record, summary.frames.size() + 1, behind_last, size);
    behind_last = record->offset + record->bytes.size();
    summary.frames.emplace_back(record->bytes.begin(), record->bytes.end());
    summary.places.emplace_back(record->time, record->offset);
  }
  require(summary.frames.size() <= size / smallest_record_bytes, "more records than the file has room for");
  require(!reader.next(), "a record behind the end");
  if (const auto& problem = reader.problem()) {
    require(problem->offset <= size, "a problem beyond the file");
    require_fit_for_terminal(problem->what);
    summary.problem_at = problem->offset;
  }
  return summary;
}

#ifdef __linux__
/// The bytes as a file that has no name of its own.
class MemoryFile {
 public:
  explicit MemoryFile(ByteView bytes) : descriptor_(memfd_create("capture", MFD_CLOEXEC)) {
    const auto written = descriptor_ < 0 ? -1 : write(descriptor_, bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size())) throw std::system_error(errno, std::generic_category(), "memfd");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};
#endif

std::optional<CaptureReader> opened(ByteView input) {
  try {
    return CaptureReader::from_memory(input, "capture");
  } catch (const std::runtime_error& error) {
    require_fit_for_terminal(error.what());
    return std::nullopt;
  }
}

}  // namespace

void fuzz_capture(ByteView input) {
  auto reader = opened(input);
  if (!reader) return;
  const Summary from_memory = read(std::move(*reader), input.size());
#ifdef __linux__
  const MemoryFile file(input);
#else
  const test::TemporaryFile file({input.begin(), input.end()});
#endif
  require(read(CaptureReader::open(file.path()), input.size()) == from_memory,
          "a file gives other records than memory");
}

}  // namespace tcplab::fuzz
