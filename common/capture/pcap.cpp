#include "capture/pcap.hpp"

namespace tcplab {
namespace {

constexpr std::size_t file_header_bytes = 24;
constexpr std::uint32_t magic_microseconds = 0xa1b2c3d4, magic_nanoseconds = 0xa1b23c4d, magic_kuznetzov = 0xa1b2cd34;

constexpr bool is_magic(std::uint32_t number) {
  return number == magic_microseconds || number == magic_nanoseconds || number == magic_kuznetzov;
}

}  // namespace

bool CaptureReader::Pcap::begins(ByteView beginning) {
  return beginning.size() >= 4 && (is_magic(be32(beginning, 0)) || is_magic(le32(beginning, 0)));
}

CaptureReader::Pcap::Pcap(Source source) : Format(std::move(source)) {
  const ByteView header = source_.peek(file_header_bytes);
  if (header.size() < file_header_bytes) {
    stop(0, cut_off("file header", header.size(), file_header_bytes));
    return;
  }
  order_.big_endian = is_magic(be32(header, 0));
  const std::uint32_t magic = order_.u32(header, 0);
  if (magic == magic_nanoseconds) nanoseconds_per_unit_ = 1;
  if (magic == magic_kuznetzov)
    record_header_bytes_ = 24;  // interface, protocol and packet type stand behind the lengths
  // The upper half tells of frame check sequences. They lie behind the IP packet, where decode() does not look.
  link_ = link_type(static_cast<std::uint16_t>(order_.u32(header, 20)));
  source_.take(file_header_bytes);
}

std::optional<CaptureRecord> CaptureReader::Pcap::next() {
  if (stopped()) return std::nullopt;
  const std::uint64_t offset = source_.offset();
  const ByteView header = source_.peek(record_header_bytes_);
  if (header.empty()) return std::nullopt;
  if (header.size() < record_header_bytes_) {
    return stop(offset, cut_off("record header", header.size(), record_header_bytes_));
  }

  CaptureRecord record;
  const std::uint64_t seconds = order_.u32(header, 0), fraction = order_.u32(header, 4);
  const std::uint32_t captured_bytes = order_.u32(header, 8);
  record.time = Timestamp(std::chrono::nanoseconds(seconds * 1'000'000'000 + fraction * nanoseconds_per_unit_));
  record.original_length_bytes = order_.u32(header, 12);
  if (captured_bytes > max_record_bytes) {
    return stop(offset + 8, "record claims " + std::to_string(captured_bytes) + " bytes, more than any frame has");
  }

  const std::size_t whole_bytes = record_header_bytes_ + captured_bytes;
  const ByteView whole = source_.peek(whole_bytes);
  if (whole.size() < whole_bytes) {
    return stop(offset, cut_off("record", whole.size() - record_header_bytes_, captured_bytes));
  }
  source_.take(whole_bytes);
  record.bytes = whole.subspan(record_header_bytes_);
  record.link = link_;
  record.offset = offset;
  record.number = ++number_;
  return record;
}

}  // namespace tcplab
