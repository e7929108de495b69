// The blocks of a pcapng file that tell of packets.
// draft-ietf-opsawg-pcapng sections 3.5 (options), 4.1 to 4.4 and appendix A (the obsolete packet block).
#include <algorithm>
#include <string_view>

#include "capture/pcapng.hpp"

namespace tcplab {
namespace {

enum OptionCode : std::uint16_t { end_of_options = 0, comment = 1, if_tsresol = 9, if_tsoffset = 14 };
constexpr std::size_t interface_fields_bytes = 8, packet_fields_bytes = 20;

constexpr std::size_t padded(std::size_t bytes) {
  return (bytes + 3) & ~std::size_t{3};
}

}  // namespace

/// Calls `visit(code, value)` for the options that stand from `at` on.
template <typename Visit>
void CaptureReader::Pcapng::for_each_option(const Block& block, std::size_t at, Visit visit) {
  while (at + 4 <= block.body.size()) {
    const std::uint16_t code = order_.u16(block.body, at);
    const std::size_t length = order_.u16(block.body, at + 2);
    if (code == end_of_options) return;
    if (length > block.body.size() - at - 4) return pass_over(block.offset, "option goes beyond its block");
    visit(code, block.body.subspan(at + 4, length));
    at += 4 + padded(length);
  }
}

void CaptureReader::Pcapng::section_header(const Block& block) {
  earlier_interfaces_ += static_cast<std::uint32_t>(interfaces_.size());
  interfaces_.clear();
  const std::uint16_t major = order_.u16(block.body, 4);
  if (major != 1) stop(block.offset + 12, "pcapng version " + std::to_string(major) + " is unknown");
}

void CaptureReader::Pcapng::interface_description(const Block& block) {
  Interface& described = interfaces_.emplace_back();  // keeps its number even if it cannot be read
  if (block.body.size() < interface_fields_bytes) return pass_over(block.offset, "interface block is too short");
  described.readable = true;
  described.link = link_type(order_.u16(block.body, 0));
  described.snap_length_bytes = order_.u32(block.body, 4);
  for_each_option(block, interface_fields_bytes, [&](std::uint16_t code, ByteView value) {
    if (code == if_tsresol && value.size() == 1) described.time_scale.set_resolution(value[0]);
    if (code == if_tsoffset && value.size() == 8) described.time_scale.set_offset(order_.u64(value, 0));
  });
}

inline const CaptureReader::Pcapng::Interface* CaptureReader::Pcapng::find_interface(const Block& block,
                                                                                     std::uint32_t number) {
  if (number < interfaces_.size() && interfaces_[number].readable) return &interfaces_[number];
  pass_over(block.offset, "packet of interface " + std::to_string(number) + ", which is not described");
  return nullptr;
}

std::size_t CaptureReader::Pcapng::read_here(std::span<CaptureRecord> records) {
  std::size_t count = 0;
  while (count < records.size() && read_one_here(records[count])) ++count;
  return count;
}

bool CaptureReader::Pcapng::read_one_here(CaptureRecord& record) {
  while (const auto block = block_here()) {
    if (block->type == section_header_block || block->type == interface_description_block) return false;
    take(*block);
    if (packet_in(*block, record)) return true;
  }
  return false;
}

bool CaptureReader::Pcapng::packet_in(const Block& block, CaptureRecord& record) {
  switch (block.type) {
    case enhanced_packet_block:
      return packet(block, block.body.size() >= 4 ? order_.u32(block.body, 0) : 0, record);
    case old_packet_block:  // differs only in that half of the interface's number counts lost packets
      return packet(block, block.body.size() >= 4 ? order_.u16(block.body, 0) : 0, record);
    case simple_packet_block:
      return simple_packet(block, record);
    default:
      return false;
  }
}

/// An enhanced packet block, or an old one.
bool CaptureReader::Pcapng::packet(const Block& block, std::uint32_t interface, CaptureRecord& record) {
  if (block.body.size() < packet_fields_bytes) return pass_over(block.offset, "packet block is too short"), false;
  const Interface* described = find_interface(block, interface);
  if (described == nullptr) return false;
  const std::uint64_t units = std::uint64_t{order_.u32(block.body, 4)} << 32 | order_.u32(block.body, 8);
  const std::uint32_t captured_bytes = order_.u32(block.body, 12);
  if (captured_bytes > block.body.size() - packet_fields_bytes) {
    pass_over(block.offset, "packet claims " + std::to_string(captured_bytes) + " bytes, more than its block holds");
    return false;
  }
  const ByteView bytes = block.body.subspan(packet_fields_bytes, captured_bytes);
  fill(record, block, interface, bytes, order_.u32(block.body, 16));
  record.time = described->time_scale.time(units);
  const std::size_t options_at = packet_fields_bytes + padded(captured_bytes);
  if (options_at < block.body.size()) find_comment(block, options_at, record);
  return true;
}

void CaptureReader::Pcapng::find_comment(const Block& block, std::size_t options_at, CaptureRecord& record) {
  for_each_option(block, options_at, [&](std::uint16_t code, ByteView value) {
    if (code != comment || !record.comment.empty()) return;
    record.comment = {reinterpret_cast<const char*>(value.data()), value.size()};
  });
}

/// It states neither a time nor how much was captured, and belongs to the section's first interface.
bool CaptureReader::Pcapng::simple_packet(const Block& block, CaptureRecord& record) {
  if (block.body.size() < 4) return pass_over(block.offset, "packet block is too short"), false;
  const Interface* described = find_interface(block, 0);
  if (described == nullptr) return false;
  const std::uint32_t original_bytes = order_.u32(block.body, 0);
  std::size_t captured_bytes = std::min<std::size_t>(original_bytes, block.body.size() - 4);
  if (described->snap_length_bytes != 0)
    captured_bytes = std::min<std::size_t>(captured_bytes, described->snap_length_bytes);
  fill(record, block, 0, block.body.subspan(4, captured_bytes), original_bytes);
  record.time = {};
  return true;
}

void CaptureReader::Pcapng::fill(CaptureRecord& record, const Block& block, std::uint32_t interface, ByteView bytes,
                                 std::uint32_t original_length_bytes) {
  record.link = interfaces_[interface].link;
  record.bytes = bytes;
  record.original_length_bytes = original_length_bytes;
  record.interface = earlier_interfaces_ + interface;
  record.comment = {};
  record.offset = block.offset;
  record.number = ++number_;
}

}  // namespace tcplab
