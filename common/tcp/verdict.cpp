#include "tcp/verdict.hpp"

#include <algorithm>
#include <map>

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

bool sent_a(const Connection& connection, End end, TcpFlags::Bit flag, bool with_ack) {
  return std::ranges::any_of(connection.segments, [&](const Segment& segment) {
    return segment.from == end && segment.has(flag) && segment.has(ack) == with_ack;
  });
}

bool ever_in(const Exchange& exchange, State state) {
  return std::ranges::any_of(exchange.passages, [state](const Passage& passage) {
    return passage.client == state || passage.server == state;
  });
}

Opening judge_opening(const Connection& connection, const Exchange& exchange, const std::optional<Reset>& reset) {
  const bool client_syn = sent_a(connection, End::client, syn, false),
             server_syn = sent_a(connection, End::server, syn, false);
  const bool syn_ack = sent_a(connection, End::server, syn, true);
  if (!client_syn) return Opening::before_capture;
  if (server_syn) return Opening::simultaneous;
  if (reset && reset->cause == ResetCause::closed_port) return Opening::refused;
  if (!syn_ack) return Opening::unanswered;
  return ever_in(exchange, State::established) ? Opening::three_way : Opening::half_open;
}

/// The first RST that ended an end's connection, with what its sender answered by it.
std::optional<Reset> judge_reset(const Connection& connection, const Exchange& exchange) {
  std::array<std::optional<State>, 2> before = {exchange.client, exchange.server};
  for (const Passage& passage : exchange.passages) {
    const Segment& segment = connection.segments[passage.segment];
    const auto sender_before = before[static_cast<std::size_t>(segment.from)];
    before = {passage.client, passage.server};
    if (!segment.has(rst) || passage.leg == Leg::arrival) continue;
    const bool peer_aborted = (segment.from == End::client ? passage.server : passage.client) == State::closed;
    if (sender_before == State::syn_sent || sender_before == State::listen) continue;  // it answers a stray segment
    Reset reset{.by = segment.from, .segment = passage.segment};
    const auto sent_data = [](End end) {
      return [end](const Segment& other) { return other.from == end && other.length > 0; };
    };
    reset.unread_data_possible = std::ranges::any_of(
        connection.segments.begin(), connection.segments.begin() + static_cast<std::ptrdiff_t>(passage.segment),
        sent_data(peer_of(segment.from)));
    const bool has_closed = sent_a(connection, segment.from, fin, true);
    if (sender_before == State::closed && !has_closed) {
      if (!peer_aborted && passage.leg == Leg::whole) continue;
      reset.cause = ResetCause::closed_port;
    } else if (has_closed && !segment.has(ack)) {
      reset.cause = ResetCause::write_after_close;
    }
    return reset;
  }
  return std::nullopt;
}

/// The first FIN of each end by departure, and who first acknowledged it.
void find_fins(const Connection& connection, const Exchange& exchange, Verdict& verdict) {
  for (const Passage& passage : exchange.passages) {
    const Segment& segment = connection.segments[passage.segment];
    if (passage.leg == Leg::arrival) continue;
    if (segment.has(fin)) {
      if (!verdict.fins[0])
        verdict.fins[0] = passage.segment;
      else if (!verdict.fins[1] && segment.from != connection.segments[*verdict.fins[0]].from)
        verdict.fins[1] = passage.segment;
    }
    for (const std::size_t i : {0U, 1U}) {
      if (!verdict.fins[i] || verdict.fin_acks[i]) continue;
      const Segment& closing = connection.segments[*verdict.fins[i]];
      if (segment.from != closing.from && segment.has(ack) && segment.ack == closing.fin_number() + 1) {
        verdict.fin_acks[i] = passage.segment;
      }
    }
  }
}

/// Whether the end that closed last still sent new data after it had received the first FIN.
bool spoke_after_fin(const Connection& connection, const Exchange& exchange, End end) {
  std::optional<State> before = end == End::client ? exchange.client : exchange.server;
  for (const Passage& passage : exchange.passages) {
    const Segment& segment = connection.segments[passage.segment];
    if (segment.from == end && segment.length > 0 && before == State::close_wait && passage.leg != Leg::arrival)
      return true;
    before = end == End::client ? passage.client : passage.server;
  }
  return false;
}

Ending judge_ending(const Connection& connection, const Exchange& exchange, const Verdict& verdict) {
  if (verdict.opening == Opening::refused) return Ending::refused;
  if (verdict.opening == Opening::unanswered) return Ending::unanswered;
  if (verdict.reset) return Ending::abort;
  if (!verdict.fins[1] || !verdict.fin_acks[0] || !verdict.fin_acks[1]) return Ending::open;
  if (ever_in(exchange, State::closing)) return Ending::simultaneous;
  const Segment &first = connection.segments[*verdict.fins[0]], &second = connection.segments[*verdict.fins[1]];
  // A FIN that carries the last of an answer still makes the answer come after the first FIN.
  if (spoke_after_fin(connection, exchange, second.from)) return Ending::half_close;
  if (first.length > 0 || second.length > 0) return Ending::fin_with_data;
  return verdict.fin_acks[0] == verdict.fins[1] ? Ending::three_segment : Ending::four_segment;
}

/// Segments that consume only numbers which their sender had used before.
std::array<unsigned, 2> count_retransmissions(const Connection& connection) {
  std::array<unsigned, 2> counts{};
  std::array<std::optional<SeqNum>, 2> sent_up_to;
  for (const Segment& segment : connection.segments) {
    if (segment.sequence_length() == 0 || segment.has(rst)) continue;
    auto& next = sent_up_to[static_cast<std::size_t>(segment.from)];
    if (next && segment.sequence_end() <= *next)
      ++counts[static_cast<std::size_t>(segment.from)];
    else
      next = segment.sequence_end();
  }
  return counts;
}

}  // namespace

Verdict judge(const Connection& connection, const Exchange& exchange) {
  Verdict verdict;
  verdict.reset = judge_reset(connection, exchange);
  verdict.opening = judge_opening(connection, exchange, verdict.reset);
  find_fins(connection, exchange, verdict);
  if (verdict.fins[0])
    verdict.closed_first = connection.segments[*verdict.fins[0]].from;
  else if (verdict.reset)
    verdict.closed_first = verdict.reset->by;
  verdict.ending = judge_ending(connection, exchange, verdict);
  verdict.client = exchange.passages.empty() ? exchange.client : exchange.passages.back().client;
  verdict.server = exchange.passages.empty() ? exchange.server : exchange.passages.back().server;
  verdict.retransmissions = count_retransmissions(connection);
  return verdict;
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
  constexpr std::array<std::string_view, 3> words = {"closed-port", "write-after-close", "abort"};
  return words.at(static_cast<std::size_t>(cause));
}

}  // namespace tcplab
