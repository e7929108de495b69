#include <algorithm>

#include "tcp/zeek.hpp"

namespace tcplab {
void ZeekRecord::Side::enter(State next) {
  if (next == state) return;
  previous = state;
  state = next;
}

bool ZeekRecord::Side::has_sent_data() const {
  const SeqNum farthest = std::max(last, edge);
  return farthest > start + ((written & fin_letter) != 0 ? 2 : 1);
}

void ZeekRecord::advance_states(const SegmentHeader& segment, bool syn_was_expected) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool has_fin = segment.has(TcpFlags::fin), has_rst = segment.has(TcpFlags::rst);
  switch (side.state) {
    case State::inactive:
      return first_sent(segment, syn_was_expected);
    case State::syn_sent:
    case State::syn_ack_sent:
      if (has_fin) side.enter(State::closed);
      if (has_rst) side.enter(State::reset);
      return;
    case State::established:
    case State::partial:
      if (is_plain_syn(segment.flags) && side.state == State::partial && peer.state == State::inactive)
        side.enter(State::syn_sent);
      if (has_fin && !has_rst) {
        side.enter(State::closed);
        // An RST behind the peer's FIN changes nothing once this end has closed too.
        if (peer.state == State::reset && peer.previous == State::closed) peer.enter(State::closed);
      }
      if (has_rst) side.enter(State::reset);
      return;
    case State::closed:
      if (has_rst && peer.state != State::closed) side.enter(State::reset);
      return;
    case State::reset:
      return;
  }
}

void ZeekRecord::first_sent(const SegmentHeader& segment, bool syn_was_expected) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (segment.has(TcpFlags::syn)) {
    if (side.is_originator)
      side.enter(segment.has(TcpFlags::ack) ? State::syn_ack_sent : State::syn_sent);
    else
      answered_syn(segment, syn_was_expected);
  }
  if (segment.has(TcpFlags::fin)) side.enter(State::closed);
  if (segment.has(TcpFlags::rst)) side.enter(State::reset);
  if (side.state != State::inactive) return;

  // Some answer a SYN with an ACK before their own SYN: that is no connection without beginning.
  if (!side.is_originator && segment.length == 0 && peer.state == State::syn_sent) return;
  if (segment.has(TcpFlags::ack) && peer.state == State::established) {
    side.enter(State::established);
    of(originator()).is_partial = false;
  } else {
    side.enter(State::partial);
  }
}

void ZeekRecord::answered_syn(const SegmentHeader& segment, bool syn_was_expected) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  if (is_plain_syn(segment.flags) && peer.state == State::syn_ack_sent && syn_was_expected) {
    turn_round();
    peer.enter(State::established);
  }
  if (peer.state == State::syn_sent) peer.enter(State::established);
  side.enter(State::established);
}

/// The SYN,ACK came before its SYN: the ends are the other way round.
void ZeekRecord::turn_round() {
  swap_roles();
  for (Side& side : sides_) side.is_partial = false;
  history_.add('^');
}

std::string_view ZeekRecord::conn_state() const {
  const Side &start = of(originator()), &answer = of(peer_of(originator()));
  const auto is_silent = [](const Side& side) { return side.state == State::inactive || side.state == State::partial; };
  if (answer.state == State::reset) {
    const bool is_bare = start.state == State::reset && !start.has_sent_data() && !answer.has_sent_data();
    if (start.state == State::syn_sent || start.state == State::syn_ack_sent || is_bare) return "REJ";
    return is_silent(start) ? "RSTRH" : "RSTR";
  }
  if (start.state == State::reset) {
    if (!is_silent(answer)) return "RSTO";
    const std::string text = history();
    const std::size_t begin = text.starts_with('^') ? 1 : 0;
    const std::size_t decides = text.find_first_of("HAFGIQR", begin);
    const bool is_syn_then_rst =
        text.substr(begin).starts_with('S') && decides != std::string::npos && text[decides] == 'R';
    return is_syn_then_rst ? "RSTOS0" : "OTH";
  }
  if (start.state == State::closed && answer.state == State::closed) return "SF";
  if (start.state == State::closed) return is_silent(answer) ? "SH" : "S2";
  if (answer.state == State::closed) return is_silent(start) ? "SHR" : "S3";
  if (start.state == State::syn_sent && answer.state == State::inactive) return "S0";
  if (start.state == State::established && answer.state == State::established) return "S1";
  return "OTH";
}

}  // namespace tcplab
