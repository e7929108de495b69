// A ladder's rows in sentences: what each segment is, why it has its numbers, what causes it, which states follow.
// It says of a connection what the ladder and the verdict hold; it infers nothing of its own.
// RFC 9293 sections 3.4 to 3.10.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/analysis.hpp"
#include "report/prose.hpp"
#include "tcp/quotes.hpp"

namespace tcplab {

/// Walks a connection's rows from the first to the last. What it has told once it tells shorter the next time.
class RowProse {
 public:
  /// The analysis must outlive it.
  RowProse(const Analysis& analysis, Language language);

  /// Puts the sentences on the next row behind those in `text`.
  void append_next(LineBuffer& text);

 private:
  /// Numbers that an end sent, and the row that shows them.
  struct Sent {
    std::int64_t first = 0, end = 0;                  ///< end: the number behind them
    std::int64_t first_of_data = 0, end_of_data = 0;  ///< without those of SYN and FIN
    std::size_t row = 0;                              ///< from 1
    /// It has some of the same data, or the SYN too.
    [[nodiscard]] bool shares(const Sent& other) const {
      const bool both_syn = first < first_of_data && other.first < other.first_of_data;
      return both_syn || std::max(first_of_data, other.first_of_data) < std::min(end_of_data, other.end_of_data);
    }
  };
  struct Side {
    std::optional<State> state;
    std::vector<Sent> sent;                ///< for the first time, by their ends
    std::size_t acknowledged = 0;          ///< so many of `sent`
    std::vector<Sent> sent_instead;        ///< of what was turned away
    std::size_t instead_acknowledged = 0;  ///< so many of `sent_instead`
    std::optional<std::int64_t> ack;       ///< the highest it said
    std::optional<std::uint32_t> window;   ///< as it stood last, but in a SYN
    std::optional<std::uint8_t> window_shift;
    bool sent_syn = false;
    unsigned duplicate_acks = 0;
    std::optional<std::size_t> syn_row, syn_ack_row, fin_row, asked_row, strange_row, reset_row;
    std::size_t syn_again_row = 0;    ///< of the latest SYN that it sent again
    std::size_t latest_row = 0;       ///< that is no RST
    std::optional<Sent> again;        ///< what it sent again, if that was its latest
    std::int64_t fin_end = 0;         ///< the number behind its FIN
    SentAgain asked = SentAgain::no;  ///< in asked_row: a keep-alive or a window probe
    std::string_view last_call;       ///< as recorded; empty: none
  };
  /// The row under consideration.
  struct Now {
    const Row& row;
    const Segment& segment;
    Flow::Notes notes;
    std::size_t number;  ///< of the row
    std::int64_t first, ack;
    std::array<std::size_t, 5> acknowledged_rows{};  ///< the first few that it acknowledges anew
    std::size_t acknowledged_count = 0;              ///< of those
    bool acknowledges_more = false;
    [[nodiscard]] std::span<const std::size_t> newly_acknowledged() const {
      return std::span(acknowledged_rows).first(acknowledged_count);
    }
  };

  /// One side is both ends of a connection with itself.
  [[nodiscard]] Side& of(End end) { return sides_[is_with_itself_ ? 0 : index_of(end)]; }
  [[nodiscard]] const Side& of(End end) const { return sides_[is_with_itself_ ? 0 : index_of(end)]; }
  bool is_first(Phrase phrase);
  void say(Phrase phrase, const Now& now, Fillings fillings = {}) {
    prose_.say(*text_, phrase, now.row.from, fillings);
  }

  void note_calls(const Row& row);
  void note_acknowledgment(Now& now);
  void tell_segment(Now& now);
  void tell_flags_and_options(const Now& now);
  void tell_way(const Now& now);
  void tell_ignored(const Now& now);
  void tell_states(const Now& now);
  void tell_state(const Now& now, End end, State next);
  void tell_meaning(End end, State state);
  void tell_wireshark(const Now& now);
  void tell_other(const Now& now);
  void tell_error(const Now& now);
  void tell_quote(const Now& now);

  [[nodiscard]] bool opened_crossing() const;
  void tell_syn(const Now& now);
  void tell_options(const Now& now);
  void tell_reset(const Now& now);
  bool tell_reset_behind_fin(const Now& now);
  void tell_failing_call(const Now& now);
  [[nodiscard]] bool has_telling_identification(const Now& now);
  void tell_again(const Now& now);
  void tell_fin(const Now& now);
  void tell_data(const Now& now);
  void tell_ack_too(const Now& now);
  void tell_bare_ack(const Now& now);
  void tell_ack_of_part(const Now& now);
  void tell_unmoved_ack(const Now& now);
  void tell_sack(const Now& now);
  void tell_congestion(const Now& now);
  void replace_lost(const Now& now);
  void note_sent_instead(const Now& now);
  [[nodiscard]] bool was_turned_away(std::size_t row) const;
  void remember(const Now& now);

  [[nodiscard]] Words what(const Now& now) const;
  [[nodiscard]] bool brings_fin(const Now& now) const;
  [[nodiscard]] Words window_words(const Now& now);
  [[nodiscard]] bool is_overtaken_ack(const Now& now) const;
  [[nodiscard]] bool has_end_of_file(const Now& now) const;
  [[nodiscard]] std::chrono::nanoseconds time_since(std::size_t row, const Now& now) const;
  [[nodiscard]] Phrase phrase_of_timeout(const Now& now, std::chrono::nanoseconds later);
  [[nodiscard]] std::string cause_of_fin(const Now& now);
  [[nodiscard]] Phrase phrase_of_copy(const Now& now);
  [[nodiscard]] static Sent sent_in(const Now& now);
  [[nodiscard]] std::span<Sent> first_sent(const Now& now);
  [[nodiscard]] std::vector<std::size_t> rows_again(const Now& now);
  [[nodiscard]] std::size_t row_of_packet(const Now& now) const;
  void tell_copy(const Now& now);
  void note_sent(const Now& now);

  const Analysis& analysis_;
  const bool is_with_itself_;
  Prose prose_;
  std::array<Side, 2> sides_;
  std::bitset<phrase_count> told_;
  std::vector<std::size_t> row_of_;  ///< of each segment, where it departs; 0: not yet
  std::vector<bool> arrives_later_;  ///< of each segment that departs: a later row shows its arrival
  std::array<std::optional<bool>, 2> has_telling_identifications_;  ///< once it was asked
  const Quotes quotes_;
  std::map<std::size_t, std::size_t> row_of_error_;  ///< of each ICMP error
  std::vector<std::uint32_t> wireshark_;             ///< of each segment: the bits of WiresharkOpinion
  LineBuffer* text_ = nullptr;
  LineBuffer options_;                   ///< clauses on those of a SYN
  std::size_t next_ = 0, last_row_ = 0;  ///< last_row_: of the TCP segment before, as a number from 1
  bool accurate_ecn_ = false;
};

/// What a segment's flags mean to Wireshark, as its packet list shows them: "[TCP Dup ACK]".
std::vector<std::uint32_t> wireshark_flags_of(const Connection& connection);
std::string wireshark_names(std::uint32_t flags);

}  // namespace tcplab
