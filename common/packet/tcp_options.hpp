// TCP options: what stands in the bytes behind the fixed header, and tcpdump's texts for it.
// What an option means to a connection (a scaled window, lost data) is not decided here.
// Kinds and shapes: RFC 9293 (0, 1, 2), RFC 7323 (3, 8), RFC 2018 and 2883 (4, 5), RFC 7413 (34), RFC 5925 (29), RFC
// 2385 (19).
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>

#include "packet/seq_num.hpp"

namespace tcplab {

enum class TcpOptionKind : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  maximum_segment_size = 2,
  window_scale = 3,
  sack_permitted = 4,
  sack = 5,
  timestamps = 8,
  md5_signature = 19,
  tcp_ao = 29,
  fast_open = 34
};
/// Under which Fast Open was tried before it had a kind of its own; the first two bytes say so: f9 89. RFC 7413
/// appendix B.
constexpr TcpOptionKind fast_open_experiment{254};

/// One option. `value` is what stands behind kind and length, empty for the two kinds of one byte.
struct TcpOption {
  TcpOptionKind kind{};  ///< may be a number that the enumeration does not name
  std::span<const std::uint8_t> value;
  bool malformed = false;  ///< length below 2, beyond the header, or wrong for the kind: `value` is what was there
  std::uint8_t length_bytes = 0;  ///< as the option states it; 1 for the two kinds of one byte
};

/// The options in the order they stand, stopping behind an end-of-list or a malformed option. They are read as they are
/// asked for, and never beyond the bytes, which must stay meanwhile.
class TcpOptions {
 public:
  class Iterator {
   public:
    using value_type = TcpOption;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::span<const std::uint8_t> bytes) : rest_(bytes) { read(); }
    const TcpOption& operator*() const { return option_; }
    Iterator& operator++() {
      read();
      return *this;
    }
    void operator++(int) { read(); }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return iterator.is_at_end_; }

   private:
    void read();

    std::span<const std::uint8_t> rest_;  ///< behind the option; nothing behind the last
    TcpOption option_;
    bool is_at_end_ = false;
  };

  explicit TcpOptions(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] Iterator begin() const { return Iterator(bytes_); }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  std::span<const std::uint8_t> bytes_;
};
inline TcpOptions tcp_options(std::span<const std::uint8_t> bytes) {
  return TcpOptions(bytes);
}

struct SackBlock {
  SeqNum left, right;
  friend bool operator==(const SackBlock&, const SackBlock&) = default;
};
/// The blocks of an option, of which a header has room for 4. They lie in place, as nearly all are read for each
/// segment.
class SackBlocks {
 public:
  static constexpr std::size_t most = 4;

  void push_back(const SackBlock& block) {
    assert(size_ < most);
    blocks_[size_++] = block;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const SackBlock& operator[](std::size_t i) const { return blocks_[i]; }
  [[nodiscard]] const SackBlock* begin() const { return blocks_.data(); }
  [[nodiscard]] const SackBlock* end() const { return blocks_.data() + size_; }

  friend bool operator==(const SackBlocks& one, const SackBlocks& other) { return std::ranges::equal(one, other); }

 private:
  std::array<SackBlock, most> blocks_;
  std::size_t size_ = 0;
};
struct TcpTimestamps {
  std::uint32_t value = 0, echo_reply = 0;
};

/// Each reads one well-formed option of its kind; nothing if it is absent.
std::optional<std::uint16_t> maximum_segment_size(std::span<const std::uint8_t> options);
std::optional<std::uint8_t> window_scale(std::span<const std::uint8_t> options);
std::optional<TcpTimestamps> timestamps(std::span<const std::uint8_t> options);
SackBlocks sack_blocks(std::span<const std::uint8_t> options);
/// The right edge of the highest SACK block, if that says that something beyond the acknowledgment has come: a
/// duplicate (RFC 2883) says only what came twice.
std::optional<SeqNum> highest_sacked(const SackBlocks& blocks, SeqNum acknowledgment);
/// Whether the first block tells only of what came twice: it is below the acknowledgment, or inside the second. RFC
/// 2883 section 4.
bool begin_with_duplicate(const SackBlocks& blocks, SeqNum acknowledgment);

/// tcpdump's text of one option: "mss 1460", "nop", "wscale 7", "sackOK", "TS val 1 ecr 2", "sack 1 {1001:2001}", "tfo
/// cookie 0a1b2c3d", "unknown-254 0x0102", "[bad opt]" for a length that cannot be, "mss[len 3]" for one that is wrong
/// for the kind. SACK edges are printed less `relative_to`, the initial number of the data they acknowledge.
std::string to_string(const TcpOption& option, SeqNum relative_to = SeqNum(0));
/// The same, written to where there is room for so many bytes; says where it ends.
constexpr std::size_t option_text_bytes = 768;  // 31 SACK blocks
char* write_text(char* at, const TcpOption& option, SeqNum relative_to);

}  // namespace tcplab
