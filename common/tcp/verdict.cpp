#include "tcp/verdict.hpp"

#include <algorithm>

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

std::size_t index(End end) {
  return static_cast<std::size_t>(end);
}

/// The numbers that an end has sent, to tell what is new from what is sent again.
class SentNumbers {
 public:
  /// Whether all of the segment's numbers had been sent before; takes note of it.
  bool sends_again(const Segment& segment) {
    if (segment.sequence_length() == 0) return false;
    const SeqNum first = segment.seq, end = segment.sequence_end();
    const bool fills_a_hole =
        std::ranges::any_of(holes_, [&](const auto& hole) { return first < hole.second && hole.first < end; });
    std::erase_if(holes_, [&](const auto& hole) { return first <= hole.first && hole.second <= end; });
    const bool goes_on = !next_ || end > *next_;
    if (next_ && first > *next_) holes_.emplace_back(*next_, first);
    if (goes_on) next_ = end;
    // A capture may hold one packet twice; and a SYN,ACK is no repetition of the SYN that crossed with the peer's.
    const bool is_the_same_packet = segment.ip_identification != 0 && segment.ip_identification == identification_;
    const bool first_syn_ack = segment.has(syn) && segment.has(ack) && !sent_syn_ack_;
    sent_syn_ack_ = sent_syn_ack_ || first_syn_ack;
    identification_ = segment.ip_identification;
    return !goes_on && !fills_a_hole && !is_the_same_packet && !first_syn_ack;
  }

 private:
  std::optional<SeqNum> next_;
  std::vector<std::pair<SeqNum, SeqNum>> holes_;  ///< below next_, but not seen yet: the capture, or the way, reordered
  std::uint32_t identification_ = 0;
  bool sent_syn_ack_ = false;
};

/// Goes through the exchange once and notes what decides.
class Judge {
 public:
  Judge(const Connection& connection, const Exchange& exchange) : connection_(connection), exchange_(exchange) {}

  Verdict verdict() {
    std::array<std::optional<State>, 2> before = {exchange_.client, exchange_.server};
    for (const Passage& passage : exchange_.passages) {
      const std::array<std::optional<State>, 2> after = {passage.client, passage.server};
      const Segment& segment = connection_.segments[passage.segment];
      if (passage.leg != Leg::arrival)
        departs(passage.segment, segment);
      else if (!segment.departed)
        note_handshake(passage.segment, segment);  // an old duplicate: it opens something all the same
      if (segment.has(rst) && !verdict_.reset && ends_something(segment, before, after))
        note_reset(passage.segment, segment);
      if (opens_something(before, after)) verdict_.reset.reset();  // it ended an older attempt (RFC 9293 Figure 8)
      before = after;
    }
    verdict_.client = before[0];
    verdict_.server = before[1];
    verdict_.opening = opening();
    if (verdict_.fins[0])
      verdict_.closed_first = connection_.segments[*verdict_.fins[0]].from;
    else if (verdict_.reset)
      verdict_.closed_first = verdict_.reset->by;
    verdict_.ending = ending();
    return verdict_;
  }

 private:
  void departs(std::size_t number, const Segment& segment) {
    if (segment.protocol != Protocol::tcp || connection_.is_foreign_syn(segment)) return;
    note_handshake(number, segment);
    note_closing(number, segment);
    if (segment.length > 0) sent_data_[index(segment.from)] = true;
    if (!segment.has(syn) && !segment.has(rst)) spoke_beyond_syn_[index(segment.from)] = true;
    if (numbers_[index(segment.from)].sends_again(segment))
      verdict_.retransmissions[index(segment.from)].push_back(number);
    else if (segment.length > 0 && segment.from == last_to_close() && acknowledges_fin(segment, 0))
      spoke_after_fin_ = true;
  }

  void note_handshake(std::size_t number, const Segment& segment) {
    if (segment.protocol != Protocol::tcp) return;
    auto& [syn_of_client, syn_of_server, completion] = verdict_.handshake;
    const bool from_client = segment.from == End::client;
    if (is_plain_syn(segment.flags) && from_client && decides(number, syn_of_client)) syn_of_client = number;
    if (segment.has(syn) && !from_client && decides(number, syn_of_server)) syn_of_server = number;
    if (!syn_of_server || segment.has(syn) || segment.has(rst) || !from_client || !segment.has(ack)) return;
    if (segment.ack > connection_.segments[*syn_of_server].seq && decides(number, completion)) completion = number;
  }

  void note_closing(std::size_t number, const Segment& segment) {
    auto& fins = verdict_.fins;
    if (segment.has(fin)) {
      auto& place = segment.from == last_to_close() ? fins[1] : fins[0];
      if (decides(number, place)) place = number;
    }
    for (const std::size_t i : {0U, 1U}) {
      if (acknowledges_fin(segment, i) && decides(number, verdict_.fin_acks[i])) verdict_.fin_acks[i] = number;
    }
  }

  /// Whether a segment takes a place in the verdict: the first that fits, but one that was lost yields to one that was
  /// not.
  [[nodiscard]] bool decides(std::size_t number, const std::optional<std::size_t>& place) const {
    const auto is_lost = [&](std::size_t one) {
      return connection_.vantage == Vantage::both_ends && !connection_.segments[one].arrived;
    };
    return !place || (is_lost(*place) && !is_lost(number));
  }

  [[nodiscard]] std::optional<End> last_to_close() const {
    if (!verdict_.fins[0]) return std::nullopt;
    return peer_of(connection_.segments[*verdict_.fins[0]].from);
  }

  [[nodiscard]] bool acknowledges_fin(const Segment& segment, std::size_t i) const {
    if (!verdict_.fins[i]) return false;
    const Segment& closing = connection_.segments[*verdict_.fins[i]];
    return segment.from != closing.from && segment.has(ack) && segment.ack > closing.fin_number();
  }

  using States = std::array<std::optional<State>, 2>;
  /// Whether an RST took an end that had a connection, or wanted one, to where there is none.
  static bool ends_something(const Segment& segment, const States& before, const States& after) {
    const auto none = [](std::optional<State> state) { return state == State::closed || state == State::listen; };
    const std::array ends = {End::client, End::server};
    return std::ranges::any_of(ends, [&](End end) {
      const bool stray_answer = end == segment.from && before[index(end)] == State::syn_sent;
      return !stray_answer && !none(before[index(end)]) && none(after[index(end)]);
    });
  }

  static bool opens_something(const States& before, const States& after) {
    return (before[0] != State::established && after[0] == State::established) ||
           (before[1] != State::established && after[1] == State::established);
  }

  void note_reset(std::size_t number, const Segment& segment) {
    Reset reset{.by = segment.from, .segment = number};
    reset.unread_data_possible = sent_data_[index(peer_of(segment.from))];
    reset.after_close = verdict_.fin_acks[0] && verdict_.fin_acks[1];
    const bool has_closed = std::ranges::any_of(verdict_.fins, [&](const auto& closing) {
      return closing && connection_.segments[*closing].from == segment.from;
    });
    const bool answers_syn = segment.from == End::server && verdict_.handshake[0] && !verdict_.handshake[1] &&
                             !spoke_beyond_syn_[0] && !spoke_beyond_syn_[1];
    // A stack that gives up its own connection says so with RST,ACK; a bare RST answers a segment (section 3.5.2).
    if (answers_syn)
      reset.cause = ResetCause::closed_port;
    else if (!segment.has(ack))
      reset.cause = has_closed ? ResetCause::write_after_close : ResetCause::no_connection;
    verdict_.reset = reset;
  }

  [[nodiscard]] Opening opening() const {
    const auto& [syn_of_client, syn_of_server, completion] = verdict_.handshake;
    if (!syn_of_client) return Opening::before_capture;
    if (syn_of_server && !connection_.segments[*syn_of_server].has(ack)) return Opening::simultaneous;
    if (verdict_.reset && verdict_.reset->cause == ResetCause::closed_port) return Opening::refused;
    if (completion || spoke_beyond_syn_[index(End::client)]) return Opening::three_way;
    if (syn_of_server) return Opening::half_open;
    return spoke_beyond_syn_[index(End::server)] ? Opening::three_way : Opening::unanswered;
  }

  [[nodiscard]] Ending ending() const {
    if (verdict_.opening == Opening::refused) return Ending::refused;
    if (verdict_.reset && !verdict_.reset->after_close) return Ending::abort;
    if (verdict_.opening == Opening::unanswered) return Ending::unanswered;
    if (!verdict_.fins[1] || !verdict_.fin_acks[0] || !verdict_.fin_acks[1]) return Ending::open;
    const Segment &first = connection_.segments[*verdict_.fins[0]], &second = connection_.segments[*verdict_.fins[1]];
    if (!acknowledges_fin(first, 1) && !acknowledges_fin(second, 0)) return Ending::simultaneous;
    if (spoke_after_fin_) return Ending::half_close;
    if (first.length > 0 || second.length > 0) return Ending::fin_with_data;
    return verdict_.fin_acks[0] == verdict_.fins[1] ? Ending::three_segment : Ending::four_segment;
  }

  const Connection& connection_;
  const Exchange& exchange_;
  Verdict verdict_;
  std::array<SentNumbers, 2> numbers_;
  std::array<bool, 2> sent_data_{}, spoke_beyond_syn_{};
  bool spoke_after_fin_ = false;
};

}  // namespace

Verdict judge(const Connection& connection, const Exchange& exchange) {
  return Judge(connection, exchange).verdict();
}

std::string_view to_string(Opening opening) {
  constexpr std::array<std::string_view, 6> words = {"three-way",  "simultaneous", "refused",
                                                     "unanswered", "half-open",    "before-capture"};
  return words.at(static_cast<std::size_t>(opening));
}

std::string_view to_string(Ending ending) {
  constexpr std::array<std::string_view, 9> words = {"four-segment",  "three-segment", "half-close",
                                                     "fin-with-data", "simultaneous",  "abort",
                                                     "refused",       "unanswered",    "open"};
  return words.at(static_cast<std::size_t>(ending));
}

std::string_view to_string(ResetCause cause) {
  constexpr std::array<std::string_view, 4> words = {"closed-port", "write-after-close", "no-connection", "abort"};
  return words.at(static_cast<std::size_t>(cause));
}

}  // namespace tcplab
