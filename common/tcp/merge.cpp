#include "tcp/merge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tcp/identity.hpp"

namespace tcplab {
namespace {

using std::chrono::nanoseconds;

bool share_a_segment(const Connection& a, const Connection& b) {
  std::set<Identity> of_a;
  for (const Segment& segment : a.segments) of_a.insert(identity(segment));
  return std::ranges::any_of(b.segments, [&](const Segment& segment) { return of_a.contains(identity(segment)); });
}

bool is_same_connection(const Connection& a, const Connection& b) {
  if (a.vantage == Vantage::both_ends || b.vantage == Vantage::both_ends) return false;
  if (a.protocol != b.protocol || a.client != b.client || a.server != b.server) return false;
  if (a.client_iss && b.client_iss && *a.client_iss != *b.client_iss) return false;
  if (a.server_iss && b.server_iss && *a.server_iss != *b.server_iss) return false;
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

/// Whether `one` is the client's capture and `other` the server's. In a simultaneous open each end's own SYN comes
/// first.
bool was_made_at_client(const Connection& one, const Connection& other) {
  const Segment &first = one.segments.front(), &others_first = other.segments.front();
  if (is_plain_syn(first.flags) && is_plain_syn(others_first.flags) && first.from != others_first.from)
    return first.from == End::client;
  return wait_for_answer(one) >= wait_for_answer(other);
}

using Places = std::vector<std::size_t>;

/// Which of `there` each of `here` is, by their places; nothing for those that are not there.
class Matching {
 public:
  Matching(const std::vector<Segment>& here, const std::vector<Segment>& there) : here_(here), there_(there) {
    std::map<Identity, std::pair<Places, Places>> groups;
    for (std::size_t i = 0; i < here.size(); ++i) groups[identity(here[i])].first.push_back(i);
    for (std::size_t i = 0; i < there.size(); ++i) groups[identity(there[i])].second.push_back(i);
    matched_.resize(here.size());
    for (const auto& [key, group] : groups) {
      if (group.first.size() == group.second.size()) match_in_order(group.first, group.second);
    }
    for (const auto& [key, group] : groups) {
      if (group.first.size() != group.second.size()) match_by_time(group.first, group.second);
    }
  }

  [[nodiscard]] std::optional<std::size_t> operator[](std::size_t place) const { return matched_[place]; }

 private:
  void match(std::size_t here, std::size_t there) {
    matched_[here] = there;
    lags_[here_[here].from].push_back(lag(here, there));
  }

  /// How much later `there` shows it than `here`: the way, and how much the two clocks differ.
  [[nodiscard]] nanoseconds lag(std::size_t here, std::size_t there) const {
    return there_[there].sighting().time - here_[here].sighting().time;
  }

  void match_in_order(const Places& here, const Places& there) {
    for (std::size_t i = 0; i < here.size(); ++i) match(here[i], there[i]);
  }

  /// Some of several equal ones were lost: those that came are the ones whose lag is most like that of others which
  /// went the same way.
  void match_by_time(const Places& here, const Places& there) {
    if (here.empty() || there.empty()) return;
    auto& lags = lags_[here_[here.front()].from];
    std::ranges::sort(lags);
    const bool is_known = !lags.empty();
    const nanoseconds usual = is_known ? lags[lags.size() / 2] : nanoseconds(0);
    const bool few_are_here = here.size() < there.size();
    const Places &few = few_are_here ? here : there, &many = few_are_here ? there : here;
    const auto unlike = [&](std::size_t of_few, std::size_t of_many) {
      const nanoseconds found = few_are_here ? lag(of_few, of_many) : lag(of_many, of_few);
      return is_known ? std::max(found - usual, usual - found) : nanoseconds(0);
    };
    std::size_t next =
        0;  // in many: both are in the order of time, so the best for one lies behind the best for those before
    for (std::size_t i = 0; i < few.size(); ++i) {
      const std::size_t last = many.size() - (few.size() - i);
      while (next < last && unlike(few[i], many[next + 1]) < unlike(few[i], many[next])) ++next;
      (few_are_here ? matched_[few[i]] : matched_[many[next]]) = few_are_here ? many[next] : few[i];
      ++next;
    }
  }

  const std::vector<Segment>& here_;
  const std::vector<Segment>& there_;
  std::vector<std::optional<std::size_t>> matched_;
  std::map<End, std::vector<nanoseconds>> lags_;  ///< by sender
};

Connection merge_one(const Connection& at_client, const Connection& at_server) {
  Connection merged = at_client;
  merged.vantage = Vantage::both_ends;
  if (!merged.client_iss) merged.client_iss = at_server.client_iss;
  if (!merged.server_iss) merged.server_iss = at_server.server_iss;
  merged.segments.clear();
  if (at_server.ports_used_again && !at_client.ports_used_again) {
    merged.ports_used_again = true;
    merged.watched_until = at_server.watched_until;
  }

  const Matching matching(at_client.segments, at_server.segments);
  std::vector<bool> used(at_server.segments.size(), false);
  for (std::size_t i = 0; i < at_client.segments.size(); ++i) {
    const auto there = matching[i];
    if (there) used[*there] = true;
    merged.segments.push_back(
        joined(at_client.segments[i], End::client, there ? &at_server.segments[*there] : nullptr));
  }
  for (std::size_t i = 0; i < at_server.segments.size(); ++i) {
    if (!used[i]) merged.segments.push_back(joined(at_server.segments[i], End::server, nullptr));
  }
  std::ranges::stable_sort(merged.segments, {}, [](const Segment& segment) { return segment.sighting().time; });
  return merged;
}

/// Nothing of it came to the other end, or from there.
Connection seen_at_one_end_only(Connection connection, End captured_at) {
  connection.vantage = Vantage::both_ends;
  for (Segment& segment : connection.segments) segment = joined(segment, captured_at, nullptr);
  return connection;
}

}  // namespace

std::vector<Connection> merge(const std::vector<Connection>& one, const std::vector<Connection>& other, Points points) {
  const auto alone = [points](const Connection& connection, End captured_at) {
    return points == Points::unknown ? connection : seen_at_one_end_only(connection, captured_at);
  };
  const auto joined_one = [points](const Connection& a, const Connection& b) {
    const bool a_is_clients = points == Points::client_and_server || was_made_at_client(a, b);
    return a_is_clients ? merge_one(a, b) : merge_one(b, a);
  };
  std::vector<Connection> merged;
  std::vector<bool> used(other.size(), false);
  for (const Connection& connection : one) {
    std::size_t i = 0;
    while (i < other.size() && (used[i] || !is_same_connection(connection, other[i]))) ++i;
    if (i == other.size()) {
      merged.push_back(alone(connection, End::client));
      continue;
    }
    used[i] = true;
    merged.push_back(is_same_capture(connection, other[i]) ? connection : joined_one(connection, other[i]));
  }
  const std::size_t of_one = merged.size();
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (!used[i]) merged.push_back(alone(other[i], End::server));
  }
  const auto began = [](const Connection& connection) { return connection.segments.front().sighting().time; };
  if (merged.size() > of_one) std::ranges::stable_sort(merged, {}, began);
  return merged;
}

}  // namespace tcplab
