#include "tcp/zeek.hpp"

#include <algorithm>
#include <utility>

namespace tcplab {
namespace {

/// So far behind its start, an end may have sent numbers that look as if they were before it.
constexpr std::int32_t far = 1 << 30;

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
  settle_originator(segment);
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (has_bad_checksum) return history_.count(ZeekHistory::Counted::bad_checksum, segment.from, side.is_originator);

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
  if (is_ack_of_seen) acknowledged(peer_of(segment.from), segment.ack);
  if (segment.length > 0 && !segment.has(TcpFlags::rst) && !is_before_start) data_came(segment);
  note_ordinary(End::client);
  note_ordinary(End::server);
}

/// Of an ordinary segment: nothing of its sender is missing. False, and nothing done, if it is not the first.
bool ZeekRecord::take_first_fin(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  if ((side.written & fin_letter) != 0) return false;
  write(side, fin_letter, 'f');
  side.fin = side.edge = segment.seq + segment.length;
  side.last = side.fin + 1;
  side.is_long = side.is_long || side.last - side.start > far;
  side.enter(State::closed);
  note_ordinary(segment.from);
  return true;
}

void ZeekRecord::note_ordinary(End end) {
  Side& side = of(end);
  const auto has_opened = [](const Side& one) { return one.state == State::established || one.state == State::closed; };
  side.may_acknowledge = has_opened(side) && has_opened(of(peer_of(end)));
  side.may_send_data = side.may_acknowledge && side.state == State::established && side.edge == side.last &&
                       !side.has_hole && !side.is_long && !(side.last < side.start);
  side.is_fin_seen = (side.written & fin_letter) != 0 && side.fin == side.edge;
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
      if (has_syn && segment.seq != side.start) side.begin(segment.seq, end_of(segment));
      return;
    case State::established:
    case State::partial:
      if (has_syn) side.begin(segment.seq, end_of(segment));
      return;
    case State::reset:
      if (has_syn && side.previous == State::inactive) side.begin(segment.seq, end_of(segment));
      return;
    case State::closed:
      return;
  }
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
    if ((side.written & fin_letter) == 0 || number != side.fin) write(side, fin_letter, 'f');
    side.fin = number;
    return;
  }
  if (has_rst) {
    if ((side.written & rst_letter) == 0 || segment.seq != side.hole_end) write(side, rst_letter, 'r');
    side.hole_end = segment.seq;
    side.has_hole = false;
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
  if ((side.written & rst_letter) != 0) {
    side.edge = number;
    return;
  }
  const auto missed = [&] {
    if (side.is_clean() && of(peer_of(end)).is_clean())
      history_.count(ZeekHistory::Counted::gap, end, side.is_originator);
  };
  missed();
  const SeqNum data_end = (side.written & fin_letter) != 0 ? std::min(side.last, side.fin) : side.last;
  side.edge = side.has_hole && side.hole_end < number ? data_end : number;
  if (side.has_hole && side.hole_end <= side.edge) side.has_hole = false;
  if (side.edge < number) {
    missed();
    side.edge = number;
  }
}

/// One hole is followed at a time: what lies behind it counts as whole.
void ZeekRecord::data_came(const SegmentHeader& segment) {
  Side& side = of(segment.from);
  if ((side.written & rst_letter) != 0) return;
  const SeqNum first = segment.seq + (segment.has(TcpFlags::syn) ? 1 : 0), end = first + segment.length;
  if (first > side.edge) {
    side.hole_end = side.has_hole ? std::min(side.hole_end, first) : first;
    side.has_hole = true;
  } else if (end > side.edge) {
    side.edge = end;
    if (side.has_hole && side.hole_end <= end) {
      side.edge = (side.written & fin_letter) != 0 ? std::min(side.last, side.fin) : side.last;
      side.has_hole = false;
    }
  }
}

}  // namespace tcplab
