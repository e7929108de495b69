#include "capture/pcapng.hpp"

namespace tcplab {
namespace {

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t smallest_section_header_bytes = 28;

}  // namespace

bool CaptureReader::Pcapng::begins(ByteView beginning) {
  return beginning.size() >= 4 && be32(beginning, 0) == section_header_block;
}

CaptureReader::Pcapng::Pcapng(const Pcapng& so_far, Source rest, std::uint64_t number)
    : FormatOf(std::move(rest), number),
      order_(so_far.order_),
      interfaces_(so_far.interfaces_),
      earlier_interfaces_(so_far.earlier_interfaces_) {}

bool CaptureReader::Pcapng::advance() {
  if (!await_block()) return false;
  const auto block = block_here();
  if (!block) return true;  // it was a giant, which lies behind us now
  if (block->type == section_header_block) {
    section_header(*block);
  } else if (block->type == interface_description_block) {
    interface_description(*block);
  } else {
    return true;
  }
  take(*block);
  return !stopped();
}

bool CaptureReader::Pcapng::await_block() {
  const std::uint64_t offset = source_.offset();
  const ByteView header = source_.peek(smallest_block_bytes);
  if (header.empty()) return false;
  if (header.size() < smallest_block_bytes) {
    return stop(offset, cut_off("block header", header.size(), smallest_block_bytes));
  }
  const bool begins_section = be32(header, 0) == section_header_block;
  if (begins_section && !find_byte_order(header)) return stop(offset + 8, "byte-order magic of the section is unknown");
  const std::uint32_t type = order_.u32(header, 0), length = order_.u32(header, 4);
  if (length % 4 != 0 || length < (begins_section ? smallest_section_header_bytes : smallest_block_bytes)) {
    return stop(offset + 4, "block length " + std::to_string(length) + " is impossible");
  }
  if (length > max_record_bytes) return pass_over_giant(type, length);
  const ByteView whole = source_.peek(length);
  if (whole.size() < length) return stop(offset, cut_off("block", whole.size(), length));
  const std::uint32_t repeated = order_.u32(whole, length - 4);
  if (repeated != length) {
    return stop(offset + length - 4,
                "block length is " + std::to_string(length) + " in front but " + std::to_string(repeated) + " behind");
  }
  return true;
}

bool CaptureReader::Pcapng::is_of_use(std::uint32_t type) {
  return type == section_header_block || type == interface_description_block || type == old_packet_block ||
         type == simple_packet_block || type == enhanced_packet_block;
}

bool CaptureReader::Pcapng::pass_over_giant(std::uint32_t type, std::uint32_t length) {
  const std::uint64_t offset = source_.offset();
  if (is_of_use(type)) {
    return stop(offset + 4, "block claims " + std::to_string(length) + " bytes, more than any packet has");
  }
  const std::uint64_t there = source_.skip(length);
  return there == length || stop(offset, cut_off("block", there, length));
}

bool CaptureReader::Pcapng::find_byte_order(ByteView header) {
  order_.big_endian = be32(header, 8) == byte_order_magic;
  return order_.u32(header, 8) == byte_order_magic;
}

}  // namespace tcplab
