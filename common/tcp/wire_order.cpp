#include "tcp/wire_order.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

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
  [[nodiscard]] std::vector<std::size_t>& late() { return late_; }

 private:
  struct Side {
    std::optional<SeqNum> next;  ///< behind the last that it sent, or that the other end acknowledged
    std::optional<SeqNum> syn;   ///< the number of its latest SYN
    std::vector<Told> told;      ///< of what it sent, by their numbers
    std::vector<std::size_t> sent;
    std::map<std::uint32_t, std::size_t> late;  ///< by their first numbers
    std::size_t settled = 0;                    ///< so many of `sent` stand where they are to stand
  };

  void saw(std::size_t i, const Segment& segment) {
    Side &side = sides_[index_of(segment.from)], &peer = sides_[index_of(peer_of(segment.from))];
    side.sent.push_back(i);
    watch_clock(i, segment.sighting().time);
    if (segment.sequence_length() > 0) {
      const bool has_new_number = segment.has(syn) && side.syn && segment.seq != *side.syn;  // it begins anew here
      if (!side.told.empty() && !has_new_number) look_back(segment, side);
      if (!side.next || segment.sequence_end() > *side.next) side.next = segment.sequence_end();
    }
    if (segment.has(syn)) side.syn = segment.seq;
    if (segment.has(ack)) note_acknowledgment(i, segment, peer, side.syn.has_value());
  }

  void watch_clock(std::size_t i, Timestamp time) {
    const bool goes_back = time < latest_;
    if (goes_back && is_within(longest_disorder, latest_, time)) return;
    if (goes_back) set_back_ = i;
    latest_ = time;
  }

  static void note_acknowledgment(std::size_t i, const Segment& segment, Side& peer, bool answers) {
    // Of an end that was not seen yet only a SYN is known to have come, and only where that end's peer has sent one.
    if (!peer.next && answers) peer.next = segment.ack - 1;
    // So much is under way at most where it is only recorded late; more is missing, or of another connection.
    constexpr std::int32_t most = 1 << 20;
    if (!peer.next || !(segment.ack > *peer.next) || segment.ack - *peer.next > most) return;
    peer.told.push_back({*peer.next, segment.ack, i});
    peer.next = segment.ack;
  }

  static const Told* told_of(SeqNum number, const Side& side) {
    const auto told = std::ranges::partition_point(side.told, [&](const Told& one) { return one.end <= number; });
    const bool is_there = told != side.told.end() && told->first <= number && number < told->end;
    return is_there ? &*told : nullptr;
  }

  /// A SYN,ACK acknowledges a SYN, with its data; and behind a FIN there is nothing to acknowledge. What
  /// acknowledges the one that tells was sent behind it: it is not what that had received.
  [[nodiscard]] bool may_be_told(const Segment& segment, const Told& told) const {
    const Segment& teller = connection_.segments[told.by];
    if (teller.has(syn) && !segment.has(syn)) return false;
    if (segment.has(ack) && teller.sequence_length() > 0 && segment.ack >= teller.sequence_end()) return false;
    return !segment.has(fin) || told.end <= segment.sequence_end();
  }

  /// `segment` is the latest of `side.sent`.
  void look_back(const Segment& segment, Side& side) {
    const Told* told = told_of(segment.seq, side);
    if (told == nullptr && segment.has(syn)) told = told_of(segment.sequence_end() - 1, side);  // with its data
    if (told == nullptr || !may_be_told(segment, *told)) return;
    const Timestamp since = connection_.segments[told->by].sighting().time;
    if (told->by < set_back_ || !is_within(longest_disorder, since, segment.sighting().time)) return;
    // What has the same numbers is a copy, or was sent again upon what it stands behind.
    const auto [before, is_first] = side.late.try_emplace(segment.seq.value(), side.sent.back());
    if (!is_first && !is_same_packet(connection_.segments[before->second], segment)) return;
    late_.push_back(side.sent.back());
    // One direction's own order stands, as far as its numbers agree.
    const auto first = std::ranges::upper_bound(side.sent, told->by);
    side.settled = std::max(side.settled, static_cast<std::size_t>(first - side.sent.begin()));
    for (; side.settled < side.sent.size(); ++side.settled) {
      const std::size_t one = side.sent[side.settled];
      if (connection_.segments[one].seq <= segment.seq) moves_.push_back({one, told->by});
    }
  }

  const Connection& connection_;
  std::array<Side, 2> sides_;
  Timestamp latest_ = Timestamp::min();
  std::size_t set_back_ = 0;  ///< from this one on the times are lower than before, by more than what is recorded late
  std::vector<Move> moves_;
  std::vector<std::size_t> late_;
};

}  // namespace

WireOrder wire_order(const Connection& connection) {
  if (connection.vantage != Vantage::one_point || !may_have_late_ones(connection)) return {};
  Recorded recorded(connection);
  if (recorded.moves().empty()) return {};
  std::list<std::size_t> order(connection.segments.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::list<std::size_t>::iterator> place_of;
  for (auto place = order.begin(); place != order.end(); ++place) place_of.push_back(place);
  for (const Move& move : recorded.moves()) order.splice(place_of[move.before], order, place_of[move.segment]);
  return {{order.begin(), order.end()}, std::move(recorded.late())};
}

}  // namespace tcplab
