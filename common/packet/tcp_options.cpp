#include "packet/tcp_options.hpp"

#include "packet/bytes.hpp"

namespace tcplab {
namespace {

constexpr std::size_t sack_block_bytes = 8;

/// Whether a value of that many bytes can stand behind the kind; kinds without a name may have any.
constexpr bool is_length_right(TcpOptionKind kind, std::size_t bytes) {
  switch (kind) {
    case TcpOptionKind::end_of_list:
    case TcpOptionKind::no_operation:
    case TcpOptionKind::sack_permitted:
      return bytes == 0;
    case TcpOptionKind::maximum_segment_size:
      return bytes == 2;
    case TcpOptionKind::window_scale:
      return bytes == 1;
    case TcpOptionKind::sack:
      return bytes != 0 && bytes % sack_block_bytes == 0;
    case TcpOptionKind::timestamps:
      return bytes == 8;
    case TcpOptionKind::md5_signature:
      return bytes == 16;
    case TcpOptionKind::tcp_ao:
      return bytes >= 2;
    case TcpOptionKind::fast_open:
      return bytes == 0 || (bytes >= 4 && bytes <= 16 && bytes % 2 == 0);
  }
  return true;
}

/// The option that `bytes` (not empty) begin with.
TcpOption first_option(ByteView bytes) {
  TcpOption option;
  option.kind = static_cast<TcpOptionKind>(bytes[0]);
  option.length_bytes = 1;
  if (option.kind == TcpOptionKind::end_of_list || option.kind == TcpOptionKind::no_operation) return option;
  option.length_bytes = bytes.size() < 2 ? std::uint8_t{0} : bytes[1];
  const bool fits = option.length_bytes >= 2 && option.length_bytes <= bytes.size();
  if (fits) option.value = bytes.subspan(2, option.length_bytes - std::size_t{2});
  if (option.length_bytes > bytes.size()) option.value = bytes.subspan(2);
  option.malformed = !fits || !is_length_right(option.kind, option.value.size());
  return option;
}

/// What stands behind the option that `bytes` begin with, if anything is read there.
ByteView behind(const TcpOption& option, ByteView bytes) {
  const bool is_last = option.malformed || option.kind == TcpOptionKind::end_of_list;
  return bytes.subspan(is_last ? bytes.size() : option.length_bytes);
}

/// The value of the first well-formed option of that kind.
std::optional<ByteView> value_of(TcpOptionKind kind, ByteView options) {
  while (!options.empty()) {
    const TcpOption option = first_option(options);
    if (option.kind == kind && !option.malformed) return option.value;
    options = behind(option, options);
  }
  return std::nullopt;
}

}  // namespace

void TcpOptions::Iterator::read() {
  is_at_end_ = rest_.empty();
  if (is_at_end_) return;
  option_ = first_option(rest_);
  rest_ = behind(option_, rest_);
}

std::optional<std::uint16_t> maximum_segment_size(std::span<const std::uint8_t> options) {
  const auto value = value_of(TcpOptionKind::maximum_segment_size, options);
  if (!value) return std::nullopt;
  return be16(*value, 0);
}

std::optional<std::uint8_t> window_scale(std::span<const std::uint8_t> options) {
  const auto value = value_of(TcpOptionKind::window_scale, options);
  if (!value) return std::nullopt;
  return value->front();
}

std::optional<TcpTimestamps> timestamps(std::span<const std::uint8_t> options) {
  const auto value = value_of(TcpOptionKind::timestamps, options);
  if (!value) return std::nullopt;
  return TcpTimestamps{be32(*value, 0), be32(*value, 4)};
}

SackBlocks sack_blocks(std::span<const std::uint8_t> options) {
  SackBlocks blocks;
  const ByteView value = value_of(TcpOptionKind::sack, options).value_or(ByteView());
  const std::size_t end = std::min(value.size(), SackBlocks::most * sack_block_bytes);
  for (std::size_t at = 0; at < end; at += sack_block_bytes) {
    blocks.push_back({SeqNum(be32(value, at)), SeqNum(be32(value, at + 4))});
  }
  return blocks;
}

std::optional<SeqNum> highest_sacked(const SackBlocks& blocks, SeqNum acknowledgment) {
  std::optional<SeqNum> highest;
  for (const SackBlock& block : blocks)
    if (block.right > highest.value_or(acknowledgment)) highest = block.right;
  return highest;
}

bool begin_with_duplicate(const SackBlocks& blocks, SeqNum acknowledgment) {
  if (blocks.empty()) return false;
  const SackBlock& first = blocks[0];
  const bool is_inside_second = blocks.size() > 1 && first.left >= blocks[1].left && first.right <= blocks[1].right;
  return first.right <= acknowledgment || is_inside_second;
}

}  // namespace tcplab
