#include "tcp/merge.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "tcp/identity.hpp"
#include "tcp/matching.hpp"
#include "tcp/numbers.hpp"

namespace tcplab {
namespace {

using std::chrono::nanoseconds;

bool share_a_segment(const Connection& a, const Connection& b) {
  const std::set<Identity> of_a = identities(a.segments);
  return std::ranges::any_of(b.segments, [&](const Segment& segment) { return of_a.contains(identity(segment)); });
}

bool is_same_connection(const Connection& a, const Connection& b) {
  if (a.vantage == Vantage::both_ends || b.vantage == Vantage::both_ends) return false;
  if (a.protocol != b.protocol || a.client != b.client || a.server != b.server) return false;
  if (a.client_iss && b.client_iss && *a.client_iss != *b.client_iss) return false;
  if (a.server_iss && b.server_iss && *a.server_iss != *b.server_iss) return false;
  return (a.client_iss && a.server_iss && b.client_iss && b.server_iss) || share_a_segment(a, b);
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

/// In a simultaneous open each end's own SYN comes first.
bool is_simultaneous(const Connection& one, const Connection& other) {
  const Segment &first = one.segments.front(), &others_first = other.segments.front();
  return is_plain_syn(first.flags) && is_plain_syn(others_first.flags) && first.from != others_first.from;
}

/// Whether `one` is the client's capture and `other` the server's.
bool was_made_at_client(const Connection& one, const Connection& other) {
  if (is_simultaneous(one, other)) return one.segments.front().from == End::client;
  return wait_for_answer(one) >= wait_for_answer(other);
}

/// How long a capture shows the client waiting for the SYN,ACK; nothing where it does not show both.
std::optional<nanoseconds> wait_for_syn_ack(const Connection& connection) {
  const auto& segments = connection.segments;
  const auto asked = std::ranges::find_if(
      segments, [](const Segment& one) { return is_plain_syn(one.flags) && one.from == End::client; });
  if (asked == segments.end()) return std::nullopt;
  const auto answered = std::find_if(asked, segments.end(), [&](const Segment& one) {
    const bool is_answer = one.from == End::server && one.has(TcpFlags::syn) && one.has(TcpFlags::ack);
    return is_answer && one.ack > asked->seq && one.ack <= asked->sequence_end();
  });
  if (answered == segments.end()) return std::nullopt;
  return answered->sighting().time - asked->sighting().time;
}

/// Whether, of captures made at a client's host and at a server's, a connection was opened by the server's host: it is
/// the one that waits for the answer, or whose own SYN comes first.
bool goes_the_other_way(const Connection& at_client_host, const Connection& at_server_host) {
  if (is_simultaneous(at_client_host, at_server_host)) return at_client_host.segments.front().from != End::client;
  const auto here = wait_for_syn_ack(at_client_host), there = wait_for_syn_ack(at_server_host);
  return here && there && *there / 2 > *here;
}

Connection merge_segments(const Connection& at_client, const Connection& at_server) {
  Connection merged = at_client;
  merged.vantage = Vantage::both_ends;
  merged.client_is_guess = at_client.client_is_guess && at_server.client_is_guess;
  if (!merged.client_iss) merged.client_iss = at_server.client_iss;
  if (!merged.server_iss) merged.server_iss = at_server.server_iss;
  merged.segments.clear();
  merged.server_watched_until = at_server.watched_until;
  if (at_server.ports_used_again && !at_client.ports_used_again) {
    merged.ports_used_again = true;
    merged.watched_until = at_server.watched_until;
  }

  std::vector<Segment> clients = at_client.segments, servers = at_server.segments;
  merged.cut_on_way = cut_alike(clients, servers) + cut_alike(servers, clients);
  const Matching matching(clients, servers);
  std::vector<bool> used(servers.size(), false);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto there = matching[i];
    if (there) used[*there] = true;
    merged.segments.push_back(joined(clients[i], End::client, there ? &servers[*there] : nullptr));
  }
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (!used[i]) merged.segments.push_back(joined(servers[i], End::server, nullptr));
  }
  std::ranges::stable_sort(merged.segments, {}, [](const Segment& segment) { return segment.sighting().time; });
  return merged;
}

// --- A capture that lacks something -------------------------------------------------------------------------------

/// Numbers, and the highest that is not among them any more.
struct Stream {
  Numbers numbers;
  std::optional<SeqNum> end;
  void add(const Segment& segment) {
    numbers.add(segment.seq, segment.sequence_end());
    end = end ? std::max(*end, segment.sequence_end()) : segment.sequence_end();
  }
  [[nodiscard]] bool contain(const Segment& segment) const {
    return numbers.contain(segment.seq, segment.sequence_end());
  }
};

/// Until where a capture shows something, by the frames and the clock of the other end's.
struct Until {
  std::uint64_t frame = 0;
  Timestamp time;
  [[nodiscard]] bool is_before(const Sighting& seen) const { return seen.frame > frame && seen.time > time; }
};
/// Of the capture made at `end`; nothing where it shows more behind the last that both show. What else it had behind
/// that tells that it went on.
std::optional<Until> shows_until(End end, const Connection& merged) {
  std::uint64_t last_here = 0;
  std::optional<Sighting> shared, shared_there;
  for (const Segment& segment : merged.segments) {
    const auto &here = segment.seen_at(end), &there = segment.seen_at(peer_of(end));
    if (here) last_here = std::max(last_here, here->frame);
    if (!here || !there) continue;
    if (!shared || here->frame > shared->frame) shared = here;
    if (!shared_there || there->frame > shared_there->frame) shared_there = there;
  }
  if (!shared || last_here != shared->frame) return std::nullopt;
  const auto& watched = end == End::client ? merged.watched_until : merged.server_watched_until;
  const nanoseconds longer = watched ? std::max(*watched - shared->time, nanoseconds(0)) : nanoseconds(0);
  return Until{shared_there->frame, shared_there->time + longer};
}

/// Segments that the capture made at that end should have and lacks: its end acknowledges them, and nothing else that
/// came has their numbers; or it must have sent them, as it sends what comes behind them. And what it sent behind all
/// that the capture shows, which ended sooner: `until`, where that may be.
std::size_t lacking_at(End end, const Connection& merged, const std::optional<Until>& until) {
  Stream sent_here, sent_there, came;
  std::set<Identity> seen_here;  // of its own
  std::optional<SeqNum> acknowledged;
  const auto consumes = [&](const Segment& segment) {
    return segment.sequence_length() > 0 && !segment.has(TcpFlags::rst) && !merged.is_foreign_syn(segment) &&
           !merged.is_other_answer(segment);
  };
  std::array<std::uint64_t, 2> sent{};
  for (const Segment& segment : merged.segments) {
    if (until && segment.from == end && segment.departed) seen_here.insert(identity(segment));
    if (!consumes(segment) || !segment.departed) continue;
    sent[index_of(segment.from)] += segment.sequence_length();
    (segment.from == end ? sent_here : sent_there).add(segment);
    if (segment.from != end && segment.arrived) came.add(segment);
  }
  constexpr std::uint64_t most = std::uint64_t{1} << 30U;  // of which Numbers tell
  if (sent[0] >= most || sent[1] >= most) return 0;
  for (const Segment& segment : merged.segments) {
    if (segment.from != end || !segment.has(TcpFlags::ack) || segment.has(TcpFlags::rst)) continue;
    const bool is_wild = !sent_there.end || segment.ack > *sent_there.end;
    if (!is_wild && (!acknowledged || segment.ack > *acknowledged)) acknowledged = segment.ack;
  }
  return static_cast<std::size_t>(std::ranges::count_if(merged.segments, [&](const Segment& segment) {
    if (segment.protocol != Protocol::tcp) return false;
    const bool is_own = segment.from == end, was_seen = segment.seen_at(end).has_value();
    const bool is_behind = is_own && !was_seen && until && until->is_before(*segment.arrived);
    if (is_behind && !seen_here.contains(identity(segment))) return true;
    if (!consumes(segment)) return false;
    if (is_own)
      return !was_seen && sent_here.end && segment.sequence_end() < *sent_here.end && !sent_here.contain(segment);
    return !was_seen && acknowledged && segment.sequence_end() <= *acknowledged && !came.contain(segment);
  }));
}

/// What only departs, behind all that the other capture shows, may have come when that had ended; but not what is sent
/// again for want of an answer.
void doubt_losses(Connection& merged, End receiver, const Until& until) {
  std::optional<SeqNum> sent_again;  // from here on, later
  for (std::size_t i = merged.segments.size(); i-- > 0;) {
    Segment& segment = merged.segments[i];
    if (segment.from == receiver || !segment.departed || segment.protocol != Protocol::tcp) continue;
    const bool is_repeated = segment.sequence_length() > 0 && sent_again && segment.sequence_end() > *sent_again;
    if (!segment.arrived && until.is_before(*segment.departed) && !is_repeated) segment.may_have_arrived = true;
    if (segment.sequence_length() > 0) sent_again = sent_again ? std::min(*sent_again, segment.seq) : segment.seq;
  }
}

/// Where one of the captures lacks something, as it began later or ended sooner, what both show would be taken for lost
/// or forged: then the other alone tells more.
Connection merge_one(const Connection& at_client, const Connection& at_server, bool show_all) {
  Connection merged = merge_segments(at_client, at_server);
  if (merged.protocol != Protocol::tcp) return merged;
  const auto clients_until = show_all ? std::nullopt : shows_until(End::client, merged);
  const auto servers_until = show_all ? std::nullopt : shows_until(End::server, merged);
  const std::size_t at_clients = lacking_at(End::client, merged, clients_until),
                    at_servers = lacking_at(End::server, merged, servers_until);
  if (at_clients == 0 && at_servers == 0) {
    if (clients_until) doubt_losses(merged, End::client, *clients_until);
    if (servers_until) doubt_losses(merged, End::server, *servers_until);
    return merged;
  }
  Connection alone = at_clients <= at_servers ? at_client : at_server;
  alone.left_out = at_clients <= at_servers ? End::server : End::client;
  return alone;
}

/// Nothing of it came to the other end, or from there.
Connection seen_at_one_end_only(Connection connection, End captured_at) {
  connection.vantage = Vantage::both_ends;
  for (Segment& segment : connection.segments) segment = joined(segment, captured_at, nullptr);
  return connection;
}

/// Which of two captures shows what.
class Merging {
 public:
  Merging(const std::vector<Connection>& one, const std::vector<Connection>& other, Points points)
      : one_(one), other_(other), points_(points), partners_(one.size()), has_partner_(other.size(), false) {
    for (std::size_t i = 0; i < one.size(); ++i) {
      std::size_t place = 0;
      while (place < other.size() && (has_partner_[place] || !is_same_connection(one[i], other[place]))) ++place;
      if (place == other.size()) continue;
      partners_[i] = place;
      has_partner_[place] = true;
      (is_clients(one[i], other[place]) ? hosts_of_one_ : hosts_of_other_).insert(one[i].client.address);
      (is_clients(one[i], other[place]) ? hosts_of_other_ : hosts_of_one_).insert(one[i].server.address);
    }
  }

  [[nodiscard]] std::vector<Connection> merged() const {
    std::vector<Connection> merged;
    for (std::size_t i = 0; i < one_.size(); ++i)
      merged.push_back(partners_[i] ? both(one_[i], other_[*partners_[i]]) : alone(one_[i], End::client));
    const std::size_t of_one = merged.size();
    for (std::size_t i = 0; i < other_.size(); ++i) {
      if (!has_partner_[i]) merged.push_back(alone(other_[i], End::server));
    }
    const auto began = [](const Connection& connection) { return connection.segments.front().sighting().time; };
    if (merged.size() > of_one) std::ranges::stable_sort(merged, {}, began);
    return merged;
  }

 private:
  /// Whether `one` is the capture of this connection's client.
  [[nodiscard]] bool is_clients(const Connection& one, const Connection& other) const {
    return points_ == Points::client_and_server ? !goes_the_other_way(one, other) : was_made_at_client(one, other);
  }
  [[nodiscard]] Connection both(const Connection& one, const Connection& other) const {
    if (is_same_capture(one, other)) return one;
    const bool show_all = points_ == Points::client_and_server;
    return is_clients(one, other) ? merge_one(one, other, show_all) : merge_one(other, one, show_all);
  }
  /// `usual`: where it was captured, if nothing else is known of the hosts. Who answers by more than an RST had it
  /// come: by other addresses, through a NAT, or it was not captured there.
  [[nodiscard]] Connection alone(const Connection& connection, End usual) const {
    if (points_ == Points::unknown) return connection;
    const auto& hosts = usual == End::client ? hosts_of_one_ : hosts_of_other_;
    const Endpoint &near = connection.address(usual), &far = connection.address(peer_of(usual));
    const bool is_far = hosts.contains(far.address) && !hosts.contains(near.address);
    const End near_end = is_far ? peer_of(usual) : usual;
    const bool is_answered = std::ranges::any_of(connection.segments, [&](const Segment& segment) {
      return segment.from != near_end && segment.has(TcpFlags::ack) && !segment.has(TcpFlags::rst);
    });
    return is_answered ? connection : seen_at_one_end_only(connection, near_end);
  }

  const std::vector<Connection>& one_;
  const std::vector<Connection>& other_;
  Points points_;
  std::vector<std::optional<std::size_t>> partners_;   ///< of each of `one`, by its place in `other`
  std::vector<bool> has_partner_;                      ///< of each of `other`
  std::set<IpAddress> hosts_of_one_, hosts_of_other_;  ///< where each capture was made
};

}  // namespace

std::vector<Connection> merge(const std::vector<Connection>& one, const std::vector<Connection>& other, Points points) {
  return Merging(one, other, points).merged();
}

}  // namespace tcplab
