// A connection followed segment by segment, as one point sees it: how it opened, how it ended, what was sent again, and
// why it was reset. It is what every verdict rests on, of a lab's ladder as of a line of `tcplab flows`.
// It keeps no segments: its room is the same for ten of them and ten million, but for holes in the numbers.
// RFC 9293 sections 3.4, 3.5, 3.6 and 3.10.7.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tcp/ending.hpp"
#include "tcp/segment.hpp"
#include "tcp/select.hpp"

namespace tcplab {

class Flow {
 public:
  Flow() = default;
  Flow(const Flow& other);
  Flow& operator=(const Flow& other);
  Flow(Flow&&) noexcept = default;
  Flow& operator=(Flow&&) noexcept = default;
  ~Flow() = default;

  /// What one segment was to the connection. Copied as one word.
  struct alignas(4) Notes {
    bool client_syn : 1 = false;      ///< the first SYN of the client
    bool server_syn : 1 = false;      ///< the first SYN of the server, with or without ACK
    bool completes : 1 = false;       ///< the first to acknowledge the server's SYN
    bool first_fin : 1 = false;       ///< the first FIN of who closed first
    bool second_fin : 1 = false;      ///< the first FIN of the other end
    bool acks_first_fin : 1 = false;  ///< the first to acknowledge it
    bool acks_second_fin : 1 = false;
    bool is_reset : 1 = false;  ///< the RST that ended it, unless a later segment takes that back
    bool takes_reset_back : 1 = false;
    bool foreign_syn : 1 = false;    ///< a SYN that is not this connection's own: old, forged, or of an end that forgot
    bool stray_reset : 1 = false;    ///< an RST that ends nothing: not the number expected (RFC 5961 section 3)
    bool challenge : 1 = false;      ///< the ACK with which an end answers such a SYN or RST (RFC 5961)
    bool duplicate_ack : 1 = false;  ///< acknowledges nothing new, while something is outstanding (RFC 5681 section 2)
    bool after_hole : 1 = false;     ///< numbers before it were not seen yet
    bool recorded_late : 1 = false;  ///< behind its own acknowledgment: wire_order.hpp tells
    bool ignored : 1 = false;        ///< it came, and the server took no notice of it: ignored.hpp tells
    bool sent_once : 1 = false;      ///< a copy, as the capture of its sender's end has it once: both_ends.hpp tells
    SentAgain again = SentAgain::no;

    friend bool operator==(const Notes&, const Notes&) = default;
  };

  /// Takes in the next segment of this connection. Others than TCP segments are passed over. `before`: when the one
  /// before it was captured, from either end, if there was one.
  Notes saw(const SegmentHeader& segment, Timestamp time, Timestamp before) {
    Notes notes;
    return saw_ordinary(segment, time, notes) || saw_opening(segment, time, notes) ? notes
                                                                                   : saw_any(segment, time, before);
  }
  /// The same of a segment with its options: what SACK blocks and partial acknowledgments ask for tells why something
  /// is sent again, of which saw() of a header knows less.
  Notes saw(const Segment& segment, Timestamp time, Timestamp before);
  /// The same as saw() of a socket that hears itself, by with_itself.hpp: the other end, which it is as well, sends
  /// what it sends, from its SYN on. It counts as sent by one.
  template <typename AnySegment>
  Notes saw_from_both(const AnySegment& segment, Timestamp time, Timestamp before) {
    AnySegment others = segment;
    others.from = peer_of(segment.from);
    Notes of_asked;
    if (!iss(others.from)) {
      AnySegment asked = others;
      asked.flags = TcpFlags::syn;
      of_asked = saw(asked, time, before);
    }
    Notes notes = joined(saw(segment, time, before), of_asked);
    if (!is_plain_syn(segment.flags) && !segment.has(TcpFlags::rst)) notes = joined(notes, saw(others, time, time));
    take_for_one(segment.from);
    return notes;
  }
  /// The same, without the short ways that saw() has for most segments.
  Notes saw_any(const SegmentHeader& segment, Timestamp time, Timestamp before);
  /// Whether it is a SYN of another number than its sender began with, which saw() will take for not this connection's.
  [[nodiscard]] bool is_foreign_syn(const SegmentHeader& segment) const;
  /// The client turns out to be the server.
  void swap_ends();
  /// Who is the client was told by the ports alone: no SYN was seen.
  void set_client_is_guess() { bits_.client_is_guess = true; }

  [[nodiscard]] Opening opening() const;
  [[nodiscard]] Ending ending() const;
  [[nodiscard]] std::optional<End> closed_first() const;
  /// Who went to TIME-WAIT and was not taken out of it by an RST.
  [[nodiscard]] bool in_time_wait(End end) const;
  struct Reset {
    End by = End::client;
    ResetCause cause = ResetCause::linger_or_unread_data;
    std::uint16_t evidence = 0;  ///< bits of ResetEvidence
    bool after_close = false;    ///< both directions had already ended in order
  };
  [[nodiscard]] std::optional<Reset> reset() const;
  [[nodiscard]] Certainty certainty() const;

  [[nodiscard]] std::uint64_t segments(End end) const { return of(end).segments; }
  [[nodiscard]] std::uint64_t bytes(End end) const { return of(end).bytes; }  ///< of data, again when sent again
  [[nodiscard]] std::uint64_t retransmissions(End end) const {
    return rare_ ? rare_->retransmissions[index_of(end)] : 0;
  }
  /// The number of its SYN, or one less than the first number known of it; nothing while none is.
  [[nodiscard]] std::optional<SeqNum> iss(End end) const {
    const Side& side = of(end);
    return side.has_iss ? std::optional(side.iss) : std::nullopt;
  }

  /// Segments without a SYN may tell what number an end began with: there were several SYNs, and one of them counts.
  [[nodiscard]] bool may_choose_iss() const {
    return rare_ && (rare_->is_other_answered || rare_->earlier_answers[0] || rare_->earlier_answers[1]);
  }

  /// An RST ended it, or both ends have sent a FIN.
  [[nodiscard]] bool is_over() const {
    const unsigned one_closed = sides_[0].sent_fin, other_closed = sides_[1].sent_fin, was_reset = bits_.was_reset;
    return ((one_closed & other_closed) | was_reset) != 0;  // no branch: it is asked of every segment
  }
  /// It has sent SYNs, and neither a SYN,ACK nor anything behind it.
  [[nodiscard]] bool is_opening(End end) const { return of(end).is_opening(); }
  /// It got beyond SYNs and RSTs.
  [[nodiscard]] bool spoke() const { return of(End::client).spoke || of(End::server).spoke; }
  /// A SYN,ACK was seen.
  [[nodiscard]] bool accepted() const { return of(End::client).sent_syn_ack || of(End::server).sent_syn_ack; }

 private:
  struct Side {
    std::uint64_t bytes : 48 = 0;
    std::uint64_t window : 16 = 0;  ///< latest, not scaled
    SeqNum iss;                     ///< seen in a SYN, or inferred
    SeqNum next;                    ///< behind the last it sent; stays behind its FIN
    SeqNum acked;                   ///< the highest it acknowledged
    std::uint32_t segments = 0;
    std::uint16_t ip_identification = 0;  ///< of its latest, cut to 16 bits; 0: none
    std::uint8_t hop_limit = 0;           ///< of its first segment but RSTs
    // What each segment writes has bytes of its own: a byte that is read together with its neighbours, right after it
    // was written alone, has to be waited for.
    std::uint8_t duplicate_acks = 0;  ///< in a row, up to 3
    std::uint8_t unanswered = 0;      ///< times it sent again since the peer was heard, up to 3
    std::uint8_t latest = 0;          ///< mark() of its latest segment
    bool spoke : 1 = false;           ///< sent neither a SYN nor an RST
    bool has_acked : 1 = false;
    bool sent_data : 1 = false;
    bool completed : 1 = false;            ///< acknowledged the peer's SYN with what is no SYN itself
    bool is_open : 1 = false;              ///< both ends were seen, no RST counts, and the latest segment was not stray
    bool has_identifications : 1 = false;  ///< its packets' IP identifications are not all the same
    bool hop_limit_varies : 1 = false;     ///< by more than other routes to one host do
    bool reset_is_low : 1 = false;         ///< the number of the RST that it sent is below `next`
    /// It has only asked for a connection: SYN-SENT.
    [[nodiscard]] bool is_opening() const { return sent_plain_syn && !spoke && !sent_syn_ack; }
    /// It is known to have got beyond that, by what the capture has not.
    void note_gone_on() { spoke = completed = true; }
    /// Nothing is there in which it acknowledges anything.
    [[nodiscard]] bool is_silent() const { return !was_seen || (completed && !has_acked); }
    bool : 0;
    bool was_seen : 1 = false;  ///< anything but an RST
    bool has_iss : 1 = false;
    bool sent_syn_ack : 1 = false;
    bool sent_fin : 1 = false;
    bool fin_acked : 1 = false;
    bool fin_had_data : 1 = false;
    bool sent_syn : 1 = false;  ///< a SYN, with or without ACK
    bool sent_plain_syn : 1 = false;
  };
  struct Bits {
    static constexpr unsigned evidence_width = 14;
    static_assert(bit(ResetEvidence::in_burst) < 1U << evidence_width, "the highest of them");
    void set_evidence(unsigned bits) { evidence = bits & ((1U << evidence_width) - 1); }
    // Of one type: for Windows, compilers put only such fields into one word.
    std::uint16_t evidence : evidence_width = 0;  ///< bits of ResetEvidence
    std::uint16_t client_syn_had_data : 1 = 0;
    std::uint16_t server_syn_had_data : 1 = 0;
    ResetCause cause : 4 = ResetCause::linger_or_unread_data;
    bool was_reset : 1 = false;
    bool reset_after_close : 1 = false;
    End reset_by : 1 = End::client;
    End first_to_close : 1 = End::client;
    bool second_fin_acks_first : 1 = false;
    bool fin_and_ack_in_one : 1 = false;  ///< the second FIN was the first to acknowledge the first
    bool spoke_after_fin : 1 = false;     ///< the second to close sent new data when it had acknowledged the first FIN
    bool early_data_acked : 1 = false;    ///< by the SYN,ACK: data of the SYN
    bool went_on : 1 = false;             ///< who was reset sent something new after the RST
    bool client_is_guess : 1 = false;
    End last_from : 1 = End::client;
    bool last_was_stray : 1 = false;  ///< the latest segment is a SYN or RST that is due a challenge ACK
  };
  /// What few connections need.
  struct Rare {
    struct Hole {
      SeqNum first, end;
      Timestamp since;
      bool is_told = false;  ///< by an acknowledgment, not by later numbers
    };
    struct Repetition {
      SegmentHeader segment;
      Timestamp time;
      std::uint16_t identification_before = 0;  ///< of its sender's latest packet then
    };
    /// How an end learns of losses of what it sent. RFC 6675 section 5, RFC 6582 section 3.2, RFC 8985 section 6.2.
    struct Recovery {
      bool by_sack = false;               ///< its peer has told of one by SACK
      bool has_new_sack = false;          ///< the peer's latest segment tells by SACK of other than the one before it
      bool tells_only_twice = false;      ///< it tells by SACK of nothing but what came twice (RFC 2883)
      bool is_timed_out = false;          ///< what it sends again is due to its timer
      std::uint32_t sack_mark = 0;        ///< of the SACK blocks in the peer's latest segment; 0: none
      SeqNum timed_out_until;             ///< so long as this is not acknowledged
      std::optional<Timestamp> too_big;   ///< when ICMP said so last of what it had sent, or that was sent again last
      SeqNum too_big_until;               ///< what that may be about ends here
      std::optional<Timestamp> told;      ///< when the peer told of a loss last, or what it had told of was mended
      std::optional<Timestamp> repeated;  ///< when the peer's latest duplicate acknowledgment came
    };
    /// Of a segment that was captured whole, what its pieces have not brought yet.
    struct Cut {
      SeqNum next, end;
      Timestamp time;                    ///< of the latest piece
      std::uint16_t identification = 0;  ///< of the whole
      End from = End::client;
    };
    std::optional<Cut> cut;                  ///< the latest
    std::array<std::vector<Hole>, 2> holes;  ///< numbers below Side::next that were not seen, the oldest hole first
    std::array<std::uint32_t, 2> retransmissions{};
    std::array<std::optional<Repetition>, 2> latest_again;  ///< the latest of each end that was sent again, or late
    std::array<std::optional<SeqNum>, 2> earlier_answers;   ///< numbers of SYN,ACKs before the one that counts yet
    std::vector<Recovery> recoveries;                       ///< of client and server, once there was one
    std::optional<SeqNum> first_fin_acks;                   ///< where that was not seen then
    bool first_fin_tells = false;                           ///< no segment before it has acknowledged that
    bool is_other_answered = false;  ///< a SYN,ACK acknowledged another number than that of the peer's latest SYN
  };

  /// What the first was, and what the second, which is the same of the other end, decides.
  static Notes joined(Notes notes, const Notes& others);
  void take_for_one(End sender);

  [[nodiscard]] Side& of(End end) { return sides_[index_of(end)]; }
  [[nodiscard]] const Side& of(End end) const { return sides_[index_of(end)]; }
  Rare& rare();

  /// Does for nearly all segments what saw_any() would, at a fraction of the cost; for any other nothing, and says so:
  /// those without SYN and RST that come in order, and tell nothing but that data or the first FIN came or something
  /// new is acknowledged. With hardly a branch: the segments of many connections alternate as no processor foresees.
  bool saw_ordinary(const SegmentHeader& segment, Timestamp time, Notes& notes);
  /// The same for the SYN that a connection begins with, and the SYN,ACK that answers it.
  bool saw_opening(const SegmentHeader& segment, Timestamp time, Notes& notes);
  void note_syn(const SegmentHeader& segment, Timestamp time, Notes& notes);
  void note_late_answer(const SegmentHeader& answer);
  void note_fin(const SegmentHeader& segment, Notes& notes);
  void note_unseen_before_fin(const SegmentHeader& fin_segment);
  void choose_answer(const SegmentHeader& segment);
  void note_acknowledgment(const SegmentHeader& segment, Timestamp time, Notes& notes);
  void note_fin_acknowledged(const SegmentHeader& segment, Notes& notes);
  void note_completion(const SegmentHeader& segment, Timestamp time, Notes& notes);
  [[nodiscard]] bool acknowledges_unseen_of_opening(const SegmentHeader& segment) const;
  void acknowledge_unseen(const SegmentHeader& segment, Timestamp time);
  std::optional<Rare::Hole> fill_hole(const SegmentHeader& segment);
  void add_hole(End end, SeqNum hole_end, Timestamp time, bool is_told);
  void note_numbers(const SegmentHeader& segment, Timestamp time, Timestamp before, Notes& notes);
  [[nodiscard]] bool is_copy_of_ack(const SegmentHeader& segment, Timestamp time, Timestamp before) const;
  [[nodiscard]] bool is_copy(const SegmentHeader& segment, Timestamp time, Timestamp before) const;
  bool is_piece_of_latest(const SegmentHeader& segment, Timestamp time, Timestamp before);
  [[nodiscard]] bool has_identification_of_latest(const SegmentHeader& segment) const {
    return static_cast<std::uint16_t>(segment.ip_identification) == of(segment.from).ip_identification;
  }
  /// How many numbers a segment consumes, cut to seven bits, and above them whether it ends at its sender's `next`: by
  /// that a copy is known.
  static std::uint8_t mark(std::uint32_t sequence_length, bool ends_at_next) {
    return static_cast<std::uint8_t>((sequence_length & 0x7fU) | (ends_at_next ? 0x80U : 0U));
  }
  static void note_latest(Side& side, const SegmentHeader& segment, std::uint8_t mark) {
    const auto identification = static_cast<std::uint16_t>(segment.ip_identification);
    side.has_identifications |= (side.ip_identification != 0) & (identification != side.ip_identification);
    side.ip_identification = identification;
    side.latest = mark;
    if (is_another_route(side.hop_limit, segment.hop_limit)) [[unlikely]]
      side.hop_limit_varies = true;
  }
  /// Routes to one host differ by so many routers at most, while it is one host.
  static bool is_another_route(unsigned one, unsigned other) { return one - other + 2 > 4; }
  [[nodiscard]] bool has_telling_identification(const SegmentHeader& segment) const;
  [[nodiscard]] bool is_behind_latest(const SegmentHeader& segment) const;
  [[nodiscard]] bool is_next_of_latest(const SegmentHeader& segment) const;
  [[nodiscard]] bool is_older_packet(const SegmentHeader& segment, Timestamp time, Timestamp before) const;
  [[nodiscard]] bool is_before_all_seen(const SegmentHeader& segment) const;
  [[nodiscard]] SentAgain classify(const SegmentHeader& segment, Timestamp time, Timestamp before);
  [[nodiscard]] SentAgain classify_old(const SegmentHeader& segment, Timestamp time, Timestamp before);
  bool begin_numbers(const SegmentHeader& segment);
  [[nodiscard]] SentAgain retransmission(const SegmentHeader& segment, Timestamp time, Timestamp before,
                                         bool fills_hole) const;
  [[nodiscard]] bool answers_syn_again(const SegmentHeader& segment, Timestamp time, Timestamp before) const;
  [[nodiscard]] bool is_refused_early(const SegmentHeader& segment, Timestamp time, Timestamp before) const;
  void hear(const Segment& segment, Timestamp time);
  void hear_error(const SegmentHeader& error, Timestamp time);
  /// So much later is seen, at the latest, what an end does at once upon a segment: at that segment's sender, after a
  /// round trip.
  [[nodiscard]] std::chrono::microseconds longest_reaction() const;
  Rare::Recovery& recovery(End end);
  [[nodiscard]] const Rare::Recovery* recovery_of(End end) const {
    return rare_ && !rare_->recoveries.empty() ? &rare_->recoveries[index_of(end)] : nullptr;
  }
  [[nodiscard]] bool has_new_sack(End from) const {
    const Rare::Recovery* const recovery = recovery_of(peer_of(from));
    return recovery != nullptr && recovery->has_new_sack;
  }
  [[nodiscard]] bool tells_only_twice(End from) const {
    const Rare::Recovery* const recovery = recovery_of(peer_of(from));
    return recovery != nullptr && recovery->tells_only_twice;
  }
  void count_again(const SegmentHeader& segment, SentAgain again);
  /// Whether the RST that was taken had another number than the peer expects.
  [[nodiscard]] bool is_reset_doubtful() const {
    return bits_.was_reset && (bits_.evidence & bit(ResetEvidence::number_not_expected)) != 0;
  }
  void note_reset(const SegmentHeader& segment, Timestamp time, Timestamp before, Notes& notes);
  [[nodiscard]] bool is_of_burst(const SegmentHeader& reset, Timestamp time, Timestamp before) const;
  void note_unseen_before_reset(const SegmentHeader& reset, Timestamp time);
  [[nodiscard]] bool could_end_it(const SegmentHeader& reset) const;
  [[nodiscard]] std::uint16_t evidence_of(const SegmentHeader& reset, bool comes_at_once) const;
  [[nodiscard]] ResetCause cause_of(const SegmentHeader& reset, std::uint16_t evidence) const;
  void doubt_reset(const SegmentHeader& segment, bool repeats_ack, bool comes_at_once, Notes& notes);
  [[nodiscard]] bool is_simultaneous_close() const;
  [[nodiscard]] bool has_ended_in_order() const { return sides_[0].fin_acked && sides_[1].fin_acked; }

  std::array<Side, 2> sides_;
  std::uint32_t round_trip_us_ = 0;  ///< in microseconds; 0: not known. Until the handshake's end: when the SYN came
  Bits bits_;
  std::unique_ptr<Rare> rare_;
};
inline bool Flow::saw_ordinary(const SegmentHeader& segment, Timestamp time, Notes& notes) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool has_data = segment.length > 0;
  const bool is_news = !side.has_acked | (segment.ack > side.acked);
  const bool is_in_order = segment.seq == side.next, acknowledges_unseen = segment.ack > peer.next;
  const bool is_expected = is_in_order & !acknowledges_unseen;
  const bool has_fin = segment.has(TcpFlags::fin), is_bare = !(has_data | has_fin);
  const bool tells = (!is_bare & !side.sent_fin) | (is_bare & is_news);
  const bool is_probe = (segment.length == 1) & (peer.window == 0);
  const bool is_tcp = segment.protocol == Protocol::tcp;
  if (!(is_ack_or_fin(segment.flags) & side.is_open & is_expected & tells & !is_probe & is_tcp)) return false;
  if (has_fin) [[unlikely]]
    note_fin(segment, notes);
  if (!side.completed) {
    choose_answer(segment);
    note_completion(segment, time, notes);
  }
  if (peer.sent_fin) note_fin_acknowledged(segment, notes);
  ++side.segments;
  side.bytes += segment.length;
  side.next = segment.seq + segment.length + static_cast<std::uint32_t>(has_fin);
  side.acked = select(is_news, segment.ack, side.acked);
  side.duplicate_acks = static_cast<std::uint8_t>(select(is_news, 0, side.duplicate_acks));
  side.sent_data |= has_data;
  side.spoke = true;
  side.has_acked = true;
  side.window = segment.window;
  note_latest(side, segment, mark(segment.length + static_cast<std::uint32_t>(has_fin), true));
  peer.unanswered = 0;
  bits_.last_from = segment.from;
  return true;
}
static_assert(sizeof(Flow) <= 80, "it is kept for every open connection");

}  // namespace tcplab
