#include "report/row_prose.hpp"

#include <algorithm>

#include "packet/tcp_options.hpp"
#include "tcp/transition.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

RowProse::RowProse(const Analysis& analysis, Language language)
    : analysis_(analysis),
      is_with_itself_(analysis.connection.is_with_itself()),
      prose_(language),
      row_of_(analysis.connection.segments.size(), 0),
      arrives_later_(analysis.connection.segments.size(), false),
      quotes_(analysis.connection),
      wireshark_(wireshark_flags_of(analysis.connection)) {
  std::size_t number = 0;
  for (const Row& row : analysis.ladder.rows) {
    ++number;
    if (row.segment && row.leg == Leg::arrival) arrives_later_[*row.segment] = true;
    if (row.segment && row.protocol == Protocol::icmp) row_of_error_.try_emplace(*row.segment, number);
  }
  constexpr std::size_t enough_for_most = 16;
  for (Side& side : sides_) side.sent.reserve(std::min(analysis.connection.segments.size(), enough_for_most));
  of(End::client).state = analysis.ladder.client;
  of(End::server).state = analysis.ladder.server;
}

bool RowProse::is_first(Phrase phrase) {
  const auto place = static_cast<std::size_t>(phrase);
  const bool first = !told_[place];
  told_[place] = true;
  return first;
}

void RowProse::append_next(LineBuffer& text) {
  text_ = &text;
  const Row& row = analysis_.ladder.rows[next_++];
  note_calls(row);
  if (!row.segment) return;
  const Segment& segment = analysis_.connection.segments[*row.segment];
  Now now{row, segment, {}, next_, row.seq ? row.seq->first : 0, row.ack.value_or(0)};
  if (*row.segment < analysis_.verdict.notes.size()) now.notes = analysis_.verdict.notes[*row.segment];
  std::size_t& departure = row_of_[*row.segment];
  if (row.leg == Leg::arrival && departure != 0) {
    const std::string flags =
        row.protocol == Protocol::tcp ? to_string(row.flags) : std::string(to_string(row.protocol));
    say(Phrase::way_arrives, now, {{"flags", flags}, {"row", departure}});
    return tell_states(now);
  }
  departure = next_;
  if (row.protocol != Protocol::tcp) {
    tell_other(now);
  } else {
    note_acknowledgment(now);
    tell_segment(now);
    tell_flags_and_options(now);
    if (now.notes.recorded_late)
      say(is_first(Phrase::recorded_late) ? Phrase::recorded_late : Phrase::recorded_late_short, now);
  }
  tell_way(now);
  tell_states(now);
  if (row.protocol != Protocol::tcp) return;
  tell_wireshark(now);
  remember(now);
}

/// A recording says which call each end made last.
void RowProse::note_calls(const Row& row) {
  for (const Remark& remark : row.remarks) {
    const std::string_view text = remark.text;
    if (!remark.end || text.ends_with(" returns") || text.find(" fails") != std::string_view::npos) continue;
    of(*remark.end).last_call = text;
  }
}

void RowProse::note_acknowledgment(Now& now) {
  if (!now.row.ack || now.row.flags.has(rst) || now.notes.foreign_syn) return;
  Side &side = of(now.row.from), &peer = of(peer_of(now.row.from));
  // What nobody was seen to have sent may never have been: later ones that fit count, though they are lower.
  const bool is_wild = side.ack && !peer.sent.empty() && *side.ack > peer.sent.back().end;
  now.acknowledges_more = !side.ack || *side.ack < now.ack || (is_wild && now.ack <= peer.sent.back().end);
  if (!now.acknowledges_more) return;
  const auto add = [&](std::size_t row) {
    const bool is_known = std::ranges::find(now.newly_acknowledged(), row) != now.newly_acknowledged().end();
    if (!is_known && !was_turned_away(row) && now.acknowledged_count < now.acknowledged_rows.size())
      now.acknowledged_rows[now.acknowledged_count++] = row;
  };
  while (peer.acknowledged < peer.sent.size() && peer.sent[peer.acknowledged].end <= now.ack)
    add(peer.sent[peer.acknowledged++].row);
  auto& instead = peer.instead_acknowledged;
  while (instead < peer.sent_instead.size() && peer.sent_instead[instead].end <= now.ack)
    add(peer.sent_instead[instead++].row);
}

void RowProse::tell_segment(Now& now) {
  const TcpFlags flags = now.row.flags;
  using enum SentAgain;
  const bool is_odd_reset = flags.has(rst) && (flags.has(syn) || flags.has(fin));
  if (is_odd_reset) return say(Phrase::odd_reset, now);
  if (flags.has(rst)) return tell_reset(now);
  if (now.notes.foreign_syn)
    return say(now.row.flags.has(TcpFlags::ack) ? Phrase::row_other_answer : Phrase::row_foreign_syn, now);
  if (now.notes.again != no) return tell_again(now);
  if (flags.has(syn)) return tell_syn(now);
  if (flags.has(fin)) return tell_fin(now);
  if (now.row.seq && now.row.seq->length > 0) return tell_data(now);
  if (flags.has(TcpFlags::ack)) tell_bare_ack(now);
}

void RowProse::tell_flags_and_options(const Now& now) {
  const TcpFlags flags = now.row.flags;
  if (flags.has(syn) && flags.has(fin) && !flags.has(rst)) say(Phrase::odd_flags, now);
  if (!flags.has(syn) && !flags.has(rst) && !flags.has(TcpFlags::ack)) say(Phrase::no_ack, now);
  if (now.notes.after_hole)
    say(is_first(Phrase::after_hole) ? Phrase::after_hole : Phrase::after_hole_short, now, {{"first", now.first}});
  if (flags.has(psh) && now.segment.length > 0 && is_first(Phrase::push)) say(Phrase::push, now);
  if (flags.has(urg)) {
    const bool is_odd = flags.has(syn) || flags.has(rst);
    say(!is_odd && is_first(Phrase::urgent) ? Phrase::urgent : Phrase::urgent_short, now,
        {{"bytes", Prose::bytes(now.segment.urgent_pointer)}});
  }
  if (!flags.has(syn)) tell_congestion(now);
  if (!flags.has(syn)) tell_sack(now);
  if (now.row.window == 0U && !flags.has(rst) && !flags.has(syn)) {
    const bool was_zero = of(now.row.from).window == 0U, means_nothing = is_overtaken_ack(now) || has_end_of_file(now);
    if (!was_zero && !means_nothing)
      say(is_first(Phrase::zero_window) ? Phrase::zero_window : Phrase::zero_window_short, now);
  }
}

/// Its end has acknowledged more before. RFC 9293 section 3.10.7.4 does not take its window either.
bool RowProse::is_overtaken_ack(const Now& now) const {
  const auto& highest = of(now.row.from).ack;
  return now.row.ack && highest && now.ack < *highest && !now.acknowledges_more;
}

/// Nothing more can come to its end, or it has closed: a window means nothing to it any more.
bool RowProse::has_end_of_file(const Now& now) const {
  const Side& peer = of(peer_of(now.row.from));
  return now.row.flags.has(fin) || (peer.fin_row && !peer.sent.empty() && now.ack >= peer.sent.back().end);
}

/// The three bits count packets where both ends speak accurate ECN, so they say nothing by themselves there.
void RowProse::tell_congestion(const Now& now) {
  if (accurate_ecn_ || now.row.flags.has(rst)) return;
  if (now.row.flags.has(ece) && is_first(Phrase::ecn_echo)) say(Phrase::ecn_echo, now);
  if (now.row.flags.has(cwr) && is_first(Phrase::ecn_reduced)) say(Phrase::ecn_reduced, now);
}

void RowProse::tell_sack(const Now& now) {
  if (!now.row.ack) return;
  const auto blocks = sack_blocks(now.segment);
  if (blocks.empty()) return;
  const bool has_duplicate = begin_with_duplicate(blocks, now.segment.ack);
  const auto counted = [&](SeqNum edge) { return std::to_string(now.ack + (edge - now.segment.ack)); };
  std::string beyond, twice;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto& [left, right] = blocks[i];
    std::string& list = i == 0 && has_duplicate ? twice : beyond;
    if (!list.empty()) list += ", ";
    list += counted(left) + ":" + counted(right);
  }
  if (!twice.empty()) say(Phrase::duplicate_sack, now, {{"blocks", twice}});
  if (!beyond.empty())
    say(is_first(Phrase::sack_blocks) ? Phrase::sack_blocks : Phrase::sack_blocks_short, now, {{"blocks", beyond}});
}

void RowProse::tell_way(const Now& now) {
  const bool is_gone = now.row.leg == Leg::lost || (now.row.leg == Leg::departure && !arrives_later_[*now.row.segment]);
  if (const auto error = quotes_.turned_away_by(*now.row.segment); error && is_gone)
    return say(Phrase::way_turned_away, now, {{"row", row_of_error_.at(*error)}});
  if (now.row.leg == Leg::departure) {
    const Phrase phrase = arrives_later_[*now.row.segment] ? Phrase::way_departs : Phrase::way_unknown;
    if (is_first(phrase)) say(phrase, now);
  }
  if (now.row.leg == Leg::lost) say(Phrase::way_lost, now);
  if (now.notes.ignored) tell_ignored(now);
  const bool is_stray = now.row.leg == Leg::arrival && now.segment.is_from_end() && !now.notes.sent_once;
  if (is_stray) say(Phrase::way_stray, now);
}

void RowProse::tell_ignored(const Now& now) {
  const Phrase phrase = now.row.flags.has(syn) ? Phrase::ignored_syn : Phrase::ignored_ack;
  say(is_first(phrase) ? phrase : Phrase::ignored_short, now);
}

// --- States --------------------------------------------------------------------------------------------------------

void RowProse::tell_states(const Now& now) {
  for (const End end : {End::client, End::server}) {
    const auto& next = end == End::client ? now.row.client : now.row.server;
    Side& side = of(end);
    if (!next || side.state == *next) continue;
    tell_state(now, end, *next);
    side.state = *next;
  }
}

namespace {

bool is_call(Event event) {
  return event == Event::passive_open || event == Event::active_open || event == Event::close_call ||
         event == Event::abort_call;
}

bool is_receipt(Event event) {
  return event >= Event::receive_syn && event <= Event::receive_rst;
}

/// The edge that the row explains: of who sent it, what a call moves; of who receives it, what a segment moves.
const Transition* edge_between(State from, State to, bool sends, TcpFlags flags) {
  const Transition* found = nullptr;
  for (const Transition& edge : transitions_from(from)) {
    if (edge.to != to) continue;
    const bool is_about_reset = edge.event == Event::receive_rst || edge.event == Event::abort_call;
    if (is_about_reset != flags.has(rst)) continue;
    const bool fits = sends ? is_call(edge.event) : is_receipt(edge.event);
    if (fits) return &edge;
    // An end's own segment may be the first to show what it had received.
    if (sends && is_receipt(edge.event) && found == nullptr) found = &edge;
  }
  return found;
}

}  // namespace

void RowProse::tell_state(const Now& now, End end, State next) {
  const auto& before = of(end).state;
  if (!before) return prose_.say(*text_, Phrase::state_known, end, {{"to", to_string(next)}});
  const std::string_view from = to_string(*before), to = to_string(next);
  const bool sends = now.row.from == end;
  const Transition* edge = edge_between(*before, next, sends, now.row.flags);
  if (edge != nullptr) {
    prose_.say(*text_, Phrase::state_edge, end,
               {{"from", from}, {"to", to}, {"event", to_string(edge->event)}, {"section", edge->section}});
  } else {
    const bool is_gone = next == State::closed && !sends && !now.row.flags.has(rst);
    prose_.say(*text_, is_gone ? Phrase::state_gone : Phrase::state_step, end, {{"from", from}, {"to", to}});
  }
  tell_meaning(end, next);
}

void RowProse::tell_meaning(End end, State state) {
  const auto once = [&](Phrase phrase) {
    if (is_first(phrase)) prose_.say(*text_, phrase, end);
  };
  if (state == State::fin_wait_2) once(Phrase::meaning_fin_wait_2);
  if (state == State::close_wait) once(Phrase::meaning_close_wait);
  if (state == State::closing) once(Phrase::meaning_closing);
  if (state == State::time_wait) once(Phrase::meaning_time_wait);
}

// --- Beside the segments -------------------------------------------------------------------------------------------

void RowProse::tell_wireshark(const Now& now) {
  const std::uint32_t flags = wireshark_[*now.row.segment];
  if (flags == 0) return;
  const std::string names = wireshark_names(flags);
  const bool is_both = analysis_.connection.vantage == Vantage::both_ends;
  say(is_both && is_first(Phrase::wireshark_at_client) ? Phrase::wireshark_at_client : Phrase::wireshark, now,
      {{"list", names}});
}

void RowProse::tell_other(const Now& now) {
  if (now.row.protocol == Protocol::udp) {
    return say(is_first(Phrase::row_datagram) ? Phrase::row_datagram : Phrase::row_datagram_short, now,
               {{"bytes", Prose::bytes(now.segment.length)}});
  }
  tell_error(now);
  const auto from = now.segment.error_source;
  if (from == ErrorSource::between && is_first(Phrase::icmp_from_between)) say(Phrase::icmp_from_between, now);
  if (from == ErrorSource::own_host) say(Phrase::icmp_from_own_host, now);
  tell_quote(now);
}

/// RFC 792, RFC 4443.
void RowProse::tell_error(const Now& now) {
  const Endpoint& about = analysis_.connection.address(now.row.from);
  const bool is_v6 = about.address.version == 6;
  const auto [type, code] = now.segment.icmp;
  const Fillings fillings = {{"icmp", is_v6 ? "ICMPv6" : "ICMP"},
                             {"type", type},
                             {"code", code},
                             {"port", about.port},
                             {"mtu", Prose::bytes(now.segment.window)}};
  const bool is_unreachable = type == (is_v6 ? 1 : 3);
  const bool is_of_tcp = analysis_.connection.protocol == Protocol::tcp;
  const bool is_of_port = is_unreachable && code == (is_v6 ? 4 : 3);
  if (is_of_port && (is_of_tcp || now.segment.is_from_end()))
    return say(is_of_tcp ? Phrase::row_icmp_filtered : Phrase::row_icmp_port, now, fillings);
  if (is_too_big(now.segment.icmp))
    return say(now.segment.window == 0 ? Phrase::row_icmp_too_big : Phrase::row_icmp_too_big_mtu, now, fillings);
  if (is_unreachable) return say(Phrase::row_icmp_unreachable, now, fillings);
  if (type == (is_v6 ? 3 : 11))
    return say(code == 1 ? Phrase::row_icmp_fragments : Phrase::row_icmp_time_exceeded, now, fillings);
  if (type == (is_v6 ? 4 : 12)) return say(Phrase::row_icmp_parameter, now, fillings);
  if (!is_v6 && type == 4) return say(Phrase::row_icmp_quench, now, fillings);
  if (!is_v6 && type == 5) return say(Phrase::row_icmp_redirect, now, fillings);
  say(Phrase::row_icmp_other, now, fillings);
}

void RowProse::tell_quote(const Now& now) {
  const auto quoted = quotes_.quoted_by(*now.row.segment);
  if (!quoted || row_of_[*quoted] == 0) return;
  const Fillings fillings = {{"row", row_of_[*quoted]}, {"ttl", analysis_.connection.segments[*quoted].hop_limit}};
  if (!is_of_ttl(analysis_.connection, now.segment)) return say(Phrase::icmp_quotes, now, fillings);
  const bool is_long = quotes_.is_trace() && is_first(Phrase::icmp_quotes_ttl);
  say(is_long ? Phrase::icmp_quotes_ttl : Phrase::icmp_quotes_ttl_short, now, fillings);
}

}  // namespace tcplab
