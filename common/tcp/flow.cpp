#include "tcp/flow.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

std::uint32_t microseconds(Timestamp time) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count());
}

}  // namespace

Flow::Flow(const Flow& other)
    : sides_(other.sides_),
      round_trip_us_(other.round_trip_us_),
      bits_(other.bits_),
      rare_(other.rare_ ? std::make_unique<Rare>(*other.rare_) : nullptr) {}

Flow& Flow::operator=(const Flow& other) {
  if (this != &other) *this = Flow(other);
  return *this;
}

Flow::Rare& Flow::rare() {
  if (!rare_) rare_ = std::make_unique<Rare>();
  return *rare_;
}

void Flow::swap_ends() {
  std::swap(sides_[0], sides_[1]);
  bits_.reset_by = peer_of(bits_.reset_by);
  bits_.first_to_close = peer_of(bits_.first_to_close);
  bits_.last_from = peer_of(bits_.last_from);
  const bool had_data = bits_.client_syn_had_data != 0;
  bits_.client_syn_had_data = bits_.server_syn_had_data;
  bits_.server_syn_had_data = had_data;
  if (!rare_) return;
  if (rare_->cut) rare_->cut->from = peer_of(rare_->cut->from);
  std::swap(rare_->holes[0], rare_->holes[1]);
  std::swap(rare_->retransmissions[0], rare_->retransmissions[1]);
  std::swap(rare_->latest_again[0], rare_->latest_again[1]);
  std::swap(rare_->earlier_answers[0], rare_->earlier_answers[1]);
  if (!rare_->recoveries.empty()) std::swap(rare_->recoveries[0], rare_->recoveries[1]);
}

Flow::Notes Flow::joined(Notes notes, const Notes& others) {
  notes.server_syn = notes.server_syn || others.server_syn;
  notes.completes = notes.completes || others.completes;
  notes.second_fin = notes.second_fin || others.second_fin;
  notes.acks_first_fin = notes.acks_first_fin || others.acks_first_fin;
  notes.acks_second_fin = notes.acks_second_fin || others.acks_second_fin;
  notes.takes_reset_back = notes.takes_reset_back || others.takes_reset_back;
  return notes;
}

void Flow::take_for_one(End sender) {
  const End other = peer_of(sender);
  of(other).segments = 0;
  of(other).bytes = 0;
  if (rare_) rare_->retransmissions[index_of(other)] = 0;
  bits_.last_from = sender;
}

// --- A segment -----------------------------------------------------------------------------------------------------

bool Flow::saw_opening(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (!is_syn_alone(segment.flags) || segment.length > 0 || segment.protocol != Protocol::tcp) return false;
  if (side.segments > 0 || side.has_iss) return false;
  if (segment.has(ack)) {
    const bool has_asked = peer.is_opening() && !peer.sent_fin && peer.next == peer.iss + 1 && segment.ack == peer.next;
    if (!has_asked || bits_.was_reset || bits_.last_was_stray || rare_) return false;
    side.sent_syn_ack = side.has_acked = true;
    side.acked = segment.ack;
    side.is_open = peer.is_open = true;
    peer.unanswered = 0;
  } else {
    if (peer.segments > 0 || peer.has_iss) return false;
    side.sent_plain_syn = true;
    notes.client_syn = segment.from == End::client;
    if (segment.from == End::client) round_trip_us_ = microseconds(time);
  }
  notes.server_syn = segment.from == End::server;
  side.segments = 1;
  side.sent_syn = side.has_iss = side.was_seen = true;
  side.iss = segment.seq;
  side.next = segment.seq + 1;
  side.window = segment.window;
  side.hop_limit = segment.hop_limit;
  note_latest(side, segment, mark(1, true));
  bits_.last_from = segment.from;
  return true;
}

Flow::Notes Flow::saw_any(const SegmentHeader& segment, Timestamp time, Timestamp before) {
  Notes notes;
  if (segment.protocol != Protocol::tcp) return notes;
  Side& side = of(segment.from);
  ++side.segments;
  side.bytes += segment.length;
  if (segment.has(rst)) {
    note_reset(segment, time, before, notes);
  } else if (is_foreign_syn(segment)) {
    notes.foreign_syn = true;
  } else {
    const bool is_bare_ack = segment.has(ack) && segment.sequence_length() == 0;
    notes.challenge = bits_.last_was_stray && is_bare_ack && bits_.last_from != segment.from;
    const bool repeats_ack = segment.has(ack) && side.has_acked && segment.ack == side.acked;
    const bool has_old_ack = segment.has(ack) && side.has_acked && !(segment.ack > side.acked);
    if (segment.has(syn)) note_syn(segment, time, notes);
    if (acknowledges_unseen_of_opening(segment)) of(peer_of(segment.from)).note_gone_on();
    note_numbers(segment, time, before, notes);
    if (notes.server_syn) note_late_answer(segment);
    if (segment.has(fin)) note_fin(segment, notes);
    if (segment.has(ack)) note_acknowledgment(segment, time, notes);
    if (bits_.was_reset) doubt_reset(segment, repeats_ack, is_within(longest_disorder, time, before), notes);
    side.sent_data = side.sent_data || segment.length > 0;
    side.spoke = side.spoke || !segment.has(syn);
    side.window = segment.window;
    const bool is_old_news = notes.again != SentAgain::no || (is_bare_ack && has_old_ack);
    const bool is_copy = notes.again == SentAgain::copy;
    // Of one captured before and behind a router, the copy may come first.
    if (!side.was_seen || (is_copy && segment.hop_limit > side.hop_limit)) side.hop_limit = segment.hop_limit;
    if (!is_copy && (!is_old_news || !is_behind_latest(segment)))
      note_latest(side, segment, mark(segment.sequence_length(), segment.sequence_end() == side.next));
    side.was_seen = true;
    of(peer_of(segment.from)).unanswered = 0;
  }
  bits_.last_from = segment.from;
  bits_.last_was_stray = notes.foreign_syn || notes.stray_reset;
  for (Side& each : sides_)
    each.is_open = sides_[0].was_seen && sides_[1].was_seen && !bits_.was_reset && !bits_.last_was_stray;
  return notes;
}

/// A SYN of another number than its sender began with. Before anything has answered, it is a fresh attempt instead.
bool Flow::is_foreign_syn(const SegmentHeader& segment) const {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (!segment.has(syn) || !side.has_iss || side.iss == segment.seq || !side.was_seen) return false;
  if (segment.has(ack)) return peer.completed;
  // A split handshake may begin with a bare ACK of the peer's SYN, whatever its number.
  if (!side.sent_syn && !side.sent_data && !side.sent_fin && peer.is_opening()) return false;
  return side.spoke || peer.was_seen;
}

void Flow::note_syn(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool is_first = !side.sent_syn || side.iss != segment.seq;
  notes.client_syn = is_first && segment.from == End::client && !segment.has(ack);
  notes.server_syn = is_first && segment.from == End::server;
  if (segment.length > 0 && segment.from == End::client) bits_.client_syn_had_data = 1;
  if (segment.length > 0 && segment.from == End::server) bits_.server_syn_had_data = 1;
  if (!segment.has(ack)) {
    side.sent_plain_syn = true;
    if (segment.from == End::client && !side.completed) round_trip_us_ = microseconds(time);
    return;
  }
  if (!peer.has_iss) {  // its SYN is recorded later, or never
    peer.has_iss = true;
    peer.iss = segment.ack - 1;
    peer.next = segment.ack;
  }
  if (peer.is_opening() && !(segment.ack > peer.iss && segment.ack <= peer.next)) rare().is_other_answered = true;
  if (peer.sent_plain_syn && peer.sent_data && segment.ack > peer.iss + 1 && segment.ack <= peer.next)
    bits_.early_data_acked = true;
}

/// The ACK that completes the handshake may have been recorded before the SYN,ACK, and later ones too.
void Flow::note_late_answer(const SegmentHeader& answer) {
  Side& client = of(End::client);
  if (answer.has(ack) && client.spoke && client.has_acked && client.acked > answer.seq) client.completed = true;
}

void Flow::note_fin(const SegmentHeader& segment, Notes& notes) {
  Side& side = of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  // To who only asks for a connection, one that acknowledges anything else is of another. RFC 9293 section 3.10.7.3.
  const bool is_of_other =
      peer.is_opening() && !side.sent_syn && segment.has(ack) && !(segment.ack > peer.iss && segment.ack <= peer.next);
  if (side.sent_fin || is_of_other) return;
  side.sent_fin = true;
  side.fin_had_data = segment.length > 0;
  side.next = segment.sequence_end();
  const bool was_acknowledged = peer.has_acked && peer.acked == side.next;  // and is recorded behind that
  if (was_acknowledged) side.fin_acked = true;
  if (!peer.sent_fin) {
    notes.first_fin = true;
    bits_.first_to_close = bits_.was_reset ? bits_.reset_by : segment.from;  // it crosses the RST
    note_unseen_before_fin(segment);
    return;
  }
  notes.second_fin = true;
  bits_.first_to_close = peer_of(segment.from);  // not its sender, whose RST had seemed to come first
  bits_.second_fin_acks_first = segment.has(ack) && segment.ack >= peer.next;
  // The FIN that acknowledges the other is the second, though it was recorded first.
  if (!was_acknowledged || bits_.second_fin_acks_first || rare_ == nullptr || rare_->first_fin_acks != side.next)
    return;
  bits_.first_to_close = segment.from;
  bits_.second_fin_acks_first = true;
  bits_.fin_and_ack_in_one = rare_->first_fin_tells;
}

/// The first FIN may acknowledge another that was not recorded yet.
void Flow::note_unseen_before_fin(const SegmentHeader& fin_segment) {
  const Side& peer = of(peer_of(fin_segment.from));
  if (!peer.has_iss || !fin_segment.has(ack)) return;
  const bool tells = fin_segment.ack > peer.next;
  const auto was_told = [&](const Rare::Hole& hole) { return hole.is_told && hole.end == fin_segment.ack; };
  if (!tells && !(rare_ && std::ranges::any_of(rare_->holes[index_of(peer_of(fin_segment.from))], was_told))) return;
  rare().first_fin_acks = fin_segment.ack;
  rare_->first_fin_tells = tells;
}

// --- What it acknowledges ------------------------------------------------------------------------------------------

/// Whether it acknowledges more than the SYN that is all which was seen of its receiver: that has had an answer, and
/// gone on, where the capture does not show it. Behind a SYN,ACK which takes that SYN this is certain; without one it
/// is likely, where data comes, or a FIN, and not too much is acknowledged. Else it may be of another connection.
bool Flow::acknowledges_unseen_of_opening(const SegmentHeader& segment) const {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (!peer.is_opening() || !segment.has(ack) || segment.has(syn) || !is_within_reach(segment.ack, peer.next))
    return false;
  constexpr std::int32_t likely = 1 << 20;
  const bool took_syn = side.sent_syn_ack && side.has_acked && side.acked > peer.iss && side.acked <= peer.next;
  return took_syn ? segment.seq > side.iss
                  : !side.sent_syn && segment.sequence_length() > 0 && segment.ack - peer.next <= likely;
}

/// Of two SYN,ACKs of other numbers, as of two hosts behind one address, the one counts that is acknowledged.
void Flow::choose_answer(const SegmentHeader& segment) {
  if (!rare_) return;
  Side& peer = of(peer_of(segment.from));
  const auto& earlier = rare_->earlier_answers[index_of(peer_of(segment.from))];
  if (segment.has(syn) || !earlier || segment.ack != *earlier + 1 || peer.next != peer.iss + 1) return;
  peer.iss = *earlier;
  peer.next = segment.ack;
}

void Flow::note_acknowledgment(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (!side.completed) choose_answer(segment);
  // While the peer has only asked for a connection, its answer may be about another that it has forgotten.
  const bool heard_unseen = !peer.was_seen || segment.ack > peer.next;
  const bool takes_probe = side.window == 0 && peer.unanswered > 0 && segment.ack == peer.next + 1;
  if (takes_probe && !peer.sent_fin)
    peer.next = segment.ack;
  else if (peer.has_iss && segment.ack > peer.next && !peer.is_opening())
    acknowledge_unseen(segment, time);
  note_completion(segment, time, notes);
  const bool is_first_syn_ack = segment.has(syn) && !side.sent_syn_ack;
  if (segment.has(syn)) side.sent_syn_ack = true;

  if (peer.sent_fin) note_fin_acknowledged(segment, notes);

  const bool says_nothing_new = side.has_acked && segment.ack == side.acked;
  // RFC 5681 section 2: with SACK, blocks that reach further make it one whatever its window.
  const bool is_bare = segment.sequence_length() == 0 && (segment.window == side.window || has_new_sack(segment.from));
  const bool is_known =
      has_telling_identification(segment) && (has_identification_of_latest(segment) || is_behind_latest(segment));
  // RFC 6675 section 2: what only tells of numbers that came twice is none.
  const bool tells = !is_known && !tells_only_twice(segment.from);
  if (says_nothing_new && is_bare && peer.next > segment.ack && tells) {
    notes.duplicate_ack = true;
    if (side.duplicate_acks < 3) ++side.duplicate_acks;
  }
  // What it acknowledged before its SYN,ACK was of another connection.
  if (side.has_acked && !(segment.ack > side.acked) && !is_first_syn_ack) return;
  if (heard_unseen) side.unanswered = 0;
  side.acked = segment.ack;
  side.has_acked = true;
  side.duplicate_acks = 0;
}

/// Of a segment whose receiver has sent a FIN.
void Flow::note_fin_acknowledged(const SegmentHeader& segment, Notes& notes) {
  Side& peer = of(peer_of(segment.from));
  if (segment.ack < peer.next) return;
  const bool is_of_first = peer_of(segment.from) == bits_.first_to_close;
  if (!peer.fin_acked) {
    peer.fin_acked = true;
    if (is_of_first)  // no conditional: they are bit-fields, which clang 14 cannot choose between
      notes.acks_first_fin = true;
    else
      notes.acks_second_fin = true;
    if (is_of_first && notes.second_fin) bits_.fin_and_ack_in_one = true;
  }
  if (is_of_first && segment.length > 0 && is_new(notes.again)) bits_.spoke_after_fin = true;
}

void Flow::note_completion(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  Side& side = of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  constexpr std::int32_t most = largest_window + 1;  // what acknowledges more is not about that SYN
  const std::int32_t acknowledged = segment.ack - peer.iss;
  if (side.completed || segment.has(syn) || !peer.sent_syn || acknowledged <= 0 || acknowledged > most) return;
  side.completed = true;
  if (segment.from != End::client) return;
  notes.completes = true;
  if (side.sent_plain_syn) round_trip_us_ = std::max(microseconds(time) - round_trip_us_, 1U);
}

}  // namespace tcplab
