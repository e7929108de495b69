// What a flow's segments amount to: how it opened and ended, and why it was reset. RFC 9293 sections 3.5, 3.6, 3.10.7.
#include "tcp/flow.hpp"
#include "tcp/within.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

namespace {

/// So often must an end send again for nothing before its peer counts as gone.
constexpr unsigned enough_unanswered = 2;
/// No answer of a kernel comes later: it takes a round trip.
constexpr std::chrono::seconds longest_answer{1};

}  // namespace

Opening Flow::opening() const {
  const Side &client = of(End::client), &server = of(End::server);
  if (!client.sent_plain_syn) return Opening::before_capture;
  if (server.sent_plain_syn) {
    const bool only_client_joined = client.sent_syn_ack && !server.sent_syn_ack && server.completed;
    return only_client_joined ? Opening::split : Opening::simultaneous;
  }
  if (bits_.was_reset && bits_.cause == ResetCause::closed_port) return Opening::refused;
  if (bits_.early_data_acked) return Opening::fast_open;
  // Where the SYN,ACK was not captured, who goes on has had one; what does not acknowledge it tells nothing.
  if (client.completed || (client.spoke && (!server.sent_syn || server.spoke))) return Opening::three_way;
  if (server.sent_syn) return Opening::half_open;
  // It may also speak of another connection, which it still has.
  const bool is_about_syn = server.has_acked && server.acked > client.iss && server.acked <= client.next;
  return server.spoke && is_about_syn ? Opening::three_way : Opening::unanswered;
}

bool Flow::is_simultaneous_close() const {
  return sides_[0].sent_fin && sides_[1].sent_fin && !bits_.second_fin_acks_first;
}

Ending Flow::ending() const {
  const Opening opened = opening();
  if (opened == Opening::refused) return Ending::refused;
  if (bits_.was_reset && !bits_.reset_after_close) return Ending::abort;
  if (opened == Opening::unanswered) return Ending::unanswered;
  if (has_ended_in_order()) {
    if (is_simultaneous_close()) return Ending::simultaneous;
    if (bits_.spoke_after_fin) return Ending::half_close;
    if (sides_[0].fin_had_data || sides_[1].fin_had_data) return Ending::fin_with_data;
    return bits_.fin_and_ack_in_one ? Ending::three_segment : Ending::four_segment;
  }
  const bool was_open = opened != Opening::half_open;
  const auto is_left_alone = [&](End end) {
    return of(end).unanswered >= enough_unanswered && of(peer_of(end)).was_seen;
  };
  return was_open && (is_left_alone(End::client) || is_left_alone(End::server)) ? Ending::vanished : Ending::open;
}

std::optional<End> Flow::closed_first() const {
  if (sides_[0].sent_fin || sides_[1].sent_fin) return bits_.first_to_close;
  if (bits_.was_reset && opening() != Opening::refused) return bits_.reset_by;
  return std::nullopt;
}

bool Flow::in_time_wait(End end) const {
  if (!has_ended_in_order() || (bits_.was_reset && !bits_.reset_after_close)) return false;
  const bool was_killed = bits_.was_reset && bits_.cause == ResetCause::time_wait_killed && bits_.reset_by != end;
  return !was_killed && (is_simultaneous_close() || end == bits_.first_to_close);
}

std::optional<Flow::Reset> Flow::reset() const {
  if (!bits_.was_reset) return std::nullopt;
  return Reset{bits_.reset_by, bits_.cause, bits_.evidence, bits_.reset_after_close};
}

Certainty Flow::certainty() const {
  if (bits_.client_is_guess) return Certainty::guess;
  const bool missed = rare_ && !(rare_->holes[0].empty() && rare_->holes[1].empty());
  const Opening opened = opening();
  const bool has_handshake = of(End::server).sent_syn && of(End::client).completed;
  if ((opened == Opening::three_way || opened == Opening::fast_open) && !has_handshake) return Certainty::inferred;
  return missed || opened == Opening::before_capture ? Certainty::inferred : Certainty::seen;
}

// --- Resets --------------------------------------------------------------------------------------------------------

void Flow::note_reset(const SegmentHeader& segment, Timestamp time, Timestamp before, Notes& notes) {
  // One whose number was not expected may have done nothing; the one that was is what ended it.
  Side& side = of(segment.from);
  const Side& peer = of(peer_of(segment.from));
  const bool may_replace = is_reset_doubtful() || (side.reset_is_low && segment.seq == side.next);
  const bool replaces = may_replace && bits_.reset_by == segment.from && segment.seq == peer.acked;
  if (bits_.was_reset && is_of_burst(segment, time, before)) {
    bits_.set_evidence(bits_.evidence | unsigned{bit(ResetEvidence::in_burst)});
    bits_.cause = ResetCause::forged;
  }
  if (bits_.was_reset && !replaces) return;
  note_unseen_before_reset(segment, time);
  if (!could_end_it(segment)) {
    notes.stray_reset = true;
    return;
  }
  bits_.set_evidence(evidence_of(segment, is_within(longest_answer, time, before)));
  bits_.cause = cause_of(segment, bits_.evidence);
  // It has the flag because what it answers has none: RFC 9293 section 3.10.7.1.
  if (bits_.cause == ResetCause::half_open_peer && segment.has(ack))
    bits_.set_evidence(bits_.evidence & ~unsigned{bit(ResetEvidence::has_ack)});
  bits_.reset_after_close = has_ended_in_order();
  bits_.reset_by = segment.from;
  bits_.went_on = false;
  bits_.was_reset = true;
  side.reset_is_low = segment.seq < side.next;
  notes.is_reset = true;
}

/// Whether, behind the RST that was taken, another comes at once whose number its sender has never reached: who does
/// not see what becomes of it tries several, as tcpkill does. A kernel sends one, and each further one in answer.
bool Flow::is_of_burst(const SegmentHeader& reset, Timestamp time, Timestamp before) const {
  constexpr std::chrono::milliseconds at_once{10};
  const Side &side = of(reset.from), &peer = of(peer_of(reset.from));
  const bool follows = bits_.last_from == reset.from && bits_.reset_by == reset.from && !bits_.reset_after_close;
  const bool is_all_seen =
      side.has_iss && peer.has_acked && !is_reset_doubtful() && (!rare_ || rare_->holes[index_of(reset.from)].empty());
  const bool is_beyond = reset.seq > side.next && reset.seq > peer.acked;
  return follows && is_all_seen && is_beyond && !reset.has(ack) && is_within(at_once, time, before);
}

/// Of a capture without what lies between the handshake and the RST, as of a filter that passes SYN, FIN and RST.
void Flow::note_unseen_before_reset(const SegmentHeader& reset, Timestamp time) {
  Side &side = of(reset.from), &peer = of(peer_of(reset.from));
  const bool peer_went_on = acknowledges_unseen_of_opening(reset);
  const bool was_answered = side.is_opening() && peer.sent_syn_ack && peer.acked == side.next;
  const bool went_on = was_answered && reset.has(ack) && is_within_reach(reset.seq, side.next);
  if (peer_went_on) peer.note_gone_on();
  if (went_on) {
    side.note_gone_on();
    add_hole(reset.from, reset.seq, time, false);
    side.next = reset.seq;
  }
  if ((peer_went_on || went_on) && reset.ack > peer.next) acknowledge_unseen(reset, time);
}

/// Whether the peer may take it: in SYN-SENT it must acknowledge the SYN, elsewhere its number must be in the window,
/// be that scaled as far as it can be. RFC 9293 section 3.10.7, RFC 7323 section 2.3.
bool Flow::could_end_it(const SegmentHeader& reset) const {
  const Side &side = of(reset.from), &peer = of(peer_of(reset.from));
  if (side.is_opening() && !peer.was_seen && (reset.seq < side.iss || reset.seq > side.next)) return false;
  if (peer.is_opening()) return reset.has(ack) && reset.ack > peer.iss && reset.ack <= peer.next;
  if (!peer.has_acked || reset.seq + 1 == peer.acked) return true;
  constexpr unsigned largest_scale = 14;
  const auto window = static_cast<std::uint32_t>(peer.window) << largest_scale;
  return reset.seq >= peer.acked && (reset.seq <= peer.acked + window || reset.seq <= side.next);
}

std::uint16_t Flow::evidence_of(const SegmentHeader& reset, bool comes_at_once) const {
  const Side &side = of(reset.from), &peer = of(peer_of(reset.from));
  std::uint16_t found = 0;
  const auto note = [&](ResetEvidence evidence, bool holds) {
    if (holds) found |= bit(evidence);
  };
  const bool follows_peer = bits_.last_from != reset.from && peer.was_seen;
  const bool has_seen_all = side.has_acked && side.acked >= peer.next;
  const bool has_flag = reset.has(ack);
  const bool had_come = peer.sent_data || (rare_ && !rare_->holes[index_of(peer_of(reset.from))].empty());
  note(ResetEvidence::answers_syn, follows_peer && peer.is_opening());
  note(ResetEvidence::answers_syn_ack, follows_peer && peer.sent_syn_ack && !peer.spoke && !side.completed &&
                                           !has_flag && (reset.seq == peer.acked || reset.seq + 1 == peer.acked));
  // Of several that came after it had closed, the first need not have acknowledged its FIN.
  const bool is_at_fin = side.sent_fin && reset.seq + 1 == side.next && side.next == peer.acked;
  note(ResetEvidence::answers_segment, !has_flag && peer.has_acked && (reset.seq == peer.acked || is_at_fin) &&
                                           (follows_peer ? comes_at_once : !has_seen_all));
  note(ResetEvidence::has_ack, has_flag);
  note(ResetEvidence::data_had_come, had_come);
  note(ResetEvidence::no_data_had_come, peer.was_seen && !had_come);
  note(ResetEvidence::had_closed, side.sent_fin);
  note(ResetEvidence::was_unanswered, side.unanswered >= enough_unanswered);
  note(ResetEvidence::hop_limit_differs,
       side.was_seen && !side.hop_limit_varies && is_another_route(side.hop_limit, reset.hop_limit));
  note(ResetEvidence::number_not_expected, peer.has_acked && side.has_iss && reset.seq != peer.acked &&
                                               reset.seq + 1 != peer.acked && reset.seq != side.next);
  return found;
}

ResetCause Flow::cause_of(const SegmentHeader& reset, std::uint16_t evidence) const {
  const auto has = [&](ResetEvidence one) { return (evidence & bit(one)) != 0; };
  const Side &side = of(reset.from), &peer = of(peer_of(reset.from));
  if (has_ended_in_order() && in_time_wait(peer_of(reset.from))) return ResetCause::time_wait_killed;
  if (has(ResetEvidence::answers_syn) && reset.from == End::server && !side.was_seen) return ResetCause::closed_port;
  if (side.is_opening() && !reset.has(ack) && peer.has_acked && reset.seq == peer.acked &&
      !(peer.acked > side.iss && peer.acked <= side.next))
    return ResetCause::bad_ack;
  // A kernel answers for what it has closed with the TTL of the host, whatever the program had set for the connection.
  const bool answers_for_closed = has(ResetEvidence::answers_segment) && has(ResetEvidence::had_closed);
  if (has(ResetEvidence::hop_limit_differs) && side.spoke && !answers_for_closed) return ResetCause::forged;
  if (peer.is_silent() && (!side.was_seen || !reset.has(ack))) return ResetCause::unknown;
  // What has no ACK is answered by an RST that has one. RFC 9293 section 3.10.7.1.
  const bool answers_without_ack = reset.has(ack) && !peer.has_acked && !peer.is_silent() && reset.ack == peer.next;
  if (answers_without_ack) return ResetCause::half_open_peer;
  // Had nothing but a FIN come since its sender's last segment, nobody would be missed who could read it.
  const bool data_had_come = side.has_acked && peer.next > side.acked + (peer.sent_fin ? 1 : 0);
  if (has(ResetEvidence::answers_segment) || has(ResetEvidence::answers_syn_ack)) {
    return has(ResetEvidence::had_closed) && data_had_come ? ResetCause::write_after_close : ResetCause::half_open_peer;
  }
  if (has(ResetEvidence::was_unanswered)) return ResetCause::timed_out;
  // Hardly any system breaks off without the flag: it answers what the capture does not show, or is somebody else's.
  return has(ResetEvidence::has_ack) ? ResetCause::linger_or_unread_data : ResetCause::unknown;
}

/// What comes after an RST may show that it ended nothing, or that its alleged sender did not send it.
void Flow::doubt_reset(const SegmentHeader& segment, bool repeats_ack, bool comes_at_once, Notes& notes) {
  const auto take_back = [&] {
    bits_.was_reset = false;
    notes.takes_reset_back = true;
    // The FIN that seemed to cross it was the first to close.
    const End other = peer_of(bits_.first_to_close);
    if (!of(bits_.first_to_close).sent_fin && of(other).sent_fin) bits_.first_to_close = other;
  };
  // It ended an older attempt: RFC 9293 Figure 8.
  if (bits_.cause == ResetCause::bad_ack && (segment.has(syn) || notes.completes)) return take_back();
  const bool accepts = segment.from == End::server && segment.has(syn) && segment.has(ack);
  if (bits_.cause == ResetCause::closed_port && (accepts || notes.completes)) return take_back();
  // A number that was not expected, and a challenge ACK that says so: RFC 5961 section 3.
  if (is_reset_doubtful() && segment.from != bits_.reset_by && repeats_ack && segment.sequence_length() == 0) {
    notes.challenge = true;
    return take_back();
  }
  const bool is_new = segment.sequence_length() > 0 && notes.again == SentAgain::no;
  // Who has broken off has no timer that sends again.
  const bool is_again = segment.from == bits_.reset_by && is_retransmission(notes.again) && !comes_at_once;
  if ((!is_new && !is_again) || segment.has(syn) || !of(segment.from).completed) return;
  if (segment.from != bits_.reset_by) {
    bits_.went_on = true;
  } else {
    // A program that makes its segments by itself goes on, though its kernel knows of no connection.
    constexpr std::uint16_t telling = bit(ResetEvidence::answers_syn_ack) | bit(ResetEvidence::hop_limit_differs);
    if ((bits_.evidence & telling) == bit(ResetEvidence::answers_syn_ack)) return;
    bits_.set_evidence(bits_.evidence | unsigned{bit(ResetEvidence::sender_went_on)});
    bits_.cause = ResetCause::forged;
  }
  if (bits_.went_on && bits_.cause == ResetCause::forged && segment.has(ack) &&
      (bits_.evidence & bit(ResetEvidence::sender_went_on)) != 0)
    take_back();
}

}  // namespace tcplab
