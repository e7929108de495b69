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
  return format_->next();
}
const std::optional<CaptureProblem>& CaptureReader::problem() const {
  return format_->problem();
}
const std::string& CaptureReader::name() const {
  return format_->name();
}

}  // namespace tcplab
