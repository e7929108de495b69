#include "tcp/wire_order.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <numeric>
#include <optional>

#include "tcp/within.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

/// Whether anything may be acknowledged that was not recorded before: of nearly all connections this is all that is
/// asked.
bool may_have_late_ones(const Connection& connection) {
  std::array<SeqNum, 2> next;
  std::array<bool, 2> is_known{};
  for (const Segment& segment : connection.segments) {
    if (segment.protocol != Protocol::tcp || segment.has(rst)) continue;
    const auto from = index_of(segment.from), to = 1 - from;
    const bool is_unseen = is_known[to] ? segment.ack > next[to] : is_known[from] || segment.has(syn);
    if (segment.has(ack) && is_unseen) return true;
    const SeqNum end = segment.sequence_end();
    if (!is_known[from] || end > next[from]) next[from] = end;
    is_known[from] = true;
  }
  return false;
}

/// Numbers that were acknowledged, and not recorded before.
struct Told {
  SeqNum first, end;
  std::size_t by = 0;  ///< the first segment that says so
};

struct Side {
  std::optional<SeqNum> next;  ///< behind the last that it sent, or that the other end acknowledged
  std::vector<Told> told;
  bool sent_syn = false;
};

/// A segment that stands before another.
struct Move {
  std::size_t segment, before;
};

class Recorded {
 public:
  explicit Recorded(const Connection& connection) : connection_(connection) {
    for (std::size_t i = 0; i < connection.segments.size(); ++i) {
      const Segment& segment = connection.segments[i];
      if (segment.protocol == Protocol::tcp && !segment.has(rst)) saw(i, segment);
    }
  }

  [[nodiscard]] const std::vector<Move>& moves() const { return moves_; }

 private:
  void saw(std::size_t i, const Segment& segment) {
    Side &side = sides_[index_of(segment.from)], &peer = sides_[index_of(peer_of(segment.from))];
    if (segment.sequence_length() > 0) {
      if (!side.told.empty()) look_back(i, segment, side);
      if (!side.next || segment.sequence_end() > *side.next) side.next = segment.sequence_end();
    }
    side.sent_syn = side.sent_syn || segment.has(syn);
    if (segment.has(ack)) note_acknowledgment(i, segment, peer, side.sent_syn);
    if (is_plain_syn(segment.flags) && segment.from == End::client) asked_ = segment.sighting().time;
  }

  void note_acknowledgment(std::size_t i, const Segment& segment, Side& peer, bool answers) {
    // Of an end that was not seen yet only a SYN is known to have come, and only where that end's peer has sent one.
    if (!peer.next && answers) peer.next = segment.ack - 1;
    if (!peer.next) return;
    // So much is under way at most where it is only recorded late; more is missing, or of another connection.
    constexpr std::int32_t most_numbers = 1 << 20;
    constexpr std::size_t most_told = 64;
    if (segment.ack > *peer.next && segment.ack - *peer.next <= most_numbers) {
      if (peer.told.size() == most_told) peer.told.erase(peer.told.begin());
      peer.told.push_back({*peer.next, segment.ack, i});
      peer.next = segment.ack;
    }
    const bool completes = !round_trip_ && asked_ && segment.from == End::client && !segment.has(syn);
    if (completes) round_trip_ = std::max(segment.sighting().time - *asked_, std::chrono::nanoseconds(1));
  }

  void look_back(std::size_t i, const Segment& segment, Side& side) {
    const auto told = std::ranges::find_if(
        side.told, [&](const Told& one) { return one.first <= segment.seq && segment.seq < one.end; });
    if (told == side.told.end()) return;
    const Timestamp since = connection_.segments[told->by].sighting().time, time = segment.sighting().time;
    if (time <= since || is_within(soonest_again(segment), since, time)) moves_.push_back({i, told->by});
    told->first = segment.sequence_end();
    if (!(told->first < told->end)) side.told.erase(told);
  }

  /// Nobody sends it again sooner. No system answers a SYN anew sooner than Linux sends data again.
  [[nodiscard]] std::chrono::nanoseconds soonest_again(const Segment& segment) const {
    constexpr std::chrono::milliseconds least_timeout{200};
    return segment.has(syn) ? least_timeout : round_trip_.value_or(least_round_trip);
  }

  const Connection& connection_;
  std::array<Side, 2> sides_;
  std::vector<Move> moves_;
  std::optional<Timestamp> asked_;  ///< when the client's latest SYN was captured
  std::optional<std::chrono::nanoseconds> round_trip_;
};

}  // namespace

std::vector<std::size_t> wire_order(const Connection& connection) {
  if (connection.vantage != Vantage::one_point || !may_have_late_ones(connection)) return {};
  const std::vector<Move> moves = Recorded(connection).moves();
  if (moves.empty()) return {};
  std::list<std::size_t> order(connection.segments.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::list<std::size_t>::iterator> place_of;
  for (auto place = order.begin(); place != order.end(); ++place) place_of.push_back(place);
  for (const Move& move : moves) order.splice(place_of[move.before], order, place_of[move.segment]);
  return {order.begin(), order.end()};
}

}  // namespace tcplab
