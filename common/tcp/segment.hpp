// A segment in the terms of its connection: which end sent it, what it says, when it left and when it came; and as one
// of a kind with it, a UDP datagram, and an ICMP error about either.
// It owns what it holds, unlike packet/'s TcpSegment, and keeps no payload.
// RFC 9293 section 3.1, RFC 768, RFC 792.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "packet/seq_num.hpp"
#include "packet/tcp_flags.hpp"
#include "packet/tcp_options.hpp"
#include "tcp/end.hpp"

namespace tcplab {

enum class Protocol : std::uint8_t { tcp, udp, icmp };
/// "TCP", "UDP", "ICMP".
constexpr const char* to_string(Protocol protocol) {
  return protocol == Protocol::tcp ? "TCP" : protocol == Protocol::udp ? "UDP" : "ICMP";
}

/// Who sends an ICMP error to an end: by its address, the other end's host, the end's own, or a router or filter
/// between.
enum class ErrorSource : std::uint8_t { other_end, own_host, between };

/// What an ICMP message says, by the numbers of its version: 3/3, and 1/4 in ICMPv6, is "port unreachable".
struct IcmpKind {
  std::uint8_t type = 0, code = 0;
  friend auto operator<=>(const IcmpKind&, const IcmpKind&) = default;
};

/// "Fragmentation needed" of ICMP, "packet too big" of ICMPv6. RFC 1191, RFC 8201.
constexpr bool is_too_big(const IcmpKind& kind) {
  return (kind.type == 3 && kind.code == 4) || kind.type == 2;
}

using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A segment's record in a capture.
struct Sighting {
  Timestamp time;           ///< by the capture's clock
  std::uint64_t frame = 0;  ///< its number in the file, from 1: the order, where two times are equal
};

/// What a segment says, as far as its connection is concerned, without what would need memory of its own.
struct SegmentHeader {
  End from = End::client;
  Protocol protocol = Protocol::tcp;  ///< icmp: an error that quotes what the other end sent
  IcmpKind icmp{};
  SeqNum seq, ack;  ///< icmp: of the segment that it quotes; `ack` is 0 where it is not quoted
  TcpFlags flags;
  std::uint16_t quoted_identification = 0;  ///< icmp: the IP identification of the packet that it quotes; 0: none
  std::uint32_t length = 0;                 ///< of the data, in bytes; icmp: of the datagram that it quotes
  std::uint16_t window = 0;  ///< as it stands, not scaled; icmp: of "too big", the MTU that it tells; 0: none
  std::uint16_t urgent_pointer = 0;

  std::uint32_t ip_identification = 0;
  std::uint8_t hop_limit = 0;
  bool has_whole_header = true;  ///< it was captured, and of a length that can be; icmp: `seq` is quoted
  ErrorSource error_source = ErrorSource::other_end;  ///< icmp

  [[nodiscard]] bool has(TcpFlags::Bit bit) const { return flags.has(bit); }
  /// From the other end's host, as whoever `from` is: not an error that a router, a filter or the own host sends.
  [[nodiscard]] bool is_from_end() const { return error_source == ErrorSource::other_end; }
  /// The numbers it consumes: its data, and one each for SYN and FIN.
  [[nodiscard]] std::uint32_t sequence_length() const {
    if (protocol != Protocol::tcp) return 0;
    return length + (has(TcpFlags::syn) ? 1U : 0U) + (has(TcpFlags::fin) ? 1U : 0U);
  }
  /// The number behind the last that it consumes.
  [[nodiscard]] SeqNum sequence_end() const { return seq + sequence_length(); }
  /// The number of its FIN, which stands behind its data.
  [[nodiscard]] SeqNum fin_number() const { return sequence_end() - 1; }
};

/// The same packet by all that is kept of it, but for its hop limit: it may be captured before and behind a router.
inline bool is_same_packet(const SegmentHeader& one, const SegmentHeader& other) {
  return one.seq == other.seq && one.length == other.length && one.flags == other.flags && one.ack == other.ack &&
         one.window == other.window && one.ip_identification == other.ip_identification;
}

/// The option bytes of a header, of which it has room for 40. They lie in place: most segments have some.
class OptionBytes {
 public:
  static constexpr std::size_t most = 40;

  OptionBytes& operator=(std::span<const std::uint8_t> bytes) {
    assert(bytes.size() <= most);
    bytes_ = {};
    size_ = static_cast<std::uint8_t>(std::min(bytes.size(), most));
    if (size_ == bytes_of_timestamps)  // a copy of a size that is known costs next to nothing
      std::copy_n(bytes.data(), bytes_of_timestamps, bytes_.data());
    else
      std::copy_n(bytes.data(), size_, bytes_.data());
    return *this;
  }
  [[nodiscard]] const std::uint8_t* begin() const { return bytes_.data(); }
  [[nodiscard]] const std::uint8_t* end() const { return bytes_.data() + size_; }
  /// RFC 7323 appendix A: two NOPs and the timestamps, which is all that nearly every segment has.
  [[nodiscard]] bool are_timestamps_only() const {
    constexpr std::array<std::uint8_t, 4> begin = {1, 1, 8, 10};
    return size_ == bytes_of_timestamps && std::memcmp(bytes_.data(), begin.data(), begin.size()) == 0;
  }
  /// Whether there may be an option of a kind that is none of those: its byte stands somewhere.
  [[nodiscard]] bool may_have(TcpOptionKind kind) const {
    return size_ > 0 && !are_timestamps_only() && std::memchr(bytes_.data(), static_cast<int>(kind), size_) != nullptr;
  }

  friend auto operator<=>(const OptionBytes&, const OptionBytes&) = default;

 private:
  static constexpr std::uint8_t bytes_of_timestamps = 12;
  std::array<std::uint8_t, most> bytes_{};  ///< zero behind the last
  std::uint8_t size_ = 0;
};

struct Segment : SegmentHeader {
  OptionBytes options;  ///< as they stood in the header

  std::optional<Sighting> departed;  ///< at its sender, or wherever the only capture was made
  std::optional<Sighting> arrived;   ///< at its receiver, or wherever the only capture was made
  bool may_have_arrived = false;     ///< from both ends: when its receiver's capture showed no more

  /// The record of it in the capture made at that end, if there is one; or in the only capture.
  [[nodiscard]] const std::optional<Sighting>& seen_at(End end) const { return from == end ? departed : arrived; }
  /// The capture's record of it where it was seen first.
  [[nodiscard]] const Sighting& sighting() const { return departed ? *departed : *arrived; }
};

/// None of nearly all segments, which costs one look at their bytes.
inline SackBlocks sack_blocks(const Segment& segment) {
  return segment.options.may_have(TcpOptionKind::sack)
             ? sack_blocks(std::span(segment.options.begin(), segment.options.end()))
             : SackBlocks();
}

}  // namespace tcplab
