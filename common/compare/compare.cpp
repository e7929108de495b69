#include "compare/compare.hpp"

#include <algorithm>
#include <numeric>

#include "compare/align.hpp"
#include "compare/causes.hpp"
#include "compare/segments.hpp"

namespace tcplab {
namespace {

bool is_one_point(const Analysis& analysis) {
  return analysis.connection.vantage == Vantage::one_point;
}

std::string end_text(const std::optional<End>& end) {
  return end ? to_string(*end) : "nobody";
}

std::string time_wait_text(const Verdict& verdict) {
  const bool client = verdict.client == State::time_wait, server = verdict.server == State::time_wait;
  if (client && server) return "client, server";
  if (client || server) return client ? "client" : "server";
  return verdict.client && verdict.server ? "nobody" : "unknown";
}

/// From one point the last segment is only known to have departed, so that its receiver may seem not to be done.
bool time_wait_differs(const Verdict& a, const Verdict& b, bool both_ends) {
  const auto differs = [&](std::optional<State> one, std::optional<State> other) {
    if (!one || !other || (!both_ends && !(is_over(*one) && is_over(*other)))) return false;
    return (*one == State::time_wait) != (*other == State::time_wait);
  };
  return differs(a.client, b.client) || differs(a.server, b.server);
}

std::vector<OutcomeLine> outcome_of(const Analysis& a, const Analysis& b, bool both_ends) {
  if (a.connection.protocol != Protocol::tcp) return {};
  const Verdict &one = a.verdict, &other = b.verdict;
  const auto line = [](const char* name, std::string of_a, std::string of_b) {
    const bool differs = of_a != of_b;
    return OutcomeLine{name, std::move(of_a), std::move(of_b), differs};
  };
  std::vector<OutcomeLine> lines = {
      line("opening", std::string(to_string(one.opening)), std::string(to_string(other.opening))),
      line("ending", std::string(to_string(one.ending)), std::string(to_string(other.ending))),
      line("closed first", end_text(one.closed_first), end_text(other.closed_first)),
      line("TIME-WAIT", time_wait_text(one), time_wait_text(other))};
  // Which of two FINs that cross was the first, neither end can see.
  if (one.ending == Ending::simultaneous && other.ending == Ending::simultaneous) lines[2].differs = false;
  // How it opened is not known of a capture that begins behind that.
  if ((one.opening == Opening::before_capture) != (other.opening == Opening::before_capture)) lines[0].differs = false;
  // Nor what an end did of which nothing was captured.
  const auto misses_end = [](const Analysis& analysis) {
    const Side side(analysis);
    return side.misses(End::client) || side.misses(End::server);
  };
  if (misses_end(a) || misses_end(b)) lines[1].differs = lines[2].differs = false;
  lines[3].differs = time_wait_differs(one, other, both_ends);
  return lines;
}

/// The connection as a capture at `end` would have shown it.
Analysis as_seen_at(End end, const Analysis& whole) {
  Connection seen = whole.connection;
  seen.vantage = Vantage::one_point;
  seen.segments.clear();
  for (Segment segment : whole.connection.segments) {
    const auto sighting = segment.from == end ? segment.departed : segment.arrived;
    if (!sighting) continue;
    segment.departed = segment.arrived = sighting;
    seen.segments.push_back(segment);
  }
  std::ranges::stable_sort(seen.segments, {}, [](const Segment& segment) { return segment.sighting().frame; });
  return analyse(std::move(seen));
}

std::size_t weight(const ConnectionComparison& comparison) {
  return comparison.differences.size() +
         static_cast<std::size_t>(std::ranges::count_if(comparison.outcome, &OutcomeLine::differs));
}

/// What a capture at one point shows of the other's both ends depends on where it was made, which it does not say: the
/// end at which it fits better.
ConnectionComparison compare_from_one_point(const Analysis& a, const Analysis& b) {
  if (is_one_point(a) && is_one_point(b)) {
    ConnectionComparison comparison = compare_segments(Side(a), Side(b), false);
    comparison.outcome = outcome_of(a, b, false);
    return comparison;
  }
  std::optional<ConnectionComparison> best;
  for (const End end : {End::client, End::server}) {
    const auto limit = [&](const Analysis& analysis) {
      return is_one_point(analysis) ? std::nullopt : std::optional(end);
    };
    ConnectionComparison comparison = compare_segments(Side(a, limit(a)), Side(b, limit(b)), false);
    comparison.seen_at = end;
    comparison.outcome =
        is_one_point(a) ? outcome_of(a, as_seen_at(end, b), false) : outcome_of(as_seen_at(end, a), b, false);
    if (!best || weight(comparison) < weight(*best)) best = std::move(comparison);
  }
  return *best;
}

std::size_t bytes_sent(const Analysis& analysis) {
  return std::accumulate(analysis.connection.segments.begin(), analysis.connection.segments.end(), std::size_t{0},
                         [](std::size_t sum, const Segment& segment) {
                           return sum + (segment.protocol == Protocol::icmp ? 0 : segment.length);
                         });
}

/// What makes connections alike.
struct Kind {
  const Analysis* analysis;
  std::size_t bytes;
};

std::vector<Kind> kinds_of(const std::vector<Analysis>& connections) {
  std::vector<Kind> kinds;
  kinds.reserve(connections.size());
  for (const Analysis& analysis : connections) kinds.push_back({&analysis, bytes_sent(analysis)});
  return kinds;
}

int unlikeness(const Kind& a, const Kind& b) {
  if (a.analysis->connection.protocol != b.analysis->connection.protocol) return never_paired;
  const int cost = a.bytes == b.bytes ? 0 : 1;
  const Verdict &one = a.analysis->verdict, &other = b.analysis->verdict;
  return cost + (one.opening == other.opening ? 0 : 2) + (one.ending == other.ending ? 0 : 1) +
         (one.closed_first == other.closed_first ? 0 : 1);
}

ConnectionComparison alone(const Analysis& analysis, const AlignedPair& pair) {
  ConnectionComparison comparison{.a = pair.a, .b = pair.b};
  comparison.both_ends = !is_one_point(analysis);
  PairDifference difference{.kind = DifferenceKind::connection};
  difference.what = std::string("only in ") + (pair.a ? "A" : "B") + ": the whole " +
                    (analysis.connection.protocol == Protocol::udp ? "UDP exchange" : "connection");
  difference.why = why_connection_alone(analysis);
  comparison.differences.push_back(std::move(difference));
  return comparison;
}

}  // namespace

void Tally::add(std::string_view kind, std::size_t count) {
  if (count == 0) return;
  const auto found = std::ranges::find(entries_, kind, &std::pair<std::string, std::size_t>::first);
  if (found == entries_.end())
    entries_.emplace_back(kind, count);
  else
    found->second += count;
}

void Tally::add(const Tally& other) {
  for (const auto& [kind, count] : other.entries_) add(kind, count);
}

std::size_t Tally::of(std::string_view kind) const {
  const auto found = std::ranges::find(entries_, kind, &std::pair<std::string, std::size_t>::first);
  return found == entries_.end() ? 0 : found->second;
}

std::string_view to_string(DifferenceKind kind) {
  constexpr std::string_view words[] = {"fields", "only-a", "only-b", "order", "state", "connection"};
  return words[static_cast<std::size_t>(kind)];
}

bool ConnectionComparison::same() const {
  return differences.empty() && std::ranges::none_of(outcome, &OutcomeLine::differs);
}

bool Comparison::same() const {
  return std::ranges::all_of(connections, &ConnectionComparison::same);
}

std::size_t Comparison::differences() const {
  return std::accumulate(connections.begin(), connections.end(), std::size_t{0},
                         [](std::size_t sum, const auto& connection) { return sum + connection.differences.size(); });
}

ConnectionComparison compare(const Analysis& a, const Analysis& b) {
  const bool both_ends = !is_one_point(a) && !is_one_point(b);
  ConnectionComparison comparison = both_ends ? compare_segments(Side(a), Side(b), true) : compare_from_one_point(a, b);
  if (both_ends) comparison.outcome = outcome_of(a, b, true);
  comparison.a = comparison.b = 0;
  return comparison;
}

Comparison compare(const std::vector<Analysis>& a, const std::vector<Analysis>& b) {
  Comparison comparison;
  const std::vector<Kind> in_a = kinds_of(a), in_b = kinds_of(b);
  const Alignment alignment =
      align(a.size(), b.size(), [&](std::size_t i, std::size_t j) { return unlikeness(in_a[i], in_b[j]); });
  for (const AlignedPair& pair : alignment.pairs) {
    if (!pair.a || !pair.b) {
      comparison.connections.push_back(alone(pair.a ? a[*pair.a] : b[*pair.b], pair));
      continue;
    }
    comparison.connections.push_back(compare(a[*pair.a], b[*pair.b]));
    comparison.connections.back().a = pair.a;
    comparison.connections.back().b = pair.b;
  }
  return comparison;
}

}  // namespace tcplab
