// What Zeek would call a connection: its conn_state and its history, followed segment by segment.
// It is another's opinion, for comparison; what we say ourselves is in verdict.hpp. Zeek's timers, which forget a
// connection or split it in two, are not followed: the caller says where a connection begins and ends.
// https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tcp/segment.hpp"
#include "tcp/select.hpp"
#include "tcp/zeek_history.hpp"

namespace tcplab {

class ZeekRecord {
 public:
  /// Zeek's originator is the end that sent the first segment, if that is a SYN without ACK. Else it is `originator`,
  /// and where the other end sent the first, Zeek writes ^: it took the ends for the other way round by their ports.
  /// See zeek_roles.hpp.
  explicit ZeekRecord(End originator = End::client) { of(originator).is_originator = true; }

  /// Takes in the next TCP segment as captured. Zeek passes over one whose checksum is bad, and says so; over one whose
  /// header is not whole without a word. Where it begins another connection
  /// with a SYN that to the caller is of this one, this record tells of what was before.
  void saw(const SegmentHeader& segment, bool has_bad_checksum = false) {
    if (!has_bad_checksum && (saw_ordinary(segment) || saw_opening(segment))) return;
    saw_any(segment, has_bad_checksum);
  }
  /// The same, without the short ways that saw() has for most segments.
  void saw_any(const SegmentHeader& segment, bool has_bad_checksum = false);
  /// The client turns out to be the server. Who is the originator stays as it is.
  void swap_ends();

  /// "SF", "S0" and so on.
  [[nodiscard]] std::string_view conn_state() const;
  [[nodiscard]] std::string history() const { return history_.text(); }
  /// The same, written to where there is room for history_room() letters; says where it ends.
  char* write_history(char* at) const { return history_.write(at); }
  [[nodiscard]] std::size_t history_room() const { return history_.room(); }
  [[nodiscard]] End originator() const { return of(End::client).is_originator ? End::client : End::server; }

 private:
  /// What Zeek knows of an end's state. It is coarser than RFC 9293's: "partial" has sent something, but no SYN.
  enum class State : std::uint8_t { inactive, syn_sent, syn_ack_sent, partial, established, closed, reset };

  struct Side {
    SeqNum start, last;  ///< its SYN's number, seen or inferred; the number behind the last it sent
    SeqNum fin;          ///< of its latest FIN; of its latest RST, while it has sent no FIN
    SeqNum edge;         ///< behind the data that was seen without a hole
    State state = State::inactive, previous = State::inactive;
    std::uint8_t written = 0;  ///< the letters that it has, by the bits below
    bool is_originator : 1 = false, was_seen : 1 = false, has_hole : 1 = false;
    bool is_partial : 1 = false;  ///< of the originator: speaks for the connection
    bool is_long : 1 = false;     ///< it has sent so much that a number before `start` may be a later one
    // What saw_ordinary() goes by.
    bool may_acknowledge : 1 = false;  ///< both ends have opened
    bool may_send_data : 1 = false;    ///< and it has neither closed nor left a hole
    bool is_fin_seen : 1 = false;      ///< the FIN stands where its data ends: all that is acknowledged was seen

    void enter(State next);
    void begin(SeqNum first, SeqNum end);
    /// Whether a gap behind its data would be one in the connection, and not of its opening or breaking off.
    [[nodiscard]] bool is_clean() const;
    [[nodiscard]] bool has_sent_data() const;
  };
  enum Letter : std::uint8_t {
    syn_letter = 1,
    fin_letter = 2,
    rst_letter = 4,
    data_letter = 8,
    ack_letter = 16,
    inconsistent_letter = 32,
    multi_flag_letter = 64,
    replaced_mark = 128  ///< no letter: another connection has begun to Zeek
  };

  [[nodiscard]] Side& of(End end) { return sides_[index_of(end)]; }
  [[nodiscard]] const Side& of(End end) const { return sides_[index_of(end)]; }
  /// Does for nearly all segments what saw_any() would, at a fraction of the cost; for any other nothing, and says so:
  /// those without SYN and RST that come in order between ends that have both opened, and tell of no hole.
  bool saw_ordinary(const SegmentHeader& segment);
  /// The same for the SYN that a connection begins with, and the SYN,ACK that answers it.
  bool saw_opening(const SegmentHeader& segment);
  bool take_first_fin(const SegmentHeader& segment);
  void set_fin(End end, SeqNum number);
  [[nodiscard]] SeqNum& rst(End end);
  void note_ordinary(End end);
  void swap_roles();
  [[nodiscard]] bool replaces(const SegmentHeader& segment) const;
  void settle_originator(const SegmentHeader& segment);
  void settle_syn_ack(const SegmentHeader& segment);
  void note_partial(const SegmentHeader& segment);
  void place_start(const SegmentHeader& segment);
  void begin_again(const SegmentHeader& syn);
  void write_letters(const SegmentHeader& segment);
  void write_syn(const SegmentHeader& segment);
  void write(Side& side, Letter letter, char lower);
  void write_once(Side& side, Letter letter, char lower);
  void note_window(const SegmentHeader& segment);
  void advance_last(const SegmentHeader& segment);
  void advance_states(const SegmentHeader& segment, bool syn_was_expected);
  void first_sent(const SegmentHeader& segment, bool syn_was_expected);
  void answered_syn(const SegmentHeader& segment, bool syn_was_expected);
  void turn_round();
  void acknowledged(End end, SeqNum number);
  void data_came(const SegmentHeader& segment);
  void join_islands(End end);

  std::array<Side, 2> sides_;
  ZeekHistory history_;
};

inline bool ZeekRecord::saw_ordinary(const SegmentHeader& segment) {
  Side &side = of(segment.from), &peer = of(peer_of(segment.from));
  const bool has_data = segment.length > 0;
  const bool has_fin = segment.has(TcpFlags::fin), is_bare = !(has_data | has_fin);
  const bool may_send =
      (!is_bare & side.may_send_data & (segment.length < 1U << 30U)) | (is_bare & side.may_acknowledge);
  const bool acknowledges_unseen = segment.ack > peer.edge, is_in_order = segment.seq == side.last;
  const bool is_of_seen = peer.is_fin_seen | (((peer.written & fin_letter) == 0) & !acknowledges_unseen);
  if (!(is_ack_or_fin(segment.flags) & may_send & is_of_seen & is_in_order & segment.has_whole_header &
        (segment.window != 0)))
    return false;
  if (has_fin) [[unlikely]]
    return take_first_fin(segment);
  static_assert(data_letter << 1U == ack_letter);
  const auto letter = static_cast<Letter>(data_letter << static_cast<unsigned>(!has_data));
  if ((side.written & letter) == 0) [[unlikely]]
    write(side, letter, has_data ? 'd' : 'a');
  side.last = segment.seq + segment.length;
  side.edge = select(has_data, side.last, side.edge);
  if (side.last - side.start > 1 << 30) [[unlikely]] {
    side.is_long = true;
    side.may_send_data = false;
  }
  return true;
}
static_assert(sizeof(ZeekRecord) <= 48, "it is kept for every open connection");

}  // namespace tcplab
