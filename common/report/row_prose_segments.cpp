// The sentences on each kind of TCP segment: a part of row_prose.hpp, which see.
#include <algorithm>

#include "packet/bytes.hpp"
#include "packet/tcp_options.hpp"
#include "report/row_prose.hpp"
#include "report/verdict_context.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

// --- SYN -----------------------------------------------------------------------------------------------------------

void RowProse::tell_syn(const Now& now) {
  const Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  const std::uint32_t length = now.segment.length;
  if (!now.row.flags.has(TcpFlags::ack)) {
    const bool was_answered = peer.syn_ack_row && peer.ack.value_or(0) > now.first;
    if (was_answered && !side.sent_syn)
      say(Phrase::row_syn_late, now, {{"row", *peer.syn_ack_row}});
    else if (peer.syn_row && !side.sent_syn)
      say(Phrase::row_syn_crossing, now, {{"row", *peer.syn_row}});
    else
      say(is_first(Phrase::row_syn) ? Phrase::row_syn : Phrase::row_syn_short, now,
          {{"call", Words{length > 0 ? Phrase::call_connect_data : Phrase::call_connect}}});
    const bool is_fast_open = has_fast_open(now.segment);
    if (length > 0)
      say(is_fast_open ? Phrase::row_syn_data : Phrase::row_syn_data_plain, now, {{"bytes", Prose::bytes(length)}});
  } else if (side.sent_syn && peer.syn_row) {
    say(Phrase::row_syn_ack_crossing, now, {{"ack", now.ack}, {"row", *peer.syn_row}});
  } else {
    say(is_first(Phrase::row_syn_ack) ? Phrase::row_syn_ack : Phrase::row_syn_ack_short, now, {{"ack", now.ack}});
    const bool had_data = !peer.sent.empty() && peer.sent.front().end > 1;
    if (had_data && now.ack > 1) say(Phrase::row_syn_ack_data, now, {{"ack", now.ack}});
    if (had_data && now.ack == 1) say(Phrase::row_syn_ack_ignored, now);
  }
  tell_options(now);
}

void RowProse::tell_options(const Now& now) {
  Side& side = of(now.row.from);
  if (side.sent_syn) return;
  options_.clear();
  const auto add = [&](Phrase phrase, Fillings fillings = {}) { prose_.add_clause(options_, phrase, fillings); };
  const auto& bytes = now.segment.options;
  const bool is_brief = told_[static_cast<std::size_t>(Phrase::options_offer)];
  for (const TcpOption& option : tcp_options(bytes)) {
    if (option.kind == TcpOptionKind::no_operation || option.kind == TcpOptionKind::end_of_list) continue;
    if (is_brief)
      add(Phrase::option_other,
          {{"option", option.kind == TcpOptionKind::timestamps ? std::string("TS") : to_string(option)}});
    else if (option.kind == TcpOptionKind::maximum_segment_size && !option.malformed)
      add(Phrase::option_mss, {{"value", be16(option.value, 0)}});
    else if (option.kind == TcpOptionKind::window_scale && !option.malformed)
      add(Phrase::option_window_scale, {{"value", 1U << std::min<unsigned>(option.value.front(), 14)}});
    else if (option.kind == TcpOptionKind::sack_permitted)
      add(Phrase::option_sack);
    else if (option.kind == TcpOptionKind::timestamps)
      add(Phrase::option_timestamps);
    else if (option.kind == TcpOptionKind::fast_open)
      add(option.value.empty() ? Phrase::option_fast_open_ask : Phrase::option_fast_open_cookie);
    else if (option.kind == TcpOptionKind::md5_signature)
      add(Phrase::option_md5);
    else
      add(Phrase::option_other, {{"option", to_string(option)}});
  }
  if (options_.size() > 0)
    say(is_first(Phrase::options_offer) ? Phrase::options_offer : Phrase::options_too, now,
        {{"list", options_.text()}, {"flags", now.row.flags.has(TcpFlags::ack) ? "SYN,ACK" : "SYN"}});
  const TcpFlags flags = now.row.flags;
  const bool is_answer = flags.has(TcpFlags::ack);
  if (!is_answer && flags.has(ae) && flags.has(ece) && flags.has(cwr)) {
    accurate_ecn_ = true;
    say(Phrase::accecn_offer, now);
  } else if (!is_answer && flags.has(ece) && flags.has(cwr)) {
    say(Phrase::ecn_offer, now);
  } else if (is_answer) {
    // RFC 9768 section 3.1.2, table 2.
    const bool is_classic = flags.has(ece) && !flags.has(cwr) && !flags.has(ae);
    const bool answers_accurate =
        flags.has(cwr) ? !(flags.has(ae) && flags.has(ece)) : flags.has(ae) && !flags.has(ece);
    const bool is_accurate = accurate_ecn_ && answers_accurate;
    if (is_classic) say(Phrase::ecn_accept, now);
    if (is_accurate) say(Phrase::accecn_accept, now);
    accurate_ecn_ = is_accurate;
  }
}

/// Each end had sent a SYN of its own.
bool RowProse::opened_crossing() const {
  const Opening opening = analysis_.verdict.opening;
  return opening == Opening::simultaneous || opening == Opening::split;
}

// --- Data and FIN --------------------------------------------------------------------------------------------------

void RowProse::tell_data(const Now& now) {
  const bool is_recorded = of(now.row.from).last_call.starts_with("send");
  const Filling call = is_recorded ? Filling("call", "send()") : Filling("call", Words{Phrase::call_send});
  const bool has_before = of(now.row.from).latest_row != 0;
  const bool is_whole = now.row.ack && has_before && !now.notes.after_hole && is_first(Phrase::row_data);
  say(is_whole ? Phrase::row_data : Phrase::row_data_short, now,
      {{"bytes", Prose::bytes(now.segment.length)},
       {"numbers", Prose::numbers(now.first, now.segment.length)},
       {"ack", now.ack},
       call});
  tell_ack_too(now);
}

std::string RowProse::cause_of_fin(const Now& now) {
  const std::string_view call = of(now.row.from).last_call;
  if (call.ends_with(" is killed")) return prose_.text(Phrase::cause_killed, now.row.from);
  if (call.starts_with("shutdown")) return prose_.text(Phrase::cause_recorded, {{"call", "shutdown(SHUT_WR)"}});
  if (call.starts_with("close")) return prose_.text(Phrase::cause_recorded, {{"call", "close()"}});
  return prose_.text(Phrase::cause_close);
}

void RowProse::tell_fin(const Now& now) {
  const Side& peer = of(peer_of(now.row.from));
  const std::string cause = cause_of_fin(now);
  const std::int64_t number = now.first + now.segment.length + (now.row.flags.has(syn) ? 1 : 0);
  const Phrase phrase = of(now.row.from).fin_row ? Phrase::row_fin_short
                        : peer.fin_row           ? Phrase::row_fin_second
                                                 : Phrase::row_fin;
  say(phrase, now, {{"cause", cause}, {"fin", number}, {"next", number + 1}});
  if (phrase == Phrase::row_fin) say(is_with_itself_ ? Phrase::fin_to_itself : Phrase::fin_leaves_other, now);
  if (now.segment.length > 0)
    say(Phrase::fin_data, now,
        {{"bytes", Prose::bytes(now.segment.length)}, {"numbers", Prose::numbers(now.first, now.segment.length)}});
  const bool closes_second = peer.fin_row && !of(now.row.from).fin_row && !peer.sent.empty();
  // Nothing is under way for longer, but for what is lost.
  const bool is_at_once = closes_second && time_since(*peer.fin_row, now) <= std::chrono::seconds(1);
  if (closes_second && now.row.ack && now.ack < peer.fin_end)
    return say(is_at_once ? Phrase::fin_crosses : Phrase::fin_unseen, now, {{"row", *peer.fin_row}});
  if (closes_second && now.notes.acks_first_fin)
    return say(Phrase::fin_acks_fin, now, {{"row", *peer.fin_row}, {"ack", now.ack}});
  tell_ack_too(now);
}

/// What a segment acknowledges that is there for something else.
void RowProse::tell_ack_too(const Now& now) {
  const Side& peer = of(peer_of(now.row.from));
  if (now.notes.completes && peer.syn_row && !opened_crossing())
    return say(Phrase::handshake_too, now, {{"ack", now.ack}, {"row", *peer.syn_row}});
  if ((now.notes.acks_first_fin || now.notes.acks_second_fin) && peer.fin_row)
    return say(Phrase::ack_of_fin_too, now, {{"row", *peer.fin_row}, {"ack", now.ack}});
  if (now.newly_acknowledged().empty()) return;
  say(Phrase::data_acks, now, {{"rows", RowList{now.newly_acknowledged(), 3}}, {"ack", now.ack}});
}

// --- Bare acknowledgments ------------------------------------------------------------------------------------------

void RowProse::tell_bare_ack(const Now& now) {
  const Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  if (now.notes.challenge && peer.strange_row)
    return say(Phrase::row_challenge, now, {{"row", *peer.strange_row}, {"ack", now.ack}});
  if (opened_crossing() && peer.syn_ack_row && side.ack.value_or(1) == 1 && now.ack == 1 && peer.sent.size() == 1)
    return say(Phrase::row_completes_again, now, {{"row", *peer.syn_ack_row}});
  if (now.notes.completes && peer.syn_row)
    return say(Phrase::row_handshake, now, {{"ack", now.ack}, {"row", *peer.syn_row}, {"seq", now.first}});
  if (now.notes.acks_first_fin && peer.fin_row)
    return say(now.ack == peer.fin_end ? Phrase::row_ack_of_fin : Phrase::row_ack_behind_fin, now,
               {{"ack", now.ack}, {"row", *peer.fin_row}});
  if (now.notes.acks_second_fin && peer.fin_row)
    return say(Phrase::row_final_ack, now, {{"ack", now.ack}, {"row", *peer.fin_row}});
  if (!now.acknowledges_more) return tell_unmoved_ack(now);
  if (now.newly_acknowledged().empty()) return tell_ack_of_part(now);
  say(is_first(Phrase::row_ack) ? Phrase::row_ack : Phrase::row_ack_short, now,
      {{"rows", RowList{now.newly_acknowledged(), 3}}, {"ack", now.ack}, {"seq", now.first}});
}

/// Of no whole segment that is there.
void RowProse::tell_ack_of_part(const Now& now) {
  const Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  const bool was_asked = peer.asked_row && peer.asked == SentAgain::window_probe;
  if (was_asked) return say(Phrase::row_ack_short, now, {{"rows", RowList{{&*peer.asked_row, 1}}}, {"ack", now.ack}});
  const bool has_part = peer.acknowledged < peer.sent.size() && peer.sent[peer.acknowledged].first < now.ack;
  if (has_part && side.ack)
    return say(Phrase::row_ack_part, now, {{"row", peer.sent[peer.acknowledged].row}, {"ack", now.ack}});
  say(side.ack ? Phrase::row_ack_unseen : Phrase::row_ack_known, now, {{"ack", now.ack}});
}

void RowProse::tell_unmoved_ack(const Now& now) {
  const Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  if (peer.strange_row == last_row_) return say(Phrase::row_challenge, now, {{"row", last_row_}, {"ack", now.ack}});
  if (is_overtaken_ack(now)) return say(Phrase::row_ack_overtaken, now, {{"ack", *side.ack}});
  if (peer.asked_row) {
    const bool is_probe = peer.asked == SentAgain::window_probe;
    return say(is_probe ? Phrase::row_window_probe_answer : Phrase::row_keep_alive_answer, now,
               {{"row", *peer.asked_row}, {"ack", now.ack}});
  }
  // If it does not acknowledge what came again, that has not even come.
  if (peer.again && peer.again->end <= now.ack) return say(Phrase::row_ack_repeat, now, {{"row", peer.again->row}});
  if (now.notes.duplicate_ack)
    return say(is_first(Phrase::row_duplicate_ack) ? Phrase::row_duplicate_ack : Phrase::row_duplicate_ack_short, now,
               {{"count", side.duplicate_acks + 1}, {"ack", now.ack}});
  if (side.window && now.row.window && *side.window != *now.row.window && *now.row.window != 0) {
    const Words window = window_words(now);
    if (*side.window > *now.row.window) return say(Phrase::row_window_less, now, {{"window", window}});
    return say(is_first(Phrase::row_window_update) ? Phrase::row_window_update : Phrase::row_window_update_short, now,
               {{"ack", now.ack}, {"window", window}});
  }
  say(Phrase::row_ack_nothing_new, now, {{"ack", now.ack}});
}

/// In bytes, where both SYNs tell whether it counts in larger units. RFC 7323 section 2.2.
Words RowProse::window_words(const Now& now) {
  const Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  const std::uint32_t window = now.row.window.value_or(0);
  if (!side.sent_syn || !peer.sent_syn) return {Phrase::window_raw, window};
  const unsigned shift = side.window_shift && peer.window_shift ? std::min<unsigned>(*side.window_shift, 14) : 0;
  return {Phrase::window_bytes, std::int64_t{window} << shift};
}

// --- RST -----------------------------------------------------------------------------------------------------------

/// Whether it is of an end that has closed, which answers so what acknowledges all before its FIN.
bool RowProse::tell_reset_behind_fin(const Now& now) {
  const Side& side = of(now.row.from);
  if (!side.fin_row || now.row.ack || now.first >= side.fin_end) return false;
  constexpr std::size_t most_looked_at = 64;
  const auto& rows = analysis_.ladder.rows;
  for (std::size_t number = now.number - 1; number > 0 && number + most_looked_at > now.number; --number) {
    const Row& row = rows[number - 1];
    if (row.from == now.row.from || row.flags.has(rst) || row.ack != now.first) continue;
    say(Phrase::rst_behind_fin, now, {{"row", number}, {"fin", *side.fin_row}});
    return true;
  }
  return false;
}

void RowProse::tell_reset(const Now& now) {
  const auto& reset = analysis_.verdict.reset;
  const Fillings fillings = {{"seq", now.first}, {"ack", now.ack}, {"port", analysis_.connection.server.port}};
  if (std::ranges::binary_search(analysis_.verdict.disproved_resets, *now.row.segment))
    return say(Phrase::rst_disproved, now);
  const bool is_named = reset && reset->segment == *now.row.segment;
  const bool is_forged = reset && reset->cause == ResetCause::forged && reset->by == now.row.from;
  const bool is_nobodys = analysis_.connection.vantage == Vantage::both_ends && !now.segment.departed;
  if (!is_named && (is_forged || is_nobodys)) return say(Phrase::rst_forged_too, now);
  if (!is_named) {
    const bool is_late = reset && row_of_[reset->segment] != 0;
    const bool is_again = is_late && !now.notes.stray_reset;
    const Row* const before = last_row_ == 0 ? nullptr : &analysis_.ladder.rows[last_row_ - 1];
    const bool refuses = before != nullptr && is_plain_syn(before->flags) && before->from != now.row.from;
    if (is_again && refuses) return say(Phrase::rst_refuses_again, now, {{"row", last_row_}});
    const bool is_answer = is_late && !now.row.ack && of(peer_of(now.row.from)).latest_row > row_of_[reset->segment];
    if (!is_again && tell_reset_behind_fin(now)) return;
    return say(!is_again   ? Phrase::rst_stray
               : is_answer ? Phrase::rst_again
                           : Phrase::rst_again_unasked,
               now, fillings);
  }
  if (reset->after_close && reset->cause != ResetCause::time_wait_killed) return say(Phrase::rst_late, now);
  switch (reset->cause) {
    case ResetCause::closed_port:
      return say(Phrase::rst_closed_port, now, fillings);
    case ResetCause::bad_ack:
      return say(Phrase::rst_bad_ack, now, fillings);
    case ResetCause::write_after_close:
      say(Phrase::rst_write_after_close, now, fillings);
      return tell_failing_call(now);
    case ResetCause::half_open_peer:
      say(Phrase::rst_half_open_peer, now, fillings);
      return tell_failing_call(now);
    case ResetCause::linger_or_unread_data:
      say(Phrase::rst_abort, now, fillings);
      return tell_failing_call(now);
    case ResetCause::timed_out:
      return say(Phrase::rst_timed_out, now, fillings);
    case ResetCause::time_wait_killed:
      return say(Phrase::rst_time_wait, now, fillings);
    case ResetCause::forged:
      return say(Phrase::rst_forged, now, fillings);
    case ResetCause::unknown:
      return say(Phrase::rst_unexplained, now);
  }
}

/// Of the program that it comes to: before it is established there is no connection to call on, and who has closed may
/// call no more.
void RowProse::tell_failing_call(const Now& now) {
  if (now.row.leg != Leg::whole && !arrives_later_[*now.row.segment]) return;
  const auto& state = of(peer_of(now.row.from)).state;
  if (!state || state == State::established) return say(Phrase::call_fails, now);
  if (state == State::close_wait) say(Phrase::call_fails_writing, now);
}

// --- What the next rows need
// -------------------------------------------------------------------------------------------

/// Where what was sent first did not come, for all that is known, this is the one that the answers speak of.
void RowProse::replace_lost(const Now& now) {
  const auto comes = [&](const Row& row) {
    return row.leg == Leg::whole || (row.leg == Leg::departure && arrives_later_[*row.segment]);
  };
  const bool is_known_to_come = comes(now.row);
  Side& side = of(now.row.from);
  const Sent again = sent_in(now);
  for (Sent& one : first_sent(now)) {
    const bool is_whole = again.first <= one.first && one.end <= again.end;
    const Row& before = analysis_.ladder.rows[one.row - 1];
    const bool is_it = before.leg == Leg::lost || (is_known_to_come && !comes(before));
    if (!is_whole || !is_it) continue;
    for (auto* row : {&side.syn_row, &side.syn_ack_row, &side.fin_row}) {
      if (*row == one.row) *row = now.number;
    }
    one.row = now.number;
  }
}

/// New numbers, and those that were missing until now, but for what only asks.
void RowProse::note_sent(const Now& now) {
  auto& sent = of(now.row.from).sent;
  const Sent one = sent_in(now);
  if (one.first == one.end) return;
  if (sent.empty() || one.end > sent.back().end) return sent.push_back(one);
  constexpr std::ptrdiff_t farthest = 1000;
  const auto place = std::ranges::upper_bound(sent, one.first, {}, &Sent::end);
  const bool is_missing = place->first >= one.end && sent.end() - place <= farthest;
  if (!is_missing) return;
  auto& acknowledged = of(now.row.from).acknowledged;
  if (static_cast<std::size_t>(place - sent.begin()) < acknowledged) ++acknowledged;
  sent.insert(place, one);
}

void RowProse::remember(const Now& now) {
  last_row_ = now.number;
  Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  const TcpFlags flags = now.row.flags;
  using enum SentAgain;
  if (now.notes.foreign_syn || now.notes.stray_reset) side.strange_row = now.number;
  if (flags.has(rst)) side.reset_row = now.number;
  if (flags.has(rst) || now.notes.foreign_syn) return;
  side.latest_row = now.number;
  peer.asked_row.reset();
  peer.again.reset();
  const SentAgain again = now.notes.again;
  if (again == keep_alive || again == window_probe) {
    side.asked_row = now.number;
    side.asked = again;
  } else if (again != no && again != out_of_order) {
    side.again = sent_in(now);
    if (is_plain_syn(flags)) side.syn_again_row = now.number;
    replace_lost(now);
  } else {
    side.again.reset();
  }
  if (flags.has(syn) && !side.sent_syn) {
    side.sent_syn = true;
    side.syn_row = now.number;
    side.window_shift = window_scale(now.segment.options);
  }
  if (flags.has(syn) && flags.has(TcpFlags::ack) && !side.syn_ack_row) side.syn_ack_row = now.number;
  if (flags.has(fin) && !side.fin_row) {
    side.fin_row = now.number;
    side.fin_end = sent_in(now).end;
  }
  if (again != keep_alive && again != window_probe) note_sent(now);
  if (is_retransmission(again)) note_sent_instead(now);
  if (now.row.ack && now.acknowledges_more) side.ack = now.ack;
  side.duplicate_acks = now.notes.duplicate_ack ? side.duplicate_acks + 1 : 0;
  if (!flags.has(syn) && !is_overtaken_ack(now)) side.window = now.row.window;
}

}  // namespace tcplab
