#include "capture/pcapng.hpp"

namespace tcplab {
namespace {

enum BlockType : std::uint32_t {
  section_header_block = 0x0a0d0d0a,  // the same in either byte order
  interface_description_block = 1,
  old_packet_block = 2,
  simple_packet_block = 3,
  enhanced_packet_block = 6
};
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t smallest_block_bytes = 12, smallest_section_header_bytes = 28;

constexpr bool is_of_use(std::uint32_t type) {
  return type == section_header_block || type == interface_description_block || type == old_packet_block ||
         type == simple_packet_block || type == enhanced_packet_block;
}

}  // namespace

bool CaptureReader::Pcapng::begins(ByteView beginning) {
  return beginning.size() >= 4 && be32(beginning, 0) == section_header_block;
}

std::optional<CaptureRecord> CaptureReader::Pcapng::next() {
  while (!stopped()) {
    const auto block = next_block();
    if (!block) break;
    if (auto found = read(*block)) return found;
  }
  return std::nullopt;
}

std::optional<CaptureRecord> CaptureReader::Pcapng::read(const Block& block) {
  switch (block.type) {
    case section_header_block:
      section_header(block);
      break;
    case interface_description_block:
      interface_description(block);
      break;
    case simple_packet_block:
      return simple_packet(block);
    case enhanced_packet_block:
      return packet(block, block.body.size() >= 4 ? order_.u32(block.body, 0) : 0);
    case old_packet_block:  // differs only in that half of the interface's number counts lost packets
      return packet(block, block.body.size() >= 4 ? order_.u16(block.body, 0) : 0);
    default:
      break;
  }
  return std::nullopt;
}

/// The next block, or nothing at the end and where the length of a block cannot be trusted.
std::optional<CaptureReader::Pcapng::Block> CaptureReader::Pcapng::next_block() {
  const std::uint64_t offset = source_.offset();
  const ByteView header = source_.peek(smallest_block_bytes);
  if (header.empty()) return std::nullopt;
  if (header.size() < smallest_block_bytes) {
    return stop(offset, cut_off("block header", header.size(), smallest_block_bytes));
  }
  const bool begins_section = be32(header, 0) == section_header_block;
  if (begins_section && !find_byte_order(header)) return stop(offset + 8, "byte-order magic of the section is unknown");
  const std::uint32_t type = order_.u32(header, 0), length = order_.u32(header, 4);
  if (length % 4 != 0 || length < (begins_section ? smallest_section_header_bytes : smallest_block_bytes)) {
    return stop(offset + 4, "block length " + std::to_string(length) + " is impossible");
  }
  if (length > max_record_bytes) {
    if (is_of_use(type))
      return stop(offset + 4, "block claims " + std::to_string(length) + " bytes, more than any packet has");
    const std::uint64_t there = source_.skip(length);
    if (there < length) return stop(offset, cut_off("block", there, length));
    return Block{type, offset, {}};
  }
  const ByteView whole = source_.peek(length);
  if (whole.size() < length) return stop(offset, cut_off("block", whole.size(), length));
  const std::uint32_t repeated = order_.u32(whole, length - 4);
  if (repeated != length) {
    return stop(offset + length - 4,
                "block length is " + std::to_string(length) + " in front but " + std::to_string(repeated) + " behind");
  }
  source_.take(length);
  return Block{type, offset, whole.subspan(8, length - smallest_block_bytes)};
}

bool CaptureReader::Pcapng::find_byte_order(ByteView header) {
  order_.big_endian = be32(header, 8) == byte_order_magic;
  return order_.u32(header, 8) == byte_order_magic;
}

}  // namespace tcplab
