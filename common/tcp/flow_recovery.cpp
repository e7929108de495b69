// Why something is sent again: because the peer told of a loss, by three duplicate acknowledgments or by SACK blocks,
// or because it told nothing. RFC 5681 section 3.2, RFC 6582, RFC 6675, RFC 8985.
#include <algorithm>

#include "packet/tcp_options.hpp"
#include "tcp/flow.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// Of the blocks but one of what came twice: another, if they tell of anything else.
std::uint32_t mark_of(const SackBlocks& blocks, SeqNum ack) {
  std::uint32_t mark = 1;
  for (const SackBlock& block : blocks)
    if (block.right > ack) mark = (mark * 31 + block.left.value()) * 31 + block.right.value();
  return mark;
}

}  // namespace

/// Timers wait longer: Linux, at least 200 ms beyond a round trip.
std::chrono::microseconds Flow::longest_reaction() const {
  constexpr std::chrono::microseconds beyond{100'000}, unknown{200'000};
  const bool is_known = of(End::client).completed && round_trip_us_ != 0;
  return is_known ? std::chrono::microseconds(round_trip_us_) + beyond : unknown;
}

Flow::Notes Flow::saw(const Segment& segment, Timestamp time, Timestamp before) {
  if (segment.protocol != Protocol::tcp) {
    if (segment.protocol == Protocol::icmp) hear_error(segment, time);
    return {};
  }
  const bool may_tell = segment.options.may_have(TcpOptionKind::sack) || recovery_of(peer_of(segment.from)) != nullptr;
  if (may_tell && segment.has(ack)) hear(segment, time);
  Notes notes;
  if (saw_ordinary(segment, time, notes) || saw_opening(segment, time, notes)) return notes;
  notes = saw_any(segment, time, before);
  if (notes.duplicate_ack) recovery(peer_of(segment.from)).repeated = time;
  if (is_asked_for(notes.again)) recovery(segment.from).told = time;
  if (notes.again == SentAgain::path_mtu) recovery(segment.from).too_big = time;
  // A timer sends the first that is outstanding, and what follows upon the answers is due to it too; a probe of the
  // tail (RFC 8985 section 7) sends the last.
  const bool is_timer = notes.again == SentAgain::after_timeout && segment.seq == of(peer_of(segment.from)).acked;
  if (is_timer && !recovery(segment.from).is_timed_out) {
    recovery(segment.from).is_timed_out = true;
    recovery(segment.from).timed_out_until = of(segment.from).next;
  }
  return notes;
}

/// What a router on the way to its "sender" tells.
void Flow::hear_error(const SegmentHeader& error, Timestamp time) {
  if (!is_too_big(error.icmp)) return;
  Rare::Recovery& recovery = this->recovery(peer_of(error.from));
  recovery.too_big = time;
  recovery.too_big_until = of(peer_of(error.from)).next;
}

/// What an ACK tells its receiver of what that has sent.
void Flow::hear(const Segment& segment, Timestamp time) {
  const End receiver = peer_of(segment.from);
  const SackBlocks blocks = sack_blocks(segment);
  if (blocks.empty() && recovery_of(receiver) == nullptr) return;
  const std::optional<SeqNum> sacked = highest_sacked(blocks, segment.ack);
  Rare::Recovery& recovery = this->recovery(receiver);
  recovery.tells_only_twice = !blocks.empty() && !sacked;
  if (segment.ack >= recovery.timed_out_until) recovery.is_timed_out = false;
  const std::uint32_t mark = sacked ? mark_of(blocks, segment.ack) : 0;
  recovery.has_new_sack = sacked && mark != recovery.sack_mark;
  recovery.sack_mark = mark;
  if (!sacked) return;
  recovery.by_sack = true;
  recovery.told = time;
}

Flow::Rare::Recovery& Flow::recovery(End end) {
  auto& recoveries = rare().recoveries;
  if (recoveries.empty()) recoveries.resize(2);
  return recoveries[index_of(end)];
}

/// A SYN,ACK that was sent before, right behind the SYN that was, and sooner than by any timer: RFC 6298 section 2.1.
bool Flow::answers_syn_again(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  constexpr std::chrono::seconds least_first_timeout{1};
  const End peer = peer_of(segment.from);
  if (!segment.has(syn) || !segment.has(ack) || !rare_ || bits_.last_from != peer) return false;
  const auto& again = rare_->latest_again[index_of(peer)];
  return again && is_plain_syn(again->segment.flags) && again->time == before &&
         is_within(least_first_timeout, time, before);
}

/// It comes at once behind the SYN,ACK, or the ACK of that.
bool Flow::is_refused_early(const SegmentHeader& segment, Timestamp time, Timestamp before) const {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool is_clients = segment.from == End::client;
  const bool syn_had_data = (is_clients ? bits_.client_syn_had_data : bits_.server_syn_had_data) != 0;
  const bool is_refused = syn_had_data && peer.sent_syn_ack && peer.acked == side.iss + 1;
  const bool is_its_data = !segment.has(syn) && segment.length > 0 && segment.seq == peer.acked;
  return is_refused && is_its_data && side.unanswered == 0 && is_within(longest_reaction(), time, before);
}

/// By what its peer had told. `fills_hole`: its numbers were not seen before.
SentAgain Flow::retransmission(const SegmentHeader& segment, Timestamp time, Timestamp before, bool fills_hole) const {
  const Rare::Recovery* const recovery = recovery_of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  const std::chrono::microseconds reaction = longest_reaction();
  const bool is_first_outstanding = segment.seq == peer.acked;
  const auto is_lately = [&](const std::optional<Timestamp>& when) { return when && is_within(reaction, time, *when); };
  if (recovery != nullptr && is_lately(recovery->too_big) && segment.seq < recovery->too_big_until)
    return SentAgain::path_mtu;
  if (answers_syn_again(segment, time, before)) return SentAgain::syn_came_again;
  if (is_refused_early(segment, time, before)) return SentAgain::refused_early;
  if (recovery != nullptr && recovery->is_timed_out) return SentAgain::after_timeout;
  const bool after_three = peer.duplicate_acks == 3 && (recovery == nullptr || is_lately(recovery->repeated));
  if (after_three && is_first_outstanding) return SentAgain::fast;
  const bool is_told = recovery != nullptr && is_lately(recovery->told);
  if (is_told && recovery->by_sack) return SentAgain::by_sack;
  if (is_told && is_first_outstanding) return SentAgain::partial_ack;
  return after_three && fills_hole ? SentAgain::fast : SentAgain::after_timeout;
}

}  // namespace tcplab
