// pcapng files: sections, the interfaces of each, and blocks of packets.
// It passes over the blocks that hold no packet; of options it reads a packet's comment and an interface's clock.
// draft-ietf-opsawg-pcapng.
#pragma once

#include <vector>

#include "capture/format.hpp"
#include "capture/time_scale.hpp"

namespace tcplab {

class CaptureReader::Pcapng final : public CaptureReader::Format {
 public:
  /// Whether a file that begins with these bytes is one.
  static bool begins(ByteView beginning);
  explicit Pcapng(Source source) : Format(std::move(source)) {}
  std::optional<CaptureRecord> next() override;

 private:
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
  std::optional<Block> next_block();
  bool find_byte_order(ByteView header);
  std::optional<CaptureRecord> read(const Block& block);

  // pcapng_blocks.cpp: what stands in them
  void section_header(const Block& block);
  void interface_description(const Block& block);
  std::optional<CaptureRecord> packet(const Block& block, std::uint32_t interface);
  std::optional<CaptureRecord> simple_packet(const Block& block);
  /// The interface of this section by its number; nothing, and a problem noted, if it was not described.
  const Interface* find_interface(const Block& block, std::uint32_t number);
  CaptureRecord record(const Block& block, std::uint32_t interface, ByteView bytes,
                       std::uint32_t original_length_bytes);
  template <typename Visit>
  void for_each_option(const Block& block, std::size_t at, Visit visit);

  ByteOrder order_;                       ///< of this section
  std::vector<Interface> interfaces_;     ///< of this section
  std::uint32_t earlier_interfaces_ = 0;  ///< in the sections before
};

}  // namespace tcplab
