#include "tcp/exchange.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "packet/tcp_options.hpp"
#include "tcp/end_tracker.hpp"
#include "tcp/reset_doubts.hpp"
#include "tcp/within.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

/// A segment leaving an end, or coming to it.
struct Step {
  Step(std::size_t number, bool leaves) : segment(static_cast<std::uint32_t>(number)), departs(leaves) {}
  std::uint32_t segment;
  bool departs;
};
using Steps = std::vector<Step>;

struct BothEnds {
  Steps client, server;
  Steps& at(End end) { return end == End::client ? client : server; }
  [[nodiscard]] const Steps& at(End end) const { return end == End::client ? client : server; }
};

// --- From two captures: each end's own order ---------------------------------------------------------------------

BothEnds steps_from_both_ends(const Connection& connection) {
  BothEnds steps;
  for (const End end : {End::client, End::server}) {
    std::vector<std::pair<std::uint64_t, Step>> by_frame;
    for (std::size_t i = 0; i < connection.segments.size(); ++i) {
      const Segment& segment = connection.segments[i];
      const bool departs = segment.from == end;
      if (const auto& seen = departs ? segment.departed : segment.arrived)
        by_frame.emplace_back(seen->frame, Step(i, departs));
    }
    std::ranges::stable_sort(by_frame, {}, [](const auto& entry) { return entry.first; });
    for (const auto& [frame, step] : by_frame) steps.at(end).push_back(step);
  }
  return steps;
}

// --- From one capture: arrivals placed by what is acknowledged ---------------------------------------------------

/// Whether `answer`, sent by the receiver of `segment`, shows that it had been received. `blocks` are its SACK blocks.
bool shows_receipt(const Segment& answer, const std::vector<SackBlock>& blocks, const Segment& segment) {
  if (!answer.has(ack)) return answer.has(rst);  // a bare SYN has seen nothing; a bare RST answers what came
  if (segment.sequence_end() <= answer.ack) return true;
  if (segment.has(syn) && segment.seq < answer.ack) return true;  // data in a SYN may be refused while the SYN is not
  return std::ranges::any_of(blocks, [&](const SackBlock& block) {
    return block.left <= segment.seq && segment.sequence_end() <= block.right;
  });
}

/// The place of the last FIN of each end; nothing where it sent none.
std::array<std::optional<std::size_t>, 2> last_fins(const Connection& connection) {
  std::array<std::optional<std::size_t>, 2> last;
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    if (segment.has(fin) && !segment.has(rst)) last[static_cast<std::size_t>(segment.from)] = i;
  }
  return last;
}

/// The place of the last segment of each end that only a living one sends: neither a SYN nor an RST.
std::array<std::optional<std::size_t>, 2> last_words(const Connection& connection) {
  std::array<std::optional<std::size_t>, 2> last;
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    if (segment.protocol == Protocol::tcp && !segment.has(rst) && !segment.has(syn))
      last[static_cast<std::size_t>(segment.from)] = i;
  }
  return last;
}

/// Segments on their way to one end, in the order of their departure.
class UnderWay {
 public:
  /// `least_ack`: the least acknowledgment that shows its receipt.
  void push(std::size_t segment, SeqNum least_ack, SeqNum end) {
    if (first_ == waiting_.size()) ends_.reset();
    waiting_.push_back({segment, least_ack, end});
    widen(waiting_.back());
  }
  /// False if an acknowledgment of `number` shows the receipt of none, which needs no look at each: they may be many.
  [[nodiscard]] bool may_be_acknowledged(SeqNum number) const {
    return ends_ && (ends_->are_far_apart || !is_just_before(number, ends_->least_ack));
  }
  /// False if all end before `number`.
  [[nodiscard]] bool may_go_beyond(SeqNum number) const {
    return ends_ && (ends_->are_far_apart || !is_just_before(ends_->greatest, number));
  }
  /// Takes out those, from the first on, of which received(segment) says that they came: of all, or up to one that has
  /// not. `anew`: it would not say of all that it was asked about before the same again.
  template <typename Received>
  void take_all(Received received, bool anew) {
    std::size_t left = anew ? first_ : std::max(first_, asked_);
    if (left == first_) ends_.reset();
    for (std::size_t i = left; i < waiting_.size(); ++i) {
      const Waiting waiting = waiting_[i];
      if (received(waiting.segment)) continue;
      waiting_[left++] = waiting;
      widen(waiting);
    }
    waiting_.resize(left);
    asked_ = left;
  }
  /// What take_all() was asked about may have come by now.
  void ask_anew() { asked_ = first_; }
  template <typename Received>
  void take_in_row(Received received) {
    while (first_ < waiting_.size() && received(waiting_[first_].segment)) ++first_;
    if (first_ < waiting_.size()) return;
    waiting_.clear();
    first_ = asked_ = 0;
    ends_.reset();
  }
  template <typename Condition>
  [[nodiscard]] bool any_of(Condition condition) const {
    return std::any_of(waiting_.begin() + static_cast<std::ptrdiff_t>(first_), waiting_.end(),
                       [&](const Waiting& waiting) { return condition(waiting.segment); });
  }

 private:
  struct Waiting {
    std::size_t segment;
    SeqNum least_ack, end;
  };
  /// Of all that wait, and perhaps of some that waited.
  struct Ends {
    SeqNum least_ack, greatest;
    bool are_far_apart = false;  ///< so that which is before which says little
  };
  static constexpr std::int32_t far = 1 << 29;
  [[nodiscard]] static bool is_just_before(SeqNum one, SeqNum other) { return one < other && other - one < far; }
  void widen(const Waiting& waiting) {
    if (!ends_) ends_ = {waiting.least_ack, waiting.end};
    ends_->least_ack = std::min(ends_->least_ack, waiting.least_ack);
    ends_->greatest = std::max(ends_->greatest, waiting.end);
    const std::int32_t distance = ends_->greatest - ends_->least_ack;
    ends_->are_far_apart = ends_->are_far_apart || distance < 0 || distance >= far;
  }

  std::vector<Waiting> waiting_;
  std::size_t first_ = 0;  ///< those before it are not there any more
  std::size_t asked_ = 0;  ///< take_all() was asked about those before it
  std::optional<Ends> ends_;
};

/// Of a segment that nobody answered it is known only that it departed.
class OnePoint {
 public:
  OnePoint(const Connection& connection, const ResetDoubts& doubts)
      : connection_(connection),
        doubts_(doubts),
        last_fin_(last_fins(connection)),
        last_words_(last_words(connection)) {
    steps_.client.reserve(connection.segments.size());
    steps_.server.reserve(connection.segments.size());
  }

  BothEnds steps() {
    for (std::size_t i = 0; i < connection_.segments.size(); ++i) {
      const Segment& segment = connection_.segments[i];
      if (segment.protocol != Protocol::tcp || connection_.is_foreign_syn(segment)) {
        // Nothing in this connection will ever acknowledge it: it came at once.
        depart(i, segment);
        if (!is_superseded(segment)) arrive(peer_of(segment.from), i);
        continue;
      }
      if (segment.has(syn)) began_[static_cast<std::size_t>(segment.from)] = true;
      note_receipts(segment);
      depart(i, segment);
      if (last_words_[static_cast<std::size_t>(segment.from)] == i) receive_resets(segment.from);
      if (!was_lost(i, segment)) send(i, segment);
    }
    return std::move(steps_);
  }

 private:
  void depart(std::size_t i, const Segment& segment) { steps_.at(segment.from).emplace_back(i, true); }
  void arrive(End at, std::size_t i) { steps_.at(at).emplace_back(i, false); }
  UnderWay& under_way_to(End end) { return under_way_[static_cast<std::size_t>(end)]; }

  /// A SYN before the connection's own that nothing answers: a fresh one took its place, and whether it came is not
  /// known.
  [[nodiscard]] bool is_superseded(const Segment& segment) {
    if (segment.protocol != Protocol::tcp || began_[static_cast<std::size_t>(segment.from)]) return false;
    if (!answered_) {
      answered_.emplace();
      for (const Segment& answer : connection_.segments) {
        if (answer.protocol == Protocol::tcp && answer.has(ack) && answer.from != segment.from)
          answered_->insert(answer.ack.value());
      }
    }
    return !answered_->contains((segment.seq + 1).value()) && !answered_->contains(segment.sequence_end().value());
  }

  /// What the segment's sender had received when it sent.
  void note_receipts(const Segment& segment) {
    const std::vector<SackBlock> blocks =
        segment.options.mention(TcpOptionKind::sack) ? sack_blocks(segment.options) : std::vector<SackBlock>();
    const auto received = [&](std::size_t waiting) {
      if (!shows_receipt(segment, blocks, connection_.segments[waiting])) return false;
      arrive(segment.from, waiting);
      return true;
    };
    UnderWay& to_sender = under_way_to(segment.from);
    Told& told = told_[static_cast<std::size_t>(segment.from)];
    const bool tells_more = !segment.has(ack) || told.ack != segment.ack || told.blocks != blocks;
    told = {segment.ack, blocks};
    to_sender.take_in_row(received);
    const bool may_tell = !segment.has(ack) || to_sender.may_be_acknowledged(segment.ack) ||
                          std::ranges::any_of(blocks, [&](const SackBlock& block) {
                            return to_sender.may_be_acknowledged(block.right) && to_sender.may_go_beyond(block.left);
                          });
    if (may_tell)
      to_sender.take_all(received, tells_more);
    else if (tells_more)
      to_sender.ask_anew();
  }

  /// Who sends its FIN again has not received what acknowledges it.
  [[nodiscard]] bool was_lost(std::size_t i, const Segment& segment) const {
    const auto& fin_again = last_fin_[static_cast<std::size_t>(peer_of(segment.from))];
    return segment.sequence_length() == 0 && segment.has(ack) && fin_again && *fin_again > i &&
           segment.ack > connection_.segments[*fin_again].fin_number();
  }

  /// Who goes on speaking has not received an RST yet, unless that is known to have ended nothing.
  [[nodiscard]] bool is_taken_later(std::size_t i, const Segment& segment) const {
    const auto& last = last_words_[static_cast<std::size_t>(peer_of(segment.from))];
    return segment.has(rst) && last && *last > i && !doubts_.not_sent(i) && !doubts_.not_taken(i);
  }
  /// Nothing is on its way for so long: who has not taken it by then never does.
  [[nodiscard]] bool is_never_taken(const Segment& segment) const {
    const auto& last = last_words_[static_cast<std::size_t>(peer_of(segment.from))];
    return !is_within(std::chrono::seconds(1), connection_.segments[*last].sighting().time, segment.sighting().time);
  }
  void receive_resets(End end) {
    auto& resets = resets_under_way_[static_cast<std::size_t>(end)];
    for (const std::size_t i : resets) arrive(end, i);
    resets.clear();
  }

  /// What consumes no numbers is never acknowledged: it came at once, or behind the data that went before it.
  void send(std::size_t i, const Segment& segment) {
    if (is_taken_later(i, segment)) {
      if (is_never_taken(segment)) return;
      resets_under_way_[static_cast<std::size_t>(peer_of(segment.from))].push_back(i);
      return;
    }
    UnderWay& to_peer = under_way_to(peer_of(segment.from));
    const auto goes_before = [&](std::size_t waiting) {
      return connection_.segments[waiting].sequence_end() <= segment.seq;
    };
    const bool is_acknowledged = segment.sequence_length() > 0 && !segment.has(rst);
    if (is_acknowledged || (to_peer.may_be_acknowledged(segment.seq) && to_peer.any_of(goes_before)))
      to_peer.push(i, segment.has(syn) ? segment.seq + 1 : segment.sequence_end(), segment.sequence_end());
    else
      arrive(peer_of(segment.from), i);
  }

  const Connection& connection_;
  const ResetDoubts& doubts_;
  const std::array<std::optional<std::size_t>, 2> last_fin_, last_words_;
  BothEnds steps_;
  std::array<UnderWay, 2> under_way_;                         ///< to the client, to the server
  std::array<std::vector<std::size_t>, 2> resets_under_way_;  ///< likewise
  struct Told {
    std::optional<SeqNum> ack;
    std::vector<SackBlock> blocks;
  };
  std::array<Told, 2> told_;                                   ///< by the client, by the server, at the latest
  std::array<bool, 2> began_{};                                ///< the client, the server: its own SYN has departed
  std::optional<std::unordered_set<std::uint32_t>> answered_;  ///< numbers that the other end acknowledges
};

// --- One order for both ------------------------------------------------------------------------------------------

/// Interleaves the two ends' steps so that each end's order stands, a segment departs before it arrives, and as many as
/// possible do both in one passage. Where several orders would do, the earlier departure goes first.
class Interleaving {
 public:
  Interleaving(const Connection& connection, BothEnds steps)
      : connection_(connection), steps_(std::move(steps)), in_flight_(connection.segments.size(), false) {
    passages_.reserve(connection.segments.size() + connection.segments.size() / 4);
  }

  std::vector<Passage> passages() {
    while (head(End::client) != nullptr || head(End::server) != nullptr) {
      if (take_whole() || take_arrival(End::client) || take_arrival(End::server) || take_departure()) continue;
      give_up_on_order();
    }
    return std::move(passages_);
  }

 private:
  [[nodiscard]] const Step* head(End end) const {
    const Steps& steps = steps_.at(end);
    const std::size_t next = next_[static_cast<std::size_t>(end)];
    return next < steps.size() ? &steps[next] : nullptr;
  }
  void advance(End end) { ++next_[static_cast<std::size_t>(end)]; }

  bool take_whole() {
    const Step *client = head(End::client), *server = head(End::server);
    if (client == nullptr || server == nullptr || client->segment != server->segment) return false;
    passages_.push_back({client->segment, Leg::whole, {}, {}});
    advance(End::client);
    advance(End::server);
    return true;
  }

  bool take_arrival(End end) {
    const Step* step = head(end);
    if (step == nullptr || step->departs) return false;
    if (!in_flight_[step->segment] && connection_.segments[step->segment].departed) return false;
    passages_.push_back({step->segment, Leg::arrival, {}, {}});
    advance(end);
    return true;
  }

  bool take_departure() {
    const Step *client = head(End::client), *server = head(End::server);
    const bool client_can = client != nullptr && client->departs, server_can = server != nullptr && server->departs;
    const auto time = [this](const Step* step) { return connection_.segments[step->segment].departed->time; };
    if (!client_can && !server_can) return false;
    const bool client_first = client_can && (!server_can || time(client) <= time(server));
    const End end = client_first ? End::client : End::server;
    const std::size_t segment = head(end)->segment;
    const bool arrives = connection_.segments[segment].arrived.has_value();
    in_flight_[segment] = arrives;
    passages_.push_back({segment, arrives ? Leg::departure : Leg::lost, {}, {}});
    advance(end);
    return true;
  }

  /// Two captures that contradict each other (each end received first) have no common order: take what stands there.
  void give_up_on_order() {
    const End end = head(End::client) != nullptr ? End::client : End::server;
    passages_.push_back({head(end)->segment, Leg::arrival, {}, {}});
    advance(end);
  }

  const Connection& connection_;
  BothEnds steps_;
  std::array<std::size_t, 2> next_{};
  std::vector<bool> in_flight_;
  std::vector<Passage> passages_;
};

// --- The states --------------------------------------------------------------------------------------------------

/// The state an end starts in, told by the first thing it does.
std::optional<State> initial_state(const Connection& connection, const ResetDoubts& doubts, End end) {
  if (connection.client_is_guess) return std::nullopt;
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    if (segment.from != end || segment.protocol != Protocol::tcp || doubts.not_sent(i)) continue;
    if (segment.has(syn)) return segment.has(ack) ? State::listen : State::closed;
    return segment.has(rst) ? std::optional(State::closed) : std::nullopt;
  }
  return std::nullopt;
}

/// At which passages an end turns out to have no connection any more.
struct Oblivion {
  std::vector<bool> sender;    ///< its plain SYN is the last but RSTs that it sends here: it crashed and begins anew
  std::vector<bool> receiver;  ///< it answers with a bare RST, as for a connection that does not exist
  // Both are empty where there is none.
  [[nodiscard]] bool of_sender(std::size_t passage) const { return !sender.empty() && sender[passage]; }
  [[nodiscard]] bool of_receiver(std::size_t passage) const { return !receiver.empty() && receiver[passage]; }
};

bool is_bare_reset(const Segment& segment) {
  return segment.has(rst) && !segment.has(ack);
}

/// Whether there is anything of what Oblivion is about. Most connections have nothing of it.
bool may_show_oblivion(const Connection& connection) {
  return std::ranges::any_of(connection.segments, [&](const Segment& segment) {
    return segment.has(rst) || (is_plain_syn(segment.flags) && connection.is_foreign_syn(segment));
  });
}

/// Looks ahead. RFC 9293 section 3.5.1 (half-open connections) and 3.5.2, group 1.
Oblivion oblivion_in(const Connection& connection, const ResetDoubts& doubts, const std::vector<Passage>& passages) {
  if (!may_show_oblivion(connection)) return {};
  Oblivion oblivion{std::vector<bool>(passages.size()), std::vector<bool>(passages.size())};
  std::array<const Segment*, 2> sends_next{};  // what an end does next, if that is to send
  std::array<bool, 2> speaks_later{};          // it sends something of this connection:
                                               // neither a SYN nor an RST
  for (std::size_t i = passages.size(); i-- > 0;) {
    const Segment& segment = connection.segments[passages[i].segment];
    if (segment.protocol != Protocol::tcp || doubts.not_sent(passages[i].segment)) continue;
    const auto from = static_cast<std::size_t>(segment.from), to = 1 - from;
    if (passages[i].leg == Leg::whole || passages[i].leg == Leg::arrival) {
      oblivion.receiver[i] = sends_next[to] != nullptr && is_bare_reset(*sends_next[to]) && segment.has(ack) &&
                             !segment.has(rst) && sends_next[to]->seq == segment.ack;
      sends_next[to] = nullptr;
    }
    if (passages[i].leg == Leg::arrival) continue;
    oblivion.sender[i] = connection.is_foreign_syn(segment) && !speaks_later[from];
    speaks_later[from] = speaks_later[from] || (!segment.has(syn) && !segment.has(rst));
    sends_next[from] = &segment;
  }
  return oblivion;
}

void forget_if_synchronized(EndTracker& end) {
  if (end.state() && is_synchronized(*end.state())) end.forget();
}

void follow_states(const Connection& connection, const ResetDoubts& doubts, Exchange& exchange) {
  const Oblivion oblivion = oblivion_in(connection, doubts, exchange.passages);
  EndTracker client(exchange.client), server(exchange.server);
  for (std::size_t i = 0; i < exchange.passages.size(); ++i) {
    Passage& passage = exchange.passages[i];
    const Segment& segment = connection.segments[passage.segment];
    EndTracker& sender = segment.from == End::client ? client : server;
    EndTracker& receiver = segment.from == End::client ? server : client;
    const bool is_tcp = segment.protocol == Protocol::tcp;
    const bool arrives = passage.leg == Leg::whole || passage.leg == Leg::arrival;
    if (is_tcp && oblivion.of_sender(i)) forget_if_synchronized(sender);
    if (is_tcp && passage.leg != Leg::arrival && !doubts.not_sent(passage.segment)) sender.sent(segment);
    if (is_tcp && oblivion.of_receiver(i)) forget_if_synchronized(receiver);
    if (is_tcp && arrives && !doubts.not_taken(passage.segment)) receiver.received(segment);
    passage.client = client.state();
    passage.server = server.state();
  }
}

}  // namespace

Exchange exchange_of(const Connection& connection) {
  const bool is_one_point = connection.vantage == Vantage::one_point;
  ResetDoubts doubts;
  if (is_one_point) doubts = ResetDoubts(connection);
  BothEnds steps = is_one_point ? OnePoint(connection, doubts).steps() : steps_from_both_ends(connection);
  Exchange exchange;
  exchange.passages = Interleaving(connection, std::move(steps)).passages();
  if (!is_one_point) doubts = ResetDoubts(connection, exchange.passages);
  exchange.client = initial_state(connection, doubts, End::client);
  exchange.server = initial_state(connection, doubts, End::server);
  follow_states(connection, doubts, exchange);
  return exchange;
}

}  // namespace tcplab
