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

CaptureReader::Pcap::Pcap(Source source) : FormatOf(std::move(source)) {
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

CaptureReader::Pcap::Pcap(const Pcap& so_far, Source rest, std::uint64_t number)
    : FormatOf(std::move(rest), number),
      order_(so_far.order_),
      nanoseconds_per_unit_(so_far.nanoseconds_per_unit_),
      record_header_bytes_(so_far.record_header_bytes_),
      link_(so_far.link_) {}

std::size_t CaptureReader::Pcap::read_here(std::span<CaptureRecord> records) {
  // Copies, which stay in registers: of a member no compiler knows that no record is written there.
  const ByteOrder order = order_;
  const std::uint32_t nanoseconds_per_unit = nanoseconds_per_unit_;
  const std::size_t header_bytes = record_header_bytes_;
  const LinkType link = link_;
  ByteView window = source_.window();
  const std::uint64_t begin = source_.offset();
  std::uint64_t offset = begin, number = number_;
  std::size_t count = 0;
  for (; count < records.size() && window.size() >= header_bytes; ++count) {
    const std::size_t captured_bytes = order.u32(window, 8);
    if (captured_bytes > max_record_bytes || captured_bytes > window.size() - header_bytes) break;
    const std::uint64_t seconds = order.u32(window, 0), fraction = order.u32(window, 4);
    CaptureRecord& record = records[count];
    record.time = Timestamp(std::chrono::nanoseconds(seconds * 1'000'000'000 + fraction * nanoseconds_per_unit));
    record.link = link;
    record.bytes = window.subspan(header_bytes, captured_bytes);
    record.original_length_bytes = order.u32(window, 12);
    record.interface = 0;
    record.comment = {};
    record.offset = offset;
    record.number = ++number;
    window = window.subspan(header_bytes + captured_bytes);
    offset += header_bytes + captured_bytes;
  }
  source_.take(static_cast<std::size_t>(offset - begin));
  number_ = number;
  return count;
}

bool CaptureReader::Pcap::advance() {
  const std::uint64_t offset = source_.offset();
  const ByteView header = source_.peek(record_header_bytes_);
  if (header.empty()) return false;
  if (header.size() < record_header_bytes_) {
    return stop(offset, cut_off("record header", header.size(), record_header_bytes_));
  }
  const std::uint32_t captured_bytes = order_.u32(header, 8);
  if (captured_bytes > max_record_bytes) {
    return stop(offset + 8, "record claims " + std::to_string(captured_bytes) + " bytes, more than any frame has");
  }
  const std::size_t whole_bytes = record_header_bytes_ + captured_bytes;
  const ByteView whole = source_.peek(whole_bytes);
  if (whole.size() < whole_bytes) {
    return stop(offset, cut_off("record", whole.size() - record_header_bytes_, captured_bytes));
  }
  return true;
}

}  // namespace tcplab
