#include "compare/pairing.hpp"

#include <algorithm>

namespace tcplab {
namespace {

constexpr TcpFlags::Bit decisive_flags[] = {TcpFlags::syn, TcpFlags::fin, TcpFlags::rst};

/// How unlike two segments of the same sender are that carry something.
class Unlikeness {
 public:
  Unlikeness(const Side& a, const Side& b, bool arrivals) : a_(a), b_(b), arrivals_(arrivals) {}

  [[nodiscard]] int operator()(const SentSegment& a, const SentSegment& b) const {
    const Row &one = a_.row_of(a), &other = b_.row_of(b);
    if (one.protocol != other.protocol) return never_paired;
    if (one.protocol == Protocol::icmp) return one.icmp == other.icmp ? 0 : 3;
    int cost = of_arrivals(a, b);
    if (one.protocol == Protocol::udp) return cost + (one.length == other.length ? 0 : 2);
    return cost + (a.place == b.place ? 0 : 3) + of_flags(one, other) + of_lengths(one.seq->length, other.seq->length);
  }

  [[nodiscard]] int of_arrivals(const SentSegment& a, const SentSegment& b) const {
    return !arrivals_ || (a.departs == b.departs && a.arrival_row.has_value() == b.arrival_row.has_value()) ? 0 : 1;
  }

 private:
  static int of_flags(const Row& one, const Row& other) {
    if (one.flags == other.flags) return 0;
    const auto differs = [&](TcpFlags::Bit flag) { return one.flags.has(flag) != other.flags.has(flag); };
    if (std::ranges::none_of(decisive_flags, differs)) return 1;
    const bool syn = one.flags.has(TcpFlags::syn) || other.flags.has(TcpFlags::syn);
    const bool answers_syn = one.flags.has(TcpFlags::ack) && other.flags.has(TcpFlags::ack) && differs(TcpFlags::rst);
    if (differs(TcpFlags::syn)) return answers_syn ? 4 : never_paired;
    if (syn) return 4;
    // Both end the direction, each in its way; or one says the same with a FIN on it.
    if (differs(TcpFlags::rst) && differs(TcpFlags::fin)) return 5;
    return one.seq->length > 0 && other.seq->length > 0 ? 2 : 7;
  }

  static int of_lengths(std::uint32_t one, std::uint32_t other) {
    if (one == other) return 0;
    return one == 0 || other == 0 ? 3 : 2;
  }

  const Side &a_, &b_;
  bool arrivals_;
};

class Pairer {
 public:
  Pairer(const Side& a, const Side& b, bool arrivals) : a_(a), b_(b), unlikeness_(a, b, arrivals) {}

  Pairing run() {
    for (const End end : {End::client, End::server}) pair_carriers(end);
    for (const End end : {End::client, End::server}) pair_acks(end);
    for (const End end : {End::client, End::server}) list_partners(end);
    for (const End end : {End::client, End::server}) reunite_acks_of_fin(end);
    return std::move(result_);
  }

 private:
  using Positions = std::vector<std::size_t>;

  static Positions carriers(const Side& side, End end) {
    Positions found;
    const auto& sent = side.sent_by(end);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (!side.is_bare_ack(sent[i])) found.push_back(i);
    }
    return found;
  }
  static Positions bare_acks(const Side& side, End end, std::size_t begin, std::size_t behind) {
    Positions found;
    for (std::size_t i = begin; i < behind; ++i) {
      if (side.is_bare_ack(side.sent_by(end)[i])) found.push_back(i);
    }
    return found;
  }

  std::vector<AlignedPair> aligned(const Positions& of_a, const Positions& of_b, const PairCost& cost) {
    Alignment alignment =
        align(of_a.size(), of_b.size(), [&](std::size_t i, std::size_t j) { return cost(of_a[i], of_b[j]); });
    result_.in_windows = result_.in_windows || alignment.in_windows;
    for (AlignedPair& pair : alignment.pairs) {
      if (pair.a) pair.a = of_a[*pair.a];
      if (pair.b) pair.b = of_b[*pair.b];
    }
    return std::move(alignment.pairs);
  }

  void pair_carriers(End end) {
    const auto &in_a = a_.sent_by(end), &in_b = b_.sent_by(end);
    auto pairs = aligned(carriers(a_, end), carriers(b_, end),
                         [&](std::size_t i, std::size_t j) { return unlikeness_(in_a[i], in_b[j]); });
    reunite_moved(pairs, in_a, in_b);
    NumberMap& numbers = result_.numbers[index_of(end)];
    result_.recut[index_of(end)] = find_recut(a_, b_, end);
    for (const AlignedPair& pair : pairs) {
      if (!result_.is_recut(end, pair) && pair.a && pair.b && in_a[*pair.a].place == Place::next &&
          in_b[*pair.b].place == Place::next)
        numbers.add(in_a[*pair.a], in_b[*pair.b]);
    }
    result_.pairs[index_of(end)] = std::move(pairs);
  }

  /// The same segment that was sent before another in A and behind it in B is left alone twice; it is one.
  void reunite_moved(std::vector<AlignedPair>& pairs, const std::vector<SentSegment>& in_a,
                     const std::vector<SentSegment>& in_b) const {
    std::multimap<std::pair<std::int64_t, std::int64_t>, AlignedPair*> alone;
    for (AlignedPair& pair : pairs) {
      if (!pair.a && b_.row_of(in_b[*pair.b]).seq)
        alone.emplace(std::pair(in_b[*pair.b].first, in_b[*pair.b].end), &pair);
    }
    for (AlignedPair& pair : pairs) {
      if (!pair.a || pair.b || !a_.row_of(in_a[*pair.a]).seq) continue;  // neither: it has been reunited
      const SentSegment& sent = in_a[*pair.a];
      const auto [begin, end] = alone.equal_range({sent.first, sent.end});
      const auto found = std::find_if(begin, end, [&](const auto& candidate) {
        return b_.row_of(in_b[*candidate.second->b]).flags == a_.row_of(sent).flags;
      });
      if (found == end) continue;
      pair.b = std::exchange(found->second->b, std::nullopt);
      alone.erase(found);
    }
    std::erase_if(pairs, [](const AlignedPair& pair) { return !pair.a && !pair.b; });
  }

  void pair_acks(End end) {
    auto& pairs = result_.pairs[index_of(end)];
    std::vector<AlignedPair> anchors;
    for (const AlignedPair& pair : pairs) {
      if (!pair.a || !pair.b) continue;
      if (anchors.empty() || *pair.b > *anchors.back().b) anchors.push_back(pair);
    }
    anchors.push_back({a_.sent_by(end).size(), b_.sent_by(end).size()});
    std::size_t a_begin = 0, b_begin = 0;
    for (const AlignedPair& anchor : anchors) {
      const auto between = aligned(bare_acks(a_, end, a_begin, *anchor.a), bare_acks(b_, end, b_begin, *anchor.b),
                                   [&](std::size_t i, std::size_t j) { return ack_cost(end, i, j); });
      pairs.insert(pairs.end(), between.begin(), between.end());
      a_begin = *anchor.a;
      b_begin = *anchor.b;
    }
  }

  /// Where another end closes first, the ACK of the same FIN stands before its sender's own in A and behind it in B.
  void reunite_acks_of_fin(End end) {
    auto& pairs = result_.pairs[index_of(end)];
    const auto& partners = result_.of_a[index_of(peer_of(end))];
    std::map<std::size_t, AlignedPair*> alone;  // in B, by the FIN that they acknowledge
    for (AlignedPair& pair : pairs) {
      if (pair.a || !b_.is_bare_ack(b_.sent_by(end)[*pair.b])) continue;
      if (const auto fin = acknowledged_fin(b_, b_.sent_by(end)[*pair.b])) alone.emplace(*fin, &pair);
    }
    for (AlignedPair& pair : pairs) {
      if (!pair.a || pair.b || !a_.is_bare_ack(a_.sent_by(end)[*pair.a])) continue;
      const auto fin = acknowledged_fin(a_, a_.sent_by(end)[*pair.a]);
      const auto found = fin && partners[*fin] ? alone.find(*partners[*fin]) : alone.end();
      if (found == alone.end()) continue;
      pair.b = std::exchange(found->second->b, std::nullopt);
      result_.of_a[index_of(end)][*pair.a] = pair.b;
      result_.of_b[index_of(end)][*pair.b] = pair.a;
      alone.erase(found);
    }
    std::erase_if(pairs, [](const AlignedPair& pair) { return !pair.a && !pair.b; });
  }

  /// Among what its receiver sent.
  static std::optional<std::size_t> acknowledged_fin(const Side& side, const SentSegment& ack) {
    for (const std::size_t i : side.newly_acknowledged(ack)) {
      if (side.row_of(side.sent_by(peer_of(ack.from))[i]).flags.has(TcpFlags::fin)) return i;
    }
    return std::nullopt;
  }

  void list_partners(End end) {
    auto &of_a = result_.of_a[index_of(end)], &of_b = result_.of_b[index_of(end)];
    of_a.resize(a_.sent_by(end).size());
    of_b.resize(b_.sent_by(end).size());
    for (const auto& [a, b] : result_.pairs[index_of(end)]) {
      if (!a || !b) continue;
      of_a[*a] = b;
      of_b[*b] = a;
    }
  }

  /// Bare ACKs are partners only if they acknowledge the same.
  [[nodiscard]] int ack_cost(End end, std::size_t i, std::size_t j) const {
    const SentSegment &a = a_.sent_by(end)[i], &b = b_.sent_by(end)[j];
    const Row &one = a_.row_of(a), &other = b_.row_of(b);
    if (!result_.same_number(peer_of(end), *one.ack, *other.ack)) return never_paired;
    return unlikeness_.of_arrivals(a, b) + (one.flags == other.flags ? 0 : 1);
  }

  const Side &a_, &b_;
  Unlikeness unlikeness_;
  Pairing result_;
};

}  // namespace

void NumberMap::add(const SentSegment& a, const SentSegment& b) {
  for (const auto& [in_a, in_b] : {std::pair(a.first, b.first), std::pair(a.end, b.end)}) {
    const auto [place, is_new] = known_.try_emplace(in_a, in_b, in_b);
    place->second.first = std::min(place->second.first, in_b);
    place->second.second = std::max(place->second.second, in_b);
  }
}

bool NumberMap::same(std::int64_t a, std::int64_t b) const {
  if (a == b) return true;
  const auto above = known_.upper_bound(a);
  if (above == known_.begin()) return false;
  const auto& [from, in_b] = *std::prev(above);
  if (from == a) return in_b.first <= b && b <= in_b.second;
  return above != known_.end() && b == in_b.second + (a - from) && b < above->second.first;
}

bool acknowledges_same(const Side& a, std::int64_t ack_of_a, const Side& b, std::int64_t ack_of_b, End end,
                       const Pairing& pairing) {
  if (pairing.same_number(end, ack_of_a, ack_of_b)) return true;
  const auto& partners = pairing.of_a[index_of(end)];
  const auto& partners_of_b = pairing.of_b[index_of(end)];
  const auto in_a = a.fresh_below(end, ack_of_a), in_b = b.fresh_below(end, ack_of_b);
  const auto last_a = std::find_if(in_a.rbegin(), in_a.rend(), [&](std::size_t i) { return partners[i].has_value(); });
  const auto last_b =
      std::find_if(in_b.rbegin(), in_b.rend(), [&](std::size_t i) { return partners_of_b[i].has_value(); });
  if (last_a == in_a.rend() || last_b == in_b.rend()) return last_a == in_a.rend() && last_b == in_b.rend();
  return partners[*last_a] == *last_b;
}

Pairing pair_segments(const Side& a, const Side& b, bool arrivals) {
  return Pairer(a, b, arrivals).run();
}

}  // namespace tcplab
