#include "capture/reader.hpp"

#include "capture/format.hpp"

namespace tcplab {

CaptureReader CaptureReader::open(const std::string& path) {
  return CaptureReader(Format::of(Source::file(path)));
}

CaptureReader CaptureReader::from_memory(std::span<const std::uint8_t> bytes, std::string name) {
  return CaptureReader(Format::of(Source::memory(bytes, std::move(name))));
}

CaptureReader::CaptureReader(std::unique_ptr<Format> format) : format_(std::move(format)) {}
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;
CaptureReader::~CaptureReader() = default;

std::optional<CaptureRecord> CaptureReader::next() {
  std::optional<CaptureRecord> record(std::in_place);
  if (!next(*record)) record.reset();
  return record;
}
bool CaptureReader::next(CaptureRecord& record) {
  return format_->next({&record, 1}) == 1;
}
std::size_t CaptureReader::next(std::span<CaptureRecord> records) {
  return format_->next(records);
}
bool CaptureReader::next_chunk(CaptureChunk& chunk, std::size_t max_bytes) {
  chunk.record_count_ = format_->take_out(chunk.format_, max_bytes);
  return chunk.record_count_ != 0;
}
const std::optional<CaptureProblem>& CaptureReader::problem() const {
  return format_->problem();
}
const std::string& CaptureReader::name() const {
  return format_->name();
}

CaptureChunk::CaptureChunk() = default;
CaptureChunk::CaptureChunk(CaptureChunk&&) noexcept = default;
CaptureChunk& CaptureChunk::operator=(CaptureChunk&&) noexcept = default;
CaptureChunk::~CaptureChunk() = default;

bool CaptureChunk::next(CaptureRecord& record) {
  return format_ != nullptr && format_->next({&record, 1}) == 1;
}
std::size_t CaptureChunk::next(std::span<CaptureRecord> records) {
  return format_ != nullptr ? format_->next(records) : 0;
}

}  // namespace tcplab
