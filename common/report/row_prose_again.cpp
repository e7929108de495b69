// The sentences on what comes again: sent again or captured twice, why, and which rows had it before: a part of
// row_prose.hpp, which see.
#include <algorithm>

#include "report/row_prose.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

/// What is sent again carries its end's FIN for the first time.
bool RowProse::brings_fin(const Now& now) const {
  return now.row.flags.has(fin) && !of(now.row.from).fin_row;
}

Words RowProse::what(const Now& now) const {
  const TcpFlags flags = now.row.flags;
  if (flags.has(syn)) return {flags.has(TcpFlags::ack) ? Phrase::what_syn_ack : Phrase::what_syn};
  if (!flags.has(fin) || brings_fin(now)) return {Phrase::what_data};
  return {now.segment.length > 0 ? Phrase::what_data_fin : Phrase::what_fin};
}

RowProse::Sent RowProse::sent_in(const Now& now) {
  const std::int64_t first_of_data = now.first + (now.row.flags.has(syn) ? 1 : 0);
  return {now.first, now.first + now.segment.sequence_length(), first_of_data, first_of_data + now.segment.length,
          now.number};
}

/// What its end had sent for the first time with some of its numbers.
std::span<RowProse::Sent> RowProse::first_sent(const Now& now) {
  auto& sent = of(now.row.from).sent;
  const std::int64_t end = now.first + now.segment.sequence_length();
  const auto begin = std::ranges::upper_bound(sent, now.first, {}, &Sent::end);
  const auto behind = std::find_if(begin, sent.end(), [&](const Sent& one) { return one.first >= end; });
  return {begin, behind};
}

/// The rows that brought for the first time what it has: its SYN, its data, its FIN.
std::vector<std::size_t> RowProse::rows_again(const Now& now) {
  const Side& side = of(now.row.from);
  std::vector<std::size_t> rows;
  const auto add = [&](std::size_t row) {
    if (rows.empty() || rows.back() != row) rows.push_back(row);
  };
  for (const Sent& one : first_sent(now)) {
    if (one.shares(sent_in(now))) add(one.row);
  }
  if (now.row.flags.has(syn) && now.row.flags.has(TcpFlags::ack) && side.syn_ack_row) rows = {*side.syn_ack_row};
  if (now.row.flags.has(fin) && side.fin_row) add(*side.fin_row);
  return rows;
}

/// What was turned away is acknowledged by what is sent in its stead, perhaps in other pieces.
void RowProse::note_sent_instead(const Now& now) {
  if (was_turned_away(now.number)) return;
  const auto replaced = [&](const Sent& one) { return was_turned_away(one.row); };
  if (std::ranges::any_of(first_sent(now), replaced)) of(now.row.from).sent_instead.push_back(sent_in(now));
}

bool RowProse::was_turned_away(std::size_t row) const {
  const auto& segment = analysis_.ladder.rows[row - 1].segment;
  return segment && quotes_.turned_away_by(*segment);
}

/// Of the row before that shows the same packet; 0: none that is near.
std::size_t RowProse::row_of_packet(const Now& now) const {
  constexpr std::size_t farthest = 1000;
  for (std::size_t row = now.number - 1; row > 0 && now.number - row <= farthest; --row) {
    const Row& before = analysis_.ladder.rows[row - 1];
    if (!before.segment || row_of_[*before.segment] != row || before.from != now.row.from) continue;
    const Segment &one = analysis_.connection.segments[*before.segment], &other = now.segment;
    const bool is_same = one.seq == other.seq && one.length == other.length && one.flags == other.flags &&
                         one.ack == other.ack && one.ip_identification == other.ip_identification;
    if (is_same) return row;
  }
  return 0;
}

bool RowProse::has_telling_identification(const Now& now) {
  auto& known = has_telling_identifications_[index_of(now.row.from)];
  if (!known) known = analysis_.connection.has_telling_identifications(now.row.from);
  return *known && now.segment.ip_identification != 0;
}

/// Without an IP identification that tells, only the time speaks for it; unless its end was seen to send it once.
Phrase RowProse::phrase_of_copy(const Now& now) {
  if (now.notes.sent_once)
    return is_first(Phrase::came_twice_long) ? Phrase::came_twice_long : Phrase::came_twice_short;
  if (!has_telling_identification(now))
    return is_first(Phrase::copy_likely_long) ? Phrase::copy_likely_long : Phrase::copy_likely_short;
  return is_first(Phrase::copy_long) ? Phrase::copy_long : Phrase::copy_short;
}

std::chrono::nanoseconds RowProse::time_since(std::size_t row, const Now& now) const {
  const Segment& before = analysis_.connection.segments[*analysis_.ladder.rows[row - 1].segment];
  return now.segment.sighting().time - before.sighting().time;
}

/// Nobody has asked for it.
Phrase RowProse::phrase_of_timeout(const Now& now, std::chrono::nanoseconds later) {
  const Side& peer = of(peer_of(now.row.from));
  if (quotes_.is_trace() && is_plain_syn(now.row.flags))
    return is_first(Phrase::again_trace_long) ? Phrase::again_trace_long : Phrase::again_trace_short;
  if (is_plain_syn(now.row.flags) && peer.reset_row) return Phrase::again_refused;
  constexpr std::chrono::milliseconds least_of_linux{200};
  const bool may_be_probe = !now.row.flags.has(syn) && later < least_of_linux;
  const Phrase whole = may_be_probe ? Phrase::again_soon_long : Phrase::again_timeout_long;
  return is_first(whole) ? whole : Phrase::again_timeout_short;
}

void RowProse::tell_copy(const Now& now) {
  std::size_t row = row_of_packet(now);
  const auto rows = row == 0 ? rows_again(now) : std::vector<std::size_t>();
  if (!rows.empty()) row = rows.front();
  if (row == 0) return say(Phrase::copy_unseen, now);
  say(phrase_of_copy(now), now, {{"row", row}});
}

void RowProse::tell_again(const Now& now) {
  using enum SentAgain;
  const auto pick = [&](Phrase whole, Phrase brief) { return is_first(whole) ? whole : brief; };
  const Words what = this->what(now), numbers = Prose::numbers(now.first, now.segment.sequence_length());
  const Fillings by_numbers = {{"what", what}, {"numbers", numbers}, {"first", now.first}, {"seq", now.first}};
  if (now.notes.again == keep_alive) {
    say(pick(Phrase::row_keep_alive, Phrase::row_keep_alive_short), now, by_numbers);
    if (now.segment.length > 0 && is_first(Phrase::keep_alive_byte)) say(Phrase::keep_alive_byte, now);
    return;
  }
  if (now.notes.again == window_probe) return say(pick(Phrase::row_window_probe, Phrase::row_window_probe_short), now);
  if (now.notes.again == out_of_order) {
    const auto& sent = of(now.row.from).sent;
    const bool has_higher = !sent.empty() && sent.back().end > now.first;
    const bool was_acknowledged = of(peer_of(now.row.from)).ack.value_or(0) > now.first;
    const bool is_of_before = has_higher && time_since(sent.back().row, now) < std::chrono::nanoseconds(0);
    if (!has_higher && was_acknowledged)
      say(Phrase::out_of_order_late, now, by_numbers);
    else if (is_of_before)
      say(Phrase::out_of_order_by_time, now, by_numbers);
    else
      say(pick(has_telling_identification(now) ? Phrase::out_of_order_long : Phrase::out_of_order_likely,
               Phrase::out_of_order_short),
          now, by_numbers);
    return tell_ack_too(now);
  }
  if (now.notes.again == copy) return tell_copy(now);
  const std::vector<std::size_t> rows = rows_again(now);
  if (rows.empty()) return say(Phrase::again_unseen, now, by_numbers);
  const auto later = time_since(rows.front(), now);
  const std::string time = Prose::duration(later);
  const bool goes_back = later < std::chrono::nanoseconds(0);
  const Side& peer = of(peer_of(now.row.from));
  const auto phrase = [&] {
    switch (now.notes.again) {
      case fast:
        return pick(Phrase::again_fast_long, Phrase::again_fast_short);
      case partial_ack:
        return pick(Phrase::again_partial_ack_long, Phrase::again_partial_ack_short);
      case by_sack:
        return pick(Phrase::again_by_sack_long, Phrase::again_by_sack_short);
      case path_mtu:
        return pick(Phrase::again_path_mtu_long, Phrase::again_path_mtu_short);
      case syn_came_again:
        return Phrase::again_syn_ack;
      case refused_early:
        return Phrase::again_refused_early_row;
      case spurious:
        return pick(Phrase::again_spurious_long, Phrase::again_spurious_short);
      default:
        return goes_back ? Phrase::again_goes_back : phrase_of_timeout(now, later);
    }
  }();
  const std::size_t why = phrase == Phrase::again_refused   ? *peer.reset_row
                          : phrase == Phrase::again_syn_ack ? peer.syn_again_row
                          : peer.again                      ? peer.again->row
                                                            : 0;
  say(phrase, now,
      {{"what", what}, {"rows", RowList{rows, 3}}, {"time", time}, {"why", why}, {"ttl", now.segment.hop_limit}});
  const std::int64_t known = of(now.row.from).sent.back().end, end = sent_in(now).end_of_data;
  const bool has_more = known > now.first && known < end;
  if (has_more) say(Phrase::again_and_data, now, {{"bytes", Prose::bytes(static_cast<std::uint64_t>(end - known))}});
  if (brings_fin(now)) say(Phrase::again_and_fin, now);
  tell_ack_too(now);
}

}  // namespace tcplab
