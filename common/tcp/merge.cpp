#include "tcp/merge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace tcplab {
namespace {

using std::chrono::nanoseconds;

/// What a segment keeps on its way.
auto identity(const Segment& segment) {
  return std::tuple(segment.from, segment.seq.value(), segment.ack.value(), segment.flags.bits(), segment.length,
                    segment.window, segment.ip_identification, segment.options);
}

bool share_a_segment(const Connection& a, const Connection& b) {
  std::set<decltype(identity(std::declval<Segment>()))> of_a;
  for (const Segment& segment : a.segments) of_a.insert(identity(segment));
  return std::ranges::any_of(b.segments, [&](const Segment& segment) { return of_a.contains(identity(segment)); });
}

bool is_same_connection(const Connection& a, const Connection& b) {
  if (a.vantage == Vantage::both_ends || b.vantage == Vantage::both_ends) return false;
  if (a.client != b.client || a.server != b.server) return false;
  if (a.client_iss && b.client_iss && *a.client_iss != *b.client_iss) return false;
  return share_a_segment(a, b);
}

/// One capture named twice, or a copy of it: it was made at one point all the same.
bool is_same_capture(const Connection& a, const Connection& b) {
  return std::ranges::equal(
      a.segments, b.segments, {}, [](const Segment& segment) { return segment.sighting().time; },
      [](const Segment& segment) { return segment.sighting().time; });
}

/// How long the capture shows the client waiting for the server's first answer: a round trip longer at the client's
/// end.
nanoseconds wait_for_answer(const Connection& connection) {
  const auto is_from = [](End end) { return [end](const Segment& segment) { return segment.from == end; }; };
  const auto asked = std::ranges::find_if(connection.segments, is_from(End::client));
  const auto answered = std::find_if(asked, connection.segments.end(), is_from(End::server));
  if (answered == connection.segments.end()) return nanoseconds::max();
  return answered->departed->time - asked->departed->time;
}

/// `here` as its own end captured it, with what the other end's capture adds. Nothing for `there`: it was lost, or
/// forged.
Segment joined(Segment here, End captured_at, const Segment* there) {
  std::optional<Sighting>& elsewhere = here.from == captured_at ? here.arrived : here.departed;
  elsewhere = there != nullptr ? there->departed : std::nullopt;
  return here;
}

/// Equal segments are matched first to first: one that was repeated as it was is taken to have arrived in that order.
Connection merge_one(const Connection& at_client, const Connection& at_server) {
  Connection merged = at_client;
  merged.vantage = Vantage::both_ends;
  if (!merged.client_iss) merged.client_iss = at_server.client_iss;
  if (!merged.server_iss) merged.server_iss = at_server.server_iss;
  merged.segments.clear();

  std::multimap<decltype(identity(std::declval<Segment>())), const Segment*> unmatched;
  for (const Segment& segment : at_server.segments) unmatched.emplace(identity(segment), &segment);
  for (const Segment& here : at_client.segments) {
    const auto there = unmatched.lower_bound(identity(here));
    const bool found = there != unmatched.end() && there->first == identity(here);
    merged.segments.push_back(joined(here, End::client, found ? there->second : nullptr));
    if (found) unmatched.erase(there);
  }
  for (const auto& [key, alone] : unmatched) merged.segments.push_back(joined(*alone, End::server, nullptr));
  std::ranges::stable_sort(merged.segments, {}, [](const Segment& segment) { return segment.sighting().time; });
  return merged;
}

}  // namespace

std::vector<Connection> merge(const std::vector<Connection>& one, const std::vector<Connection>& other) {
  std::vector<Connection> merged;
  std::vector<bool> used(other.size(), false);
  for (const Connection& connection : one) {
    const auto same = [&](std::size_t i) { return !used[i] && is_same_connection(connection, other[i]); };
    std::size_t i = 0;
    while (i < other.size() && !same(i)) ++i;
    if (i == other.size()) {
      merged.push_back(connection);
      continue;
    }
    used[i] = true;
    if (is_same_capture(connection, other[i])) {
      merged.push_back(connection);
      continue;
    }
    const bool one_is_clients = wait_for_answer(connection) >= wait_for_answer(other[i]);
    merged.push_back(one_is_clients ? merge_one(connection, other[i]) : merge_one(other[i], connection));
  }
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (!used[i]) merged.push_back(other[i]);
  }
  return merged;
}

}  // namespace tcplab
