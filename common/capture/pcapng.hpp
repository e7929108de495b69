// pcapng files: sections, the interfaces of each, and blocks of packets.
// It passes over the blocks that hold no packet; of options it reads a packet's comment and an interface's clock.
// draft-ietf-opsawg-pcapng.
#pragma once

#include <vector>

#include "capture/format.hpp"
#include "capture/time_scale.hpp"

namespace tcplab {

class CaptureReader::Pcapng final : public CaptureReader::FormatOf<CaptureReader::Pcapng> {
 public:
  /// Whether a file that begins with these bytes is one.
  static bool begins(ByteView beginning);
  explicit Pcapng(Source source) : FormatOf(std::move(source)) {}
  Pcapng(const Pcapng& so_far, Source rest, std::uint64_t number);

  std::size_t read_here(std::span<CaptureRecord> records);
  bool advance();

 private:
  enum BlockType : std::uint32_t {
    section_header_block = 0x0a0d0d0a,  // the same in either byte order
    interface_description_block = 1,
    old_packet_block = 2,
    simple_packet_block = 3,
    enhanced_packet_block = 6
  };
  static constexpr std::size_t smallest_block_bytes = 12;
  struct Interface {
    bool readable = false;
    LinkType link{};
    std::uint32_t snap_length_bytes = 0;  ///< 0: without bound
    TimeScale time_scale;
  };
  struct Block {
    std::uint32_t type = 0;
    std::uint64_t offset = 0;  ///< in the file
    ByteView body;
  };

  // pcapng.cpp: the file as a row of blocks
  /// The block that the window begins with, if it is whole and its length is as it should be.
  [[nodiscard]] std::optional<Block> block_here() const;
  /// Makes sure of that; false if it cannot be, or there is no further block.
  bool await_block();
  static bool is_of_use(std::uint32_t type);
  bool pass_over_giant(std::uint32_t type, std::uint32_t length);
  bool find_byte_order(ByteView header);
  void take(const Block& block) { source_.take(block.body.size() + smallest_block_bytes); }

  // pcapng_blocks.cpp: what stands in them
  void section_header(const Block& block);
  void interface_description(const Block& block);
  bool read_one_here(CaptureRecord& record);
  /// False, and a problem noted, if there is something wrong with the block. Of what is not a packet, false.
  bool packet_in(const Block& block, CaptureRecord& record);
  bool packet(const Block& block, std::uint32_t interface, CaptureRecord& record);
  bool simple_packet(const Block& block, CaptureRecord& record);
  /// The interface of this section by its number; nothing, and a problem noted, if it was not described.
  const Interface* find_interface(const Block& block, std::uint32_t number);
  void find_comment(const Block& block, std::size_t options_at, CaptureRecord& record);
  /// Sets every field but the time.
  void fill(CaptureRecord& record, const Block& block, std::uint32_t interface, ByteView bytes,
            std::uint32_t original_length_bytes);
  template <typename Visit>
  void for_each_option(const Block& block, std::size_t at, Visit visit);

  ByteOrder order_;                       ///< of this section
  std::vector<Interface> interfaces_;     ///< of this section
  std::uint32_t earlier_interfaces_ = 0;  ///< in the sections before
};

inline std::optional<CaptureReader::Pcapng::Block> CaptureReader::Pcapng::block_here() const {
  const ByteView window = source_.window();
  if (window.size() < smallest_block_bytes) return std::nullopt;
  const std::size_t length = order_.u32(window, 4);
  if (length % 4 != 0 || length < smallest_block_bytes || length > max_record_bytes || length > window.size() ||
      order_.u32(window, length - 4) != length) {
    return std::nullopt;
  }
  return Block{order_.u32(window, 0), source_.offset(), window.subspan(8, length - smallest_block_bytes)};
}

}  // namespace tcplab
