#include "tcp/wireshark.hpp"

#include <algorithm>

#include "packet/tcp_options.hpp"

namespace tcplab {
namespace {

using namespace std::chrono_literals;
using Flag = WiresharkOpinion::Flag;

constexpr std::array<std::string_view, 18> flag_names = {"retransmission",
                                                         "fast_retransmission",
                                                         "spurious_retransmission",
                                                         "out_of_order",
                                                         "lost_segment",
                                                         "ack_lost_segment",
                                                         "duplicate_ack",
                                                         "zero_window",
                                                         "zero_window_probe",
                                                         "zero_window_probe_ack",
                                                         "window_update",
                                                         "window_full",
                                                         "keep_alive",
                                                         "keep_alive_ack",
                                                         "reused_ports",
                                                         "tfo_syn",
                                                         "tfo_ack",
                                                         "tfo_ignored"};

constexpr std::chrono::nanoseconds fast_within = 20ms;      ///< of the acknowledgment that asked for it
constexpr std::chrono::nanoseconds reordered_within = 3ms;  ///< where no handshake told the round trip
constexpr std::uint8_t greatest_shift = 14;                 // RFC 7323 section 2.3
constexpr std::uint8_t not_scaled = 0xff;                   ///< in place of a shift

constexpr bool is_known(SeqNum number) {
  return number.value() != 0;
}

/// Whether it neither opens, nor ends, nor breaks off: the kind whose window and acknowledgment are looked at.
bool is_ordinary(const Segment& segment) {
  return !segment.has(TcpFlags::syn) && !segment.has(TcpFlags::fin) && !segment.has(TcpFlags::rst);
}

/// What the segment takes up: of SYN and FIN together, one.
SeqNum end_of(const Segment& segment) {
  return segment.seq + segment.length + (segment.has(TcpFlags::syn) || segment.has(TcpFlags::fin) ? 1U : 0U);
}

/// Wireshark compares times without their sign: what is less than nothing, where the clock went backwards, is longer
/// than anything else.
bool comes_within(std::chrono::nanoseconds limit, Timestamp before, const Segment& segment) {
  const std::chrono::nanoseconds passed = segment.sighting().time - before;
  return static_cast<std::uint64_t>(passed.count()) < static_cast<std::uint64_t>(limit.count());
}

/// A Fast Open cookie, not only the request for one. RFC 7413 section 4.1.
bool has_cookie(const Segment& segment) {
  const OptionBytes& options = segment.options;
  if (!options.may_have(TcpOptionKind::fast_open) && !options.may_have(fast_open_experiment)) return false;
  return std::ranges::any_of(tcp_options(options), [](const TcpOption& option) {
    const auto value = option.value;
    if (option.kind == TcpOptionKind::fast_open) return !value.empty();
    return option.kind == fast_open_experiment && value.size() > 2 && value[0] == 0xf9 && value[1] == 0x89;
  });
}

}  // namespace

std::vector<std::string_view> WiresharkOpinion::names() const {
  std::vector<std::string_view> names;
  for (std::size_t bit = 0; bit < flag_names.size(); ++bit)
    if ((flags >> bit & 1U) != 0) names.push_back(flag_names[bit]);
  return names;
}

WiresharkOpinion WiresharkFlags::saw(const Segment& segment) {
  WiresharkOpinion opinion;
  if (segment.has(TcpFlags::syn)) note_opening(segment, opinion);
  has_begun_ = true;
  Side &own = of(segment.from), &peer = of(peer_of(segment.from));
  if (!own.first) own.first = segment.seq - 1;
  if (!peer.first && segment.has(TcpFlags::ack)) peer.first = segment.ack - 1;
  if (segment.length == 1 && segment.seq == own.next && peer.window == 0)
    opinion.flags |= Flag::zero_window_probe;
  else
    judge_numbers_and_window(segment, opinion);
  if (segment.ack != own.last_ack) {
    own.duplicate_acks = 0;
    own.unseen_was_told = false;
  }
  if (segment.has(TcpFlags::ack) && is_known(peer.next_in_row) && segment.ack > peer.next_in_row)
    judge_ack_of_unseen(segment, opinion);
  if (segment.length > 0 || !is_ordinary(segment)) opinion.flags |= kind_of_repetition(segment, opinion);
  if (first_round_trip_ == 0ns && syn_time_ != Timestamp{} && segment.has(TcpFlags::ack) && !segment.has(TcpFlags::syn))
    first_round_trip_ = segment.sighting().time - syn_time_;
  remember(segment, opinion);
  return opinion;
}

/// A SYN with another number begins another conversation, one with the same number is a retransmission. A SYN,ACK with
/// another number is flagged only.
void WiresharkFlags::note_opening(const Segment& syn, WiresharkOpinion& opinion) {
  const auto known = of(syn.from).first;
  const bool is_other = known && *known != syn.seq;
  if (is_plain_syn(syn.flags) && (is_other || (!has_begun_ && ports_were_used_))) {
    opinion.flags |= Flag::reused_ports;
    sides_ = {};
    syn_time_ = {};
    first_round_trip_ = 0ns;
    fast_open_data_was_sent_ = false;
  }
  Side &own = of(syn.from), &peer = of(peer_of(syn.from));
  if (syn.has(TcpFlags::ack) && is_other) {
    opinion.flags |= Flag::reused_ports;
    own.first = syn.seq;
  }
  if (!own.first) own.first = syn.seq;
  if (!syn.has(TcpFlags::ack)) {
    own.next = own.next_in_row;
    syn_time_ = syn.sighting().time;
    if (has_cookie(syn)) {
      opinion.flags |= Flag::tfo_syn;
      fast_open_data_was_sent_ |= syn.length > 0;
    }
  } else if (peer.first && syn.ack.value() - peer.first->value() > 1) {
    opinion.flags |= Flag::tfo_ack;
  } else if (fast_open_data_was_sent_) {
    opinion.flags |= Flag::tfo_ignored;
  }
  note_window_scale(syn);
}

/// The latest SYN with the option tells. Without one, a SYN whose options were captured whole settles that neither end
/// scales, for a SYN,ACK of the other end too.
void WiresharkFlags::note_window_scale(const Segment& segment) {
  if (!segment.has_whole_header) return;
  Side &own = of(segment.from), &peer = of(peer_of(segment.from));
  if (const auto shift = window_scale(segment.options)) own.window_shift = std::min(*shift, greatest_shift);
  if (!own.window_shift)
    own.window_shift = peer.window_shift = not_scaled;
  else if (segment.has(TcpFlags::ack) && peer.window_shift == not_scaled)
    own.window_shift = not_scaled;
}

/// What the numbers and the window say of any segment but the probe of a zero window.
void WiresharkFlags::judge_numbers_and_window(const Segment& segment, WiresharkOpinion& opinion) {
  const Side& own = of(segment.from);
  if (is_known(own.next) && segment.seq > own.next && !segment.has(TcpFlags::rst)) opinion.flags |= Flag::lost_segment;
  if (!is_ordinary(segment)) return;
  if (segment.window == 0) opinion.flags |= Flag::zero_window;
  if (segment.length <= 1 && segment.seq == own.next - 1) opinion.flags |= Flag::keep_alive;
  if (segment.length > 0 && fills_window(segment)) opinion.flags |= Flag::window_full;
  if (segment.length == 0 && segment.seq == own.next && segment.ack == own.last_ack)
    judge_repeated_ack(segment, opinion);
}

/// Of an ACK that says nothing new but perhaps a window: what made its sender repeat it.
void WiresharkFlags::judge_repeated_ack(const Segment& segment, WiresharkOpinion& opinion) {
  Side& own = of(segment.from);
  const std::uint32_t answered = of(peer_of(segment.from)).last_flags;
  const bool same_window = segment.window == own.window;
  if (segment.window == 0) {
    if (same_window && (answered & Flag::zero_window_probe) != 0) opinion.flags |= Flag::zero_window_probe_ack;
  } else if (!same_window) {
    opinion.flags |= Flag::window_update;
  } else if ((answered & Flag::keep_alive) != 0) {
    opinion.flags |= Flag::keep_alive_ack;
  } else {
    opinion.flags |= Flag::duplicate_ack;
    opinion.duplicate_ack_number = ++own.duplicate_acks;
    own.unseen_was_told = false;
  }
}

/// Whether it goes right to the edge of the window that the other end offered.
bool WiresharkFlags::fills_window(const Segment& segment) const {
  const Side& peer = of(peer_of(segment.from));
  if (!peer.window_shift) return false;
  const bool scales = !peer.awaits_first_ack && peer.window_shift != not_scaled;
  const std::uint32_t offered = peer.window << (scales ? *peer.window_shift : 0);
  return segment.seq + segment.length == peer.last_ack + offered;
}

/// An ACK of what was not seen without a hole. Where more was seen behind a hole, it is told, and the hole forgotten;
/// where nothing was, it is told once, until the end whose segments are missing acknowledges something else.
void WiresharkFlags::judge_ack_of_unseen(const Segment& segment, WiresharkOpinion& opinion) {
  Side& peer = of(peer_of(segment.from));
  const bool has_hole = peer.next_in_row < peer.next;
  if (has_hole || (peer.duplicate_acks == 0 && !peer.unseen_was_told)) opinion.flags |= Flag::ack_lost_segment;
  if (has_hole) {
    peer.next_in_row = peer.next;
  } else {
    peer.duplicate_acks = 0;
    peer.unseen_was_told = true;
  }
}

/// Of a segment that brings nothing beyond what was sent: what kind of sending again it is taken for.
std::uint32_t WiresharkFlags::kind_of_repetition(const Segment& segment, const WiresharkOpinion& opinion) const {
  const Side &own = of(segment.from), &peer = of(peer_of(segment.from));
  if (segment.length == 0 && !segment.has(TcpFlags::syn) && !segment.has(TcpFlags::fin)) return 0;
  if (opinion.has(Flag::keep_alive)) return 0;
  if (segment.length > 0 && is_known(peer.last_ack) && segment.seq + segment.length - peer.last_ack <= 0)
    return Flag::spurious_retransmission | Flag::retransmission;
  const bool follows_probe = segment.length > 1 && segment.seq == own.next - 1;
  if (!is_known(own.next) || segment.seq >= own.next || follows_probe) return 0;
  if (is_fast_retransmission(segment)) return Flag::fast_retransmission | Flag::retransmission;
  return is_out_of_order(segment) ? Flag::out_of_order : Flag::retransmission;
}

/// Soon after at least two duplicate ACKs asked for it. Wireshark keeps what was told of unseen segments in the same
/// place as their number, where it reads as a great one.
bool WiresharkFlags::is_fast_retransmission(const Segment& segment) const {
  const Side& peer = of(peer_of(segment.from));
  return (peer.duplicate_acks >= 2 || peer.unseen_was_told) && peer.last_ack == segment.seq &&
         comes_within(fast_within, peer.last_ack_time, segment);
}

/// Sooner after the highest number than a round trip takes, and not what brought that number.
bool WiresharkFlags::is_out_of_order(const Segment& segment) const {
  const Side& own = of(segment.from);
  const auto limit = first_round_trip_ == 0ns ? reordered_within : first_round_trip_;
  return end_of(segment) != own.next && comes_within(limit, own.next_time, segment);
}

void WiresharkFlags::remember(const Segment& segment, const WiresharkOpinion& opinion) {
  Side& own = of(segment.from);
  const Timestamp time = segment.sighting().time;
  if (!opinion.has(Flag::zero_window_probe)) {
    const SeqNum end = end_of(segment);
    if (!is_known(own.next) || end > own.next) {
      own.next = end;
      own.next_time = time;
    }
    if (!is_known(own.next_in_row) || segment.seq == own.next_in_row) own.next_in_row = own.next;
  }
  own.window = segment.window;
  own.last_ack = segment.ack;
  own.last_ack_time = time;
  own.last_flags = opinion.flags;
  if (segment.has(TcpFlags::syn))
    own.awaits_first_ack = true;
  else if (segment.has(TcpFlags::ack))
    own.awaits_first_ack = false;
}

}  // namespace tcplab
