// One end of a connection, followed by the segments it sent and received.
// It observes and infers; it is no stack: it sends nothing, keeps no data and has no clock.
// RFC 9293 section 3.10.7 in the order of its checks; RFC 5961 for what RSTs and SYNs may do.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "tcp/segment.hpp"
#include "tcp/transition.hpp"

namespace tcplab {

class EndTracker {
 public:
  /// An end that starts in `state`; nothing when it is not known, as in a capture that begins in the middle.
  explicit EndTracker(std::optional<State> state) : state_(state) {}

  /// An end in a synchronized state that will send `snd_nxt` next and expects `rcv_nxt`.
  EndTracker(State state, SeqNum snd_nxt, SeqNum rcv_nxt) : state_(state), snd_nxt_(snd_nxt), rcv_nxt_(rcv_nxt) {}

  void sent(const Segment& segment) {
    if (!sent_ordinary(segment)) sent_any(segment);
  }
  void received(const Segment& segment) {
    if (!received_ordinary(segment)) received_any(segment);
  }
  /// It has no connection any more, and sent nothing that says so: it crashed, or gave the connection up. CLOSED.
  void forget() { *this = EndTracker(State::closed); }

  /// After the last segment sent or received; nothing while it cannot be known.
  [[nodiscard]] std::optional<State> state() const { return state_; }

 private:
  /// Each does for nearly all segments what its like for any would, at a fraction of the cost; for any other nothing,
  /// and says so: in ESTABLISHED, those that only carry data or an ACK.
  bool sent_ordinary(const Segment& segment);
  bool received_ordinary(const Segment& segment);
  void sent_any(const Segment& segment);
  void received_any(const Segment& segment);
  void move(Event event);
  void enter_unseen(State state) { state_ = state; }
  void sent_reset(const Segment& segment);
  void count_sent(const Segment& segment);
  [[nodiscard]] static bool is_behind_unseen(const Segment& reset, SeqNum next);
  void prove_receipt(const Segment& segment);
  void received_by_listener(const Segment& segment);
  void received_in_syn_sent(const Segment& segment);
  void received_synchronized(const Segment& segment);
  void process_ack_and_fin(const Segment& segment, bool fin_reached);
  void begin_receiving(const Segment& syn);
  void take_in(const Segment& segment);
  void receive_up_to(SeqNum end);
  [[nodiscard]] bool is_beyond_handshake(const Segment& segment) const;
  [[nodiscard]] bool acknowledges_syn(const Segment& segment) const;
  [[nodiscard]] bool acknowledges_fin(const Segment& segment) const;
  [[nodiscard]] bool peer_fin_reached() const;

  std::optional<State> state_;
  bool passive_ = false;              ///< it came to SYN-RECEIVED from LISTEN
  bool syn_had_data_ = false;         ///< the peer's
  bool heard_more_ = false;           ///< than a SYN of the peer
  std::optional<SeqNum> syn_number_;  ///< of our SYN
  std::optional<SeqNum> fin_number_;  ///< of our FIN
  std::optional<SeqNum> snd_nxt_;     ///< behind all that we sent
  std::optional<SeqNum> rcv_nxt_;     ///< behind all that we received without a gap
  std::optional<SeqNum> peer_fin_;    ///< the number of the peer's FIN, received though perhaps not reached
  std::vector<std::pair<SeqNum, SeqNum>>
      beyond_gap_;  ///< received ahead of rcv_nxt_: [first, end), merged and in order
};

/// It acknowledges nothing but what had come.
inline bool EndTracker::sent_ordinary(const Segment& segment) {
  const bool is_settled = state_ == State::established && rcv_nxt_ && snd_nxt_;
  if (!is_settled || !is_plain_ack(segment.flags) || segment.ack > *rcv_nxt_) return false;
  snd_nxt_ = std::max(*snd_nxt_, segment.seq + segment.length);
  return true;
}

/// There is no gap before it, nor behind it.
inline bool EndTracker::received_ordinary(const Segment& segment) {
  const bool is_settled = state_ == State::established && rcv_nxt_ && !peer_fin_ && beyond_gap_.empty();
  if (!is_settled || !is_plain_ack(segment.flags) || segment.seq > *rcv_nxt_) return false;
  heard_more_ = true;
  rcv_nxt_ = std::max(*rcv_nxt_, segment.seq + segment.length);
  return true;
}

}  // namespace tcplab
