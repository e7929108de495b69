// What Wireshark would flag each segment of a connection as: the names of its tcp.analysis fields, by its rules.
// It is another's opinion, for comparison: its rules guess from a few numbers, and what we say ourselves is in
// verdict.hpp. Where a connection begins, the caller says. Rules of MPTCP's subflows are not followed.
// https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html, as of Wireshark 4.0.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tcp/segment.hpp"

namespace tcplab {

/// What one segment is flagged as: a set.
struct WiresharkOpinion {
  enum Flag : std::uint32_t {
    retransmission = 1,
    fast_retransmission = 1U << 1,
    spurious_retransmission = 1U << 2,
    out_of_order = 1U << 3,
    lost_segment = 1U << 4,
    ack_lost_segment = 1U << 5,
    duplicate_ack = 1U << 6,
    zero_window = 1U << 7,
    zero_window_probe = 1U << 8,
    zero_window_probe_ack = 1U << 9,
    window_update = 1U << 10,
    window_full = 1U << 11,
    keep_alive = 1U << 12,
    keep_alive_ack = 1U << 13,
    reused_ports = 1U << 14,
    tfo_syn = 1U << 15,
    tfo_ack = 1U << 16,
    tfo_ignored = 1U << 17
  };
  std::uint32_t flags = 0;
  std::uint32_t duplicate_ack_number = 0;  ///< of a duplicate ACK: the how manieth, from 1

  [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
  /// "retransmission", as behind "tcp.analysis."; in the order of the bits.
  [[nodiscard]] std::vector<std::string_view> names() const;
};

class WiresharkFlags {
 public:
  /// `ports_were_used`: a connection before this one had the same two endpoints.
  explicit WiresharkFlags(bool ports_were_used = false) : ports_were_used_(ports_were_used) {}

  /// Takes in the next TCP segment as captured, and says how Wireshark would flag it.
  WiresharkOpinion saw(const Segment& segment);

 private:
  /// What Wireshark keeps of an end. It has no "unknown" for a number: zero stands for it, so it does here.
  struct Side {
    std::optional<SeqNum> first;  ///< of its SYN, seen or inferred
    SeqNum next;                  ///< behind the highest that it sent
    SeqNum next_in_row;  ///< behind the highest that it sent without a hole, or that the other end acknowledged
    SeqNum last_ack;
    Timestamp next_time, last_ack_time;
    std::uint32_t window = 0xffffffff;  ///< of its last segment, as it stood; this before the first
    std::uint32_t duplicate_acks = 0;
    std::uint32_t last_flags = 0;
    std::optional<std::uint8_t> window_shift;  ///< unknown until a SYN tells; or that it does not scale
    bool unseen_was_told = false;              ///< that the other end acknowledged what this one was not seen to send
    bool awaits_first_ack = false;             ///< since its SYN, whose window is never scaled
  };

  [[nodiscard]] Side& of(End end) { return sides_[index_of(end)]; }
  [[nodiscard]] const Side& of(End end) const { return sides_[index_of(end)]; }
  void note_opening(const Segment& syn, WiresharkOpinion& opinion);
  void note_window_scale(const Segment& segment);
  void judge_numbers_and_window(const Segment& segment, WiresharkOpinion& opinion);
  void judge_repeated_ack(const Segment& segment, WiresharkOpinion& opinion);
  void judge_ack_of_unseen(const Segment& segment, WiresharkOpinion& opinion);
  [[nodiscard]] std::uint32_t kind_of_repetition(const Segment& segment, const WiresharkOpinion& opinion) const;
  [[nodiscard]] bool is_fast_retransmission(const Segment& segment) const;
  [[nodiscard]] bool is_out_of_order(const Segment& segment) const;
  [[nodiscard]] bool fills_window(const Segment& segment) const;
  void remember(const Segment& segment, const WiresharkOpinion& opinion);

  std::array<Side, 2> sides_;
  Timestamp syn_time_{};                          ///< zero, as at the start of many made captures: unknown
  std::chrono::nanoseconds first_round_trip_{0};  ///< from the latest SYN to the first ACK; zero: unknown
  bool ports_were_used_, has_begun_ = false;
  bool fast_open_data_was_sent_ = false;  ///< by either end
};

}  // namespace tcplab
