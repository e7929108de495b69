#include "tcp/exchange.hpp"

#include <algorithm>
#include <array>

#include "tcp/both_ends.hpp"
#include "tcp/end_tracker.hpp"
#include "tcp/ignored.hpp"
#include "tcp/one_point.hpp"
#include "tcp/reset_doubts.hpp"
#include "tcp/steps.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

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
    while (take_whole() || take_arrival(End::client) || take_arrival(End::server) || take_departure() || take_any()) {
    }
    return std::move(passages_);
  }

 private:
  [[nodiscard]] const Step* head(End end) const {
    const Steps& steps = steps_.at(end);
    const std::size_t next = next_[index_of(end)];
    return next < steps.size() ? &steps[next] : nullptr;
  }
  void advance(End end) { ++next_[index_of(end)]; }

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
    const Segment& segment = connection_.segments[step->segment];
    const bool is_one_point = connection_.vantage == Vantage::one_point;
    const bool departs = segment.departed && (segment.is_from_end() || !is_one_point);
    if (departs && !in_flight_[step->segment]) return false;
    passages_.push_back({step->segment, Leg::arrival, {}, {}});
    advance(end);
    return true;
  }

  bool take_departure() {
    const Step *client = head(End::client), *server = head(End::server);
    const bool client_can = client != nullptr && client->departs, server_can = server != nullptr && server->departs;
    if (!client_can && !server_can) return false;
    const bool client_first = client_can && (!server_can || is_earlier(*client, *server));
    const End end = client_first ? End::client : End::server;
    const std::size_t segment = head(end)->segment;
    const bool arrives = connection_.segments[segment].arrived.has_value();
    in_flight_[segment] = arrives;
    const bool is_lost = !arrives && !connection_.segments[segment].may_have_arrived;
    passages_.push_back({segment, is_lost ? Leg::lost : Leg::departure, {}, {}});
    advance(end);
    return true;
  }

  /// One capture has the segments in order, whatever its times say.
  [[nodiscard]] bool is_earlier(const Step& client, const Step& server) const {
    const auto time = [this](const Step& step) { return connection_.segments[step.segment].departed->time; };
    return connection_.vantage == Vantage::one_point ? client.segment < server.segment : time(client) <= time(server);
  }

  /// Two captures that contradict each other (each end received first) have no common order: take what stands there.
  bool take_any() {
    const End end = head(End::client) != nullptr ? End::client : End::server;
    if (head(end) == nullptr) return false;
    passages_.push_back({head(end)->segment, Leg::arrival, {}, {}});
    advance(end);
    return true;
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
  struct Forgets {
    bool sender = false;    ///< its plain SYN is the last but RSTs that it sends here: it crashed and begins anew
    bool receiver = false;  ///< it answers with a bare RST, as for a connection that does not exist
  };
  std::vector<Forgets> passages;  ///< empty: none at all
  [[nodiscard]] bool of_sender(std::size_t passage) const { return !passages.empty() && passages[passage].sender; }
  [[nodiscard]] bool of_receiver(std::size_t passage) const { return !passages.empty() && passages[passage].receiver; }
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
  Oblivion oblivion{std::vector<Oblivion::Forgets>(passages.size())};
  // What an end does next, if that is to send bare RSTs: the latest first.
  std::array<std::vector<const Segment*>, 2> resets_next;
  std::array<std::size_t, 2> answered{};  // of those, by what comes in a row before them
  std::array<bool, 2> speaks_later{};     // it sends something of this connection: neither a SYN nor an RST
  for (std::size_t i = passages.size(); i-- > 0;) {
    const Segment& segment = connection.segments[passages[i].segment];
    if (segment.protocol != Protocol::tcp || doubts.not_sent(passages[i].segment)) continue;
    const auto from = index_of(segment.from), to = 1 - from;
    if (passages[i].leg == Leg::whole || passages[i].leg == Leg::arrival) {
      auto& resets = resets_next[to];
      const auto answer = std::find_if(resets.begin() + static_cast<std::ptrdiff_t>(answered[to]), resets.end(),
                                       [&](const Segment* reset) { return reset->seq == segment.ack; });
      oblivion.passages[i].receiver = answer != resets.end() && segment.has(ack) && !segment.has(rst);
      answered[to] = static_cast<std::size_t>(answer - resets.begin()) + 1;
      if (!oblivion.passages[i].receiver) resets.clear(), answered[to] = 0;
    }
    if (passages[i].leg == Leg::arrival) continue;
    oblivion.passages[i].sender = connection.is_foreign_syn(segment) && !speaks_later[from];
    speaks_later[from] = speaks_later[from] || (!segment.has(syn) && !segment.has(rst));
    if (answered[from] > 0 || !is_bare_reset(segment)) resets_next[from].clear();
    if (resets_next[from].empty()) answered[from] = 0;
    if (is_bare_reset(segment)) resets_next[from].push_back(&segment);
  }
  return oblivion;
}

void forget_if_synchronized(EndTracker& end) {
  if (end.state() && is_synchronized(*end.state())) end.forget();
}

/// A SYN,ACK that is all right is answered by a bare RST only where nobody waits for it: a program that made its SYN by
/// itself, as port scanners do, or one that gave up.
void forget_if_asked(EndTracker& end, const Connection& connection, const Segment& answer) {
  const auto asked = connection.iss(peer_of(answer.from));
  const bool is_right = answer.has(syn) && answer.has(ack) && asked && answer.ack == *asked + 1;
  if (is_right && end.state() == State::syn_sent) end.forget();
}

void follow_states(const Connection& connection, const ResetDoubts& doubts, Exchange& exchange) {
  const Oblivion oblivion = oblivion_in(connection, doubts, exchange.passages);
  EndTracker client(exchange.client), server(exchange.server);
  std::array<bool, 2> answered{};  // by the SYN,ACK that counts
  for (std::size_t i = 0; i < exchange.passages.size(); ++i) {
    Passage& passage = exchange.passages[i];
    const Segment& segment = connection.segments[passage.segment];
    EndTracker& sender = segment.from == End::client ? client : server;
    EndTracker& receiver = segment.from == End::client ? server : client;
    bool counts = segment.protocol == Protocol::tcp;
    if (segment.has(syn) && segment.has(ack)) {
      const bool is_other = connection.is_other_answer(segment);
      bool& has_answered = answered[index_of(segment.from)];
      counts = counts && !(has_answered && is_other);
      has_answered = has_answered || !is_other;
    }
    if (counts) {
      if (oblivion.of_sender(i)) forget_if_synchronized(sender);
      if (passage.leg != Leg::arrival && !doubts.not_sent(passage.segment)) sender.sent(segment);
      if (oblivion.of_receiver(i)) {
        forget_if_synchronized(receiver);
        forget_if_asked(receiver, connection, segment);
      }
      const bool arrives = passage.leg == Leg::whole || passage.leg == Leg::arrival;
      if (arrives && !doubts.not_taken(passage.segment) && !passage.is_ignored) receiver.received(segment);
    }
    passage.client = client.state();
    passage.server = server.state();
  }
}

Exchange exchange_as_captured(const Connection& connection) {
  const bool is_one_point = connection.vantage == Vantage::one_point;
  ResetDoubts doubts;
  if (is_one_point) doubts = ResetDoubts(connection);
  BothEnds steps = is_one_point ? steps_from_one_point(connection, doubts) : steps_from_both_ends(connection);
  Exchange exchange;
  exchange.passages = Interleaving(connection, std::move(steps)).passages();
  mark_ignored(connection, exchange.passages);
  if (!is_one_point) doubts = ResetDoubts(connection, exchange.passages);
  exchange.client = initial_state(connection, doubts, End::client);
  exchange.server = initial_state(connection, doubts, End::server);
  follow_states(connection, doubts, exchange);
  return exchange;
}

/// One socket, which receives at once what it sends: the client is it as it sends, the server as it has received.
Exchange exchange_with_itself(const Connection& connection) {
  const ResetDoubts doubts(connection);
  Exchange exchange;
  exchange.client = exchange.server = initial_state(connection, doubts, End::client);
  EndTracker socket(exchange.client);
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    exchange.passages.push_back({i, Leg::whole, {}, {}});
    Passage& passage = exchange.passages.back();
    const bool is_tcp = segment.protocol == Protocol::tcp;
    if (is_tcp && !doubts.not_sent(i)) socket.sent(segment);
    passage.client = socket.state();
    if (is_tcp && !doubts.not_taken(i)) socket.received(segment);
    passage.server = socket.state();
  }
  return exchange;
}

}  // namespace

Exchange exchange_of(const Connection& connection) {
  if (connection.is_with_itself()) return exchange_with_itself(connection);
  WireOrder wire = wire_order(connection);
  const auto& order = wire.order;
  if (order.empty()) return exchange_as_captured(connection);
  Connection in_order = connection;
  for (std::size_t i = 0; i < order.size(); ++i) in_order.segments[i] = connection.segments[order[i]];
  Exchange exchange = exchange_as_captured(in_order);
  for (Passage& passage : exchange.passages) passage.segment = order[passage.segment];
  exchange.wire_order = std::move(wire);
  return exchange;
}

}  // namespace tcplab
