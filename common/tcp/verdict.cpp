#include "tcp/verdict.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tcp/both_ends.hpp"
#include "tcp/reset_doubts.hpp"
#include "tcp/with_itself.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

/// Follows the connection in the order of its exchange, and notes which segments decide.
class Judge {
 public:
  Judge(const Connection& connection, const Exchange& exchange)
      : connection_(connection),
        exchange_(exchange),
        itself_{.has_one_address = connection.client == connection.server} {
    for (const Passage& passage : exchange.passages) {
      if (passage.is_ignored) ignored_.insert(passage.segment);
      if (!arrives(passage) && is_never_alone(connection.segments[passage.segment])) lost_.insert(passage.segment);
    }
    if (lost_.empty()) return;
    for (const Passage& passage : exchange.passages)
      if (arrives(passage)) lost_.erase(passage.segment);
  }

  Verdict verdict() {
    verdict_.notes.resize(connection_.segments.size());
    if (connection_.client_is_guess) flow_.set_client_is_guess();
    if (connection_.vantage == Vantage::one_point) {
      follow_capture();
    } else {
      at_ends_ = follow_at_ends(connection_);
      follow_exchange();
    }
    conclude();
    return std::move(verdict_);
  }

 private:
  static bool arrives(const Passage& passage) { return passage.leg == Leg::whole || passage.leg == Leg::arrival; }
  /// Whether another like it tells, where it was lost.
  static bool is_never_alone(const Segment& segment) { return segment.has(syn) || segment.has(fin); }

  /// In the order of the capture, whatever its times say; but for what it has behind its own acknowledgment.
  void follow_capture() {
    const auto& [order, late] = exchange_.wire_order;
    for (std::size_t i = 0; i < connection_.segments.size(); ++i) {
      const std::size_t number = order.empty() ? i : order[i];
      take_in(number, connection_.segments[number]);
    }
    for (const std::size_t number : late) {
      Flow::Notes& notes = verdict_.notes[number];
      notes.recorded_late = notes.again == SentAgain::no;
    }
  }

  void follow_exchange() {
    for (const Passage& passage : exchange_.passages) {
      const Segment& segment = connection_.segments[passage.segment];
      // What arrives without having departed is an old duplicate or forged: it opens something all the same.
      if (passage.leg != Leg::arrival || !segment.departed) take_in(passage.segment, segment);
    }
    for (const std::size_t number : ignored_) verdict_.notes[number].ignored = true;
  }

  void take_in(std::size_t number, const Segment& segment) {
    if (segment.protocol != Protocol::tcp) {
      flow_.saw(segment, segment.sighting().time, latest_);
      return;
    }
    // Both captures tell which SYN the client began with, also where an old one comes to the server first.
    const bool comes_first = connection_.vantage == Vantage::both_ends && !flow_.is_foreign_syn(segment);
    if (comes_first && connection_.is_foreign_syn(segment)) {
      verdict_.notes[number].foreign_syn = true;
      verdict_.foreign_syns.push_back(number);
      return;
    }
    const Timestamp time = segment.sighting().time;
    const bool is_other = is_other_answer(segment);
    Flow::Notes& notes = verdict_.notes[number] = itself_.saw(flow_, segment, time, latest_);
    latest_ = time;
    if (at_ends_) go_by_sender(notes, at_ends_->notes[number]);
    // Of nearly all segments there is no more to say.
    const bool may_decide = !is_plain_ack(segment.flags) || notes != Flow::Notes() || has_lost_ || taken_.segment();
    if (may_decide) decide(number, segment, notes, is_other);
  }

  void decide(std::size_t number, const Segment& segment, Flow::Notes& notes, bool is_other) {
    if (is_other)
      notes.foreign_syn = true;
    else
      place_opening(number, segment, notes);
    place_closing(number, segment, notes);
    if (notes.is_reset) verdict_.reset = Reset{{}, number};
    if (notes.takes_reset_back) verdict_.reset.reset();
    if (const auto disproved = taken_.saw(number, segment, flow_, notes)) {
      auto& list = disproved->only_challenged ? verdict_.stray_resets : verdict_.disproved_resets;
      list.insert(std::ranges::upper_bound(list, disproved->segment), disproved->segment);
    }
    if (notes.stray_reset) verdict_.stray_resets.push_back(number);
    if (notes.foreign_syn) verdict_.foreign_syns.push_back(number);
    if (notes.challenge) verdict_.challenges.push_back(number);
    if (is_retransmission(notes.again))
      verdict_.retransmissions[index_of(segment.from)].push_back({number, notes.again});
  }

  /// What was sent again, and why, its sender knows. But that the other end had it already, only both tell.
  static void go_by_sender(Flow::Notes& notes, const Flow::Notes& there) {
    const bool had_come = notes.again == SentAgain::spurious && there.again == SentAgain::after_timeout;
    if (!had_come) notes.again = there.again;
    notes.duplicate_ack = there.duplicate_ack;
    notes.sent_once = there.sent_once;
  }

  void place_opening(std::size_t number, const Segment& segment, const Flow::Notes& notes) {
    auto& [client_syn, server_syn, completion] = verdict_.handshake;
    const auto is_client_syn = [&] {
      return is_plain_syn(segment.flags) && segment.from == End::client && !notes.foreign_syn;
    };
    const auto is_server_syn = [&] { return segment.has(syn) && segment.from == End::server && !notes.foreign_syn; };
    const auto is_clients_ack = [&] { return segment.from == End::client && segment.has(ack) && !segment.has(rst); };
    place(client_syn, number, notes.client_syn, is_client_syn);
    place(server_syn, number, notes.server_syn, is_server_syn);
    place(completion, number, notes.completes, is_clients_ack);
  }

  void place_closing(std::size_t number, const Segment& segment, const Flow::Notes& notes) {
    const auto is_fin_of = [&](std::size_t i) {
      return segment.has(fin) && verdict_.fins[i] && closing(i).from == segment.from;
    };
    // One that comes again may acknowledge the other, though the first crossed it.
    const auto stands_for_fin = [&](std::size_t i) {
      return is_fin_of(i) && acknowledges_fin(segment, 1 - i) == acknowledges_fin(closing(i), 1 - i);
    };
    place(verdict_.fins[0], number, notes.first_fin, [&] { return stands_for_fin(0); });
    place(verdict_.fins[1], number, notes.second_fin, [&] { return stands_for_fin(1); });
    place(verdict_.fin_acks[0], number, notes.acks_first_fin, [&] { return acknowledges_fin(segment, 0); });
    const bool came_again = is_fin_of(1) && number != verdict_.fins[1] && is_retransmission(notes.again);
    if (came_again && verdict_.fin_acks[1] && !verdict_.lost_final_ack) verdict_.lost_final_ack = verdict_.fin_acks[1];
    place(verdict_.fin_acks[1], number, notes.acks_second_fin, [&] { return acknowledges_fin(segment, 1); });
  }

  /// A SYN,ACK of another number than the one before, which was the one that the client took.
  [[nodiscard]] bool is_other_answer(const Segment& segment) const {
    return connection_.is_other_answer(segment) && flow_.iss(segment.from) == connection_.iss(segment.from) &&
           !flow_.is_foreign_syn(segment);
  }

  /// A segment that decides has its place in the verdict; but one that was lost yields to the like that was not.
  template <typename WouldDo>
  void place(std::optional<std::size_t>& place, std::size_t number, bool decides, WouldDo would_do) {
    if (decides || (place && is_lost(*place) && !is_lost(number) && would_do())) place = number;
    has_lost_ = has_lost_ || (decides && is_lost(number));
  }
  /// Or not taken. From one point: whether it only departs, though another like it arrives.
  [[nodiscard]] bool is_lost(std::size_t number) const {
    if (connection_.vantage == Vantage::one_point) return lost_.contains(number);
    const Segment& segment = connection_.segments[number];
    return (!segment.arrived && !segment.may_have_arrived) || ignored_.contains(number);
  }

  [[nodiscard]] const Segment& closing(std::size_t i) const { return connection_.segments[*verdict_.fins[i]]; }
  [[nodiscard]] bool acknowledges_fin(const Segment& segment, std::size_t i) const {
    return verdict_.fins[i] && (segment.from != closing(i).from || itself_.hears_itself) && segment.has(ack) &&
           !segment.has(rst) && segment.ack > closing(i).fin_number();
  }

  void conclude() {
    verdict_.client = exchange_.passages.empty() ? exchange_.client : exchange_.passages.back().client;
    verdict_.server = exchange_.passages.empty() ? exchange_.server : exchange_.passages.back().server;
    if (itself_.hears_itself) {
      verdict_.client = verdict_.server;
      verdict_.handshake[1] = verdict_.handshake[0];  // its SYN came back to it
    }
    verdict_.opening = flow_.opening();
    verdict_.ending = flow_.ending();
    verdict_.certainty = flow_.certainty();
    verdict_.closed_first = flow_.closed_first();
    if (verdict_.reset) static_cast<Flow::Reset&>(*verdict_.reset) = *flow_.reset();
    place_completion();
    if (!verdict_.closed_first) verdict_.fins = {};  // of before the connection's own SYN,ACK
    place_fins_acknowledged_before();
    if (at_ends_) conclude_by_ends();
    for (const End end : {End::client, End::server}) {
      if (flow_.in_time_wait(end)) verdict_.time_wait[index_of(end)] = watched_since_time_wait(end);
    }
  }

  /// Where the handshake was known to be complete before the ACK that completes it was recorded.
  void place_completion() {
    const auto& [client_syn, server_syn, completion] = verdict_.handshake;
    if (verdict_.opening != Opening::three_way || !client_syn || !server_syn || completion) return;
    const Segment& answer = connection_.segments[*server_syn];
    const auto completes = [&](const Segment& segment) {
      return segment.from == End::client && segment.protocol == Protocol::tcp && segment.has(ack) &&
             !segment.has(syn) && !segment.has(rst) && segment.ack > answer.seq;
    };
    const auto first = std::ranges::find_if(connection_.segments, completes);
    if (first != connection_.segments.end())
      verdict_.handshake[2] = static_cast<std::size_t>(first - connection_.segments.begin());
  }

  /// Of a FIN that was recorded behind its own acknowledgment and still stands there: it may have been sent again.
  void place_fins_acknowledged_before() {
    auto &fins = verdict_.fins, &fin_acks = verdict_.fin_acks;
    if (!fins[0] || !fins[1] || verdict_.reset) return;
    if (closing(1).from == verdict_.closed_first) {
      std::swap(fins[0], fins[1]);
      fin_acks = {};
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (fin_acks[i]) continue;
      const auto acknowledges = [&](const Segment& segment) { return acknowledges_fin(segment, i); };
      const auto first = std::ranges::find_if(connection_.segments, acknowledges);
      if (first != connection_.segments.end())
        fin_acks[i] = static_cast<std::size_t>(first - connection_.segments.begin());
    }
  }

  /// What only both captures, or an end's own, can show.
  void conclude_by_ends() {
    const auto& completion = verdict_.handshake[2];
    if (verdict_.opening == Opening::three_way && completion && !connection_.segments[*completion].arrived &&
        verdict_.server == State::syn_received)
      verdict_.opening = Opening::half_open;
    const auto has_vanished = [](const Flow& flow) { return flow.ending() == Ending::vanished; };
    const bool is_open = verdict_.ending == Ending::open && verdict_.opening != Opening::half_open;
    if (is_open && std::ranges::any_of(at_ends_->flows, has_vanished)) verdict_.ending = Ending::vanished;
    if (!verdict_.reset || verdict_.reset->cause == ResetCause::closed_port) return;
    if (!connection_.segments[verdict_.reset->segment].departed) {
      verdict_.reset->cause = ResetCause::forged;
      verdict_.reset->evidence |= bit(ResetEvidence::not_sent);
    } else if (const auto own = at_ends_->flows[index_of(verdict_.reset->by)].reset();
               own && own->by == verdict_.reset->by) {
      verdict_.reset->cause = own->cause;
      verdict_.reset->evidence = own->evidence;
    }
  }

  /// From the last segment that starts the timer (RFC 9293 section 3.10.7.8 starts it again with each FIN that
  /// returns), and that is not before its own FIN is acknowledged.
  [[nodiscard]] std::chrono::nanoseconds watched_since_time_wait(End end) const {
    std::optional<Timestamp> answered, closed, latest;
    for (const Segment& segment : connection_.segments) {
      const auto& seen = segment.seen_at(end);
      if (!seen) continue;
      latest = seen->time;
      if (!acknowledges_fin(segment, 0) && !acknowledges_fin(segment, 1)) continue;
      if (segment.from == end)
        answered = seen->time;
      else if (!closed)
        closed = seen->time;
    }
    if (!answered) return std::chrono::nanoseconds{0};
    const Timestamp since = closed ? std::max(*answered, *closed) : *answered;
    const bool is_servers = connection_.vantage == Vantage::both_ends && end == End::server;
    const auto& watched_until = is_servers ? connection_.server_watched_until : connection_.watched_until;
    const Timestamp until = watched_until.value_or(*latest);
    return until > since ? until - since : std::chrono::nanoseconds{0};
  }

  const Connection& connection_;
  const Exchange& exchange_;
  WithItself itself_;
  std::set<std::size_t> lost_;     ///< from one point: SYNs and FINs that only depart
  bool has_lost_ = false;          ///< what is_lost() had a place in the verdict
  std::set<std::size_t> ignored_;  ///< segments that the server took no notice of
  std::optional<AtEnds> at_ends_;  ///< nothing from one point
  Verdict verdict_;
  Flow flow_;
  TakenReset taken_;
  Timestamp latest_;  ///< when what it saw last was captured
};

}  // namespace

Verdict judge(const Connection& connection, const Exchange& exchange) {
  return Judge(connection, exchange).verdict();
}

}  // namespace tcplab
