#include "tcp/zeek.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tcplab {
namespace {

/// So far behind its start, an end may have sent numbers that look as if they were before it.
constexpr std::int32_t far = 1 << 30;
/// Of one end; what comes when there are so many holes is taken to lie behind the last of them.
constexpr std::size_t most_islands = 64;

/// To Zeek, what an RST carries is no data.
SeqNum end_of(const SegmentHeader& segment) {
  const std::uint32_t flags = (segment.has(TcpFlags::syn) ? 1U : 0U) + (segment.has(TcpFlags::fin) ? 1U : 0U);
  return segment.seq + flags + (segment.has(TcpFlags::rst) ? 0 : segment.length);
}

char upper(char letter) {
  return static_cast<char>(letter - 'a' + 'A');
}

}  // namespace

void ZeekRecord::Side::begin(SeqNum first, SeqNum end) {
  start = first;
  last = end;
  edge = first + 1;
  has_hole = false;
}

bool ZeekRecord::Side::is_clean() const {
  return state == State::established || (state == State::closed && previous == State::established);
}

void ZeekRecord::saw_any(const SegmentHeader& segment, bool has_bad_checksum) {
  if (replaces(segment)) {
    for (Side& each : sides_) {
      each.written |= replaced_mark;
      each.may_acknowledge = each.may_send_data = false;
    }
  }
  if ((sides_[0].written & replaced_mark) != 0) return;
  settle_originator(segment);
  if (!segment.has_whole_header) return;
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (has_bad_checksum) return history_.count(ZeekHistory::Counted::bad_checksum, segment.from, side.is_originator);

  settle_syn_ack(segment);
  note_partial(segment);
  // A SYN whose number the other end has acknowledged already: the two came in the wrong order.
  const bool syn_was_expected = segment.seq == side.start;
  place_start(segment);
  const bool is_before_start = segment.seq < side.start && !side.is_long;
  write_letters(segment);
  note_window(segment);
  bool is_ack_of_seen = segment.has(TcpFlags::ack);
  if (is_ack_of_seen && peer.state == State::inactive) {
    peer.begin(segment.ack - 1, segment.ack - 1);
    is_ack_of_seen = false;
  }
  is_ack_of_seen = is_ack_of_seen && (segment.ack >= peer.start || peer.is_long);
  advance_last(segment);
  advance_states(segment, syn_was_expected);
  // Behind the states: a gap that only an RST reveals may be none, and is_clean() must know of the RST.
  if (is_ack_of_seen) {
    const SeqNum sent = segment.has(TcpFlags::rst) ? std::max(peer.last, peer.edge) : segment.ack;
    acknowledged(peer_of(segment.from), std::min(segment.ack, sent));  // an RST is not believed to acknowledge more
  }
  if (segment.length > 0 && !segment.has(TcpFlags::rst) && !is_before_start) data_came(segment);
  note_ordinary(End::client);
  note_ordinary(End::server);
}

bool ZeekRecord::saw_opening(const SegmentHeader& segment) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool answers = segment.has(TcpFlags::ack);
  if (!is_syn_alone(segment.flags) || segment.length > 0 || !segment.has_whole_header) return false;
  if (segment.window == 0 || side.was_seen || side.state != State::inactive || side.written != 0) return false;
  if (answers) {
    const bool has_asked = peer.is_originator && peer.state == State::syn_sent && peer.written == syn_letter &&
                           !peer.is_partial && !peer.is_long && segment.ack == peer.last && peer.last == peer.edge;
    if (!has_asked) return false;
    peer.enter(State::established);
    side.enter(State::established);
    for (Side& each : sides_) each.may_acknowledge = each.may_send_data = true;
  } else {
    if (peer.was_seen) return false;
    if (!side.is_originator) swap_roles();
    side.was_seen = true;
    side.enter(State::syn_sent);
  }
  side.begin(segment.seq, segment.seq + 1);
  write(side, syn_letter, answers ? 'h' : 's');
  return true;
}

/// Of an ordinary segment: nothing of its sender is missing. False, and nothing done, if it is not the first.
bool ZeekRecord::take_first_fin(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  if ((side.written & fin_letter) != 0) return false;
  side.edge = segment.seq + segment.length;
  side.last = side.edge + 1;
  set_fin(segment.from, side.edge);
  write(side, fin_letter, 'f');
  side.is_long = side.is_long || side.last - side.start > far;
  side.enter(State::closed);
  note_ordinary(segment.from);
  return true;
}

void ZeekRecord::set_fin(End end, SeqNum number) {
  Side& side = of(end);
  if ((side.written & (fin_letter | rst_letter)) == rst_letter) history_.rst(end) = side.fin;
  side.fin = number;
}

/// The number of its latest RST, once it has sent one.
SeqNum& ZeekRecord::rst(End end) {
  Side& side = of(end);
  return (side.written & fin_letter) != 0 ? history_.rst(end) : side.fin;
}

void ZeekRecord::note_ordinary(End end) {
  Side& side = of(end);
  const auto has_opened = [](const Side& one) { return one.state == State::established || one.state == State::closed; };
  side.may_acknowledge = has_opened(side) && has_opened(of(peer_of(end)));
  side.may_send_data = side.may_acknowledge && side.state == State::established && side.edge == side.last &&
                       !side.has_hole && !side.is_long && !(side.last < side.start);
  side.is_fin_seen = (side.written & fin_letter) != 0 && side.fin == side.edge;
}

/// To Zeek a SYN with another number than the originator's is of another connection, whoever sent it; and while nothing
/// was seen of the originator, so is a SYN,ACK with another number than the responder's. Before anything was answered,
/// the caller takes the latest attempt for the connection.
bool ZeekRecord::replaces(const SegmentHeader& segment) const {
  const Side &start = of(originator()), &answer = of(peer_of(originator()));
  if (!segment.has(TcpFlags::syn) || answer.state == State::inactive) return false;
  if (is_plain_syn(segment.flags)) return segment.seq != start.start;
  return start.state == State::inactive && segment.seq != answer.start;
}

void ZeekRecord::settle_originator(const SegmentHeader& segment) {
  const bool is_first = !of(End::client).was_seen && !of(End::server).was_seen;
  if (is_first && !of(segment.from).is_originator) {
    if (is_plain_syn(segment.flags))
      swap_roles();
    else
      history_.add('^');
  }
  if (is_first) of(segment.from).was_seen = true;
}

/// A SYN,ACK that nothing went before may be a scan: Zeek waits for what comes next before it turns the ends round. An
/// ACK or data, from whichever end, is of a connection.
void ZeekRecord::settle_syn_ack(const SegmentHeader& segment) {
  Side& side = of(originator());
  if (side.state != State::syn_ack_sent || (segment.length == 0 && !segment.has(TcpFlags::ack))) return;
  if (segment.has(TcpFlags::syn) || segment.has(TcpFlags::fin) || segment.has(TcpFlags::rst)) return;
  if (history() != "H") return;
  swap_roles();
  for (Side& each : sides_) each.is_partial = false;
  side.enter(State::established);
  history_ = ZeekHistory();
  history_.add('^');
  history_.add('h');
}

void ZeekRecord::swap_ends() {
  std::swap(sides_[0], sides_[1]);
  history_.swap_ends();
}

void ZeekRecord::swap_roles() {
  for (Side& side : sides_) side.is_originator = !side.is_originator;
}

/// A connection is partial to Zeek if its beginning was not seen.
void ZeekRecord::note_partial(const SegmentHeader& segment) {
  Side &side = of(segment.from), &start = of(originator());
  if (side.state != State::inactive) return;
  if (side.is_originator)
    side.is_partial = !is_plain_syn(segment.flags);
  else if (!start.is_partial)
    start.is_partial = !segment.has(TcpFlags::syn);
}

/// A SYN moves the start of an end that has not closed yet: Zeek takes it for the one that counts.
void ZeekRecord::place_start(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const bool has_syn = segment.has(TcpFlags::syn);
  switch (side.state) {
    case State::inactive:
      if (has_syn) return side.begin(segment.seq, end_of(segment));
      return side.begin(segment.seq - 1, segment.seq);
    case State::syn_sent:
    case State::syn_ack_sent:
      if (has_syn && segment.seq != side.start) begin_again(segment);
      return;
    case State::established:
    case State::partial:
      if (has_syn) begin_again(segment);
      return;
    case State::reset:
      if (has_syn && side.previous == State::inactive) begin_again(segment);
      return;
    case State::closed:
      return;
  }
}

/// Zeek counts all else that it knows of the end from its start, so it moves along.
void ZeekRecord::begin_again(const SegmentHeader& syn) {
  Side& side = of(syn.from);
  const auto step = static_cast<std::uint32_t>(syn.seq - side.start);
  side.start = syn.seq;
  side.last = end_of(syn);
  if ((side.written & rst_letter) != 0 && (side.written & fin_letter) != 0) rst(syn.from) = rst(syn.from) + step;
  side.fin = side.fin + step;
  side.edge = side.edge + step;
  if (!side.has_hole) return;
  for (auto& island : history_.islands(syn.from)) island = {island.first + step, island.end + step};
}

void ZeekRecord::write(Side& side, Letter letter, char lower) {
  side.written |= letter;
  history_.add(side.is_originator ? upper(lower) : lower);
}

void ZeekRecord::write_once(Side& side, Letter letter, char lower) {
  if ((side.written & letter) == 0) write(side, letter, lower);
}

/// SYN, FIN and RST are written again if their number is another, all else once.
void ZeekRecord::write_letters(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const bool has_syn = segment.has(TcpFlags::syn), has_fin = segment.has(TcpFlags::fin),
             has_rst = segment.has(TcpFlags::rst);
  if (has_fin && has_rst) return write_once(side, inconsistent_letter, 'i');
  if (has_syn && (has_fin || has_rst)) return write_once(side, multi_flag_letter, 'q');
  if (has_syn) return write_syn(segment);
  if (has_fin) {
    const SeqNum number = segment.seq + segment.length;
    const bool is_another = (side.written & fin_letter) == 0 || number != side.fin;
    set_fin(segment.from, number);
    if (is_another) write(side, fin_letter, 'f');
    return;
  }
  if (has_rst) {
    SeqNum& latest = rst(segment.from);
    const bool is_another = (side.written & rst_letter) == 0 || segment.seq != latest;
    latest = segment.seq;
    if (is_another) write(side, rst_letter, 'r');
    return;
  }
  if (segment.length > 0) return write_once(side, data_letter, 'd');
  if (segment.has(TcpFlags::ack)) write_once(side, ack_letter, 'a');
}

/// Zeek counts numbers from the end's start, and a SYN moves that unless the end has closed. So only then can the
/// number of a further SYN be another.
void ZeekRecord::write_syn(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  const char letter = segment.has(TcpFlags::ack) ? 'h' : 's';
  const bool is_another = segment.seq != side.start && history_.is_new_late_syn(segment.from, segment.seq);
  if ((side.written & syn_letter) == 0 || is_another) write(side, syn_letter, letter);
}

/// A zero window means nothing after the peer's FIN, or with an RST or after one.
void ZeekRecord::note_window(const SegmentHeader& segment) {
  const Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (segment.window == 0 && !segment.has(TcpFlags::rst) && peer.state != State::closed && side.state != State::reset)
    history_.count(ZeekHistory::Counted::zero_window, segment.from, side.is_originator);
}

void ZeekRecord::advance_last(const SegmentHeader& segment) {
  constexpr std::int32_t outlandish = 1 << 20;
  Side& side = of(segment.from);
  const std::int32_t steps = end_of(segment) - side.last;
  const bool may_lie = segment.has(TcpFlags::syn) || segment.has(TcpFlags::rst);
  if (may_lie && (steps > outlandish || steps < -outlandish)) return;
  const bool is_fin_behind_syn = segment.has(TcpFlags::fin) && side.last == side.start + 1;
  if (!is_fin_behind_syn && side.state == State::reset) return;
  if (is_fin_behind_syn || steps > 0)
    side.last = end_of(segment);
  else if (segment.length > 0)
    history_.count(ZeekHistory::Counted::retransmission, segment.from, side.is_originator);
  side.is_long = side.is_long || side.last - side.start > far;
}

void ZeekRecord::acknowledged(End end, SeqNum number) {
  Side& side = of(end);
  if ((side.written & fin_letter) != 0 && number > side.fin) number = side.fin;
  // Without a beginning, the first acknowledgment may be of what was before.
  if (number <= side.edge || (number <= side.start + 2 && of(originator()).is_partial)) return;
  const auto missed = [&] {
    if (side.is_clean() && of(peer_of(end)).is_clean())
      history_.count(ZeekHistory::Counted::gap, end, side.is_originator);
  };
  if (side.has_hole) {
    auto& islands = history_.islands(end);
    auto whole = islands.begin();
    for (; whole != islands.end() && whole->first < number; ++whole) {
      missed();
      side.edge = whole->end;
    }
    islands.erase(islands.begin(), whole);
  }
  if (side.edge < number) {
    missed();
    side.edge = number;
  }
  if (side.has_hole) join_islands(end);
}

void ZeekRecord::data_came(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  if (side.state == State::reset) return;
  const SeqNum first = segment.seq + (segment.has(TcpFlags::syn) ? 1 : 0), end = first + segment.length;
  if (first <= side.edge) {
    side.edge = std::max(side.edge, end);
    if (side.has_hole) join_islands(segment.from);
    return;
  }
  auto& islands = history_.islands(segment.from);
  if (!side.has_hole) islands.clear();
  side.has_hole = true;
  const auto begin = std::ranges::find_if(islands, [&](const auto& island) { return island.end >= first; });
  const auto behind = std::find_if(begin, islands.end(), [&](const auto& island) { return island.first > end; });
  if (begin == behind && islands.size() == most_islands) {
    islands.back().end = std::max(islands.back().end, end);
  } else if (begin == behind) {
    islands.insert(begin, {first, end});
  } else {
    *begin = {std::min(begin->first, first), std::max(std::prev(behind)->end, end)};
    islands.erase(std::next(begin), behind);
  }
}

/// What has no hole before it any more is no island.
void ZeekRecord::join_islands(End end) {
  Side& side = of(end);
  auto& islands = history_.islands(end);
  auto hole = islands.begin();
  for (; hole != islands.end() && hole->first <= side.edge; ++hole) side.edge = std::max(side.edge, hole->end);
  islands.erase(islands.begin(), hole);
  side.has_hole = !islands.empty();
}

}  // namespace tcplab
