#include "tcp/connection_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

#include "tcp/icmp_error.hpp"
#include "tcp/prefetch.hpp"

namespace tcplab {
namespace {

SegmentHeader in_packet(const IpHeader& ip, Protocol protocol, End from) {
  SegmentHeader header;
  header.from = from;
  header.protocol = protocol;
  header.ip_identification = ip.identification;
  header.hop_limit = ip.hop_limit;
  return header;
}

SegmentHeader header_of(const TcpSegment& segment, const IpHeader& ip, End from) {
  SegmentHeader header;
  header.from = from;
  header.seq = segment.seq;
  header.ack = segment.ack;
  header.flags = segment.flags;
  header.length = segment.payload_length_bytes;
  header.window = segment.window;
  header.urgent_pointer = segment.urgent_pointer;
  header.has_whole_header = segment.has_whole_header && !ip.exceeds_frame;
  header.ip_identification = ip.identification;
  header.hop_limit = ip.hop_limit;
  return header;
}

/// Of several SYNs the one that is answered counts, and until then the latest: the flow, which has seen the segment,
/// tells which.
void note_initial_number(Connection& connection, const Flow& flow, const SegmentHeader& header) {
  std::optional<SeqNum>& iss = header.from == End::client ? connection.client_iss : connection.server_iss;
  const auto own = flow.iss(header.from);
  if (header.has(TcpFlags::syn) ? own == header.seq : own && iss && *own != *iss) iss.emplace(*own);
}

/// Whether a connection that begins so, behind the one that `before` and `flow` are of, has another number than the
/// latest SYN there of the same end, or, without one, than is known of it.
bool reuses_ports(const SegmentStore::Chain& before, const Flow& flow, const SegmentHeader& first) {
  std::optional<SeqNum> number = flow.iss(first.from);
  before.for_each([&](const SegmentStore::Kept& kept) {
    if (kept.header.from == first.from && kept.header.has(TcpFlags::syn)) number = kept.header.seq;
  });
  return number != first.seq;
}

/// Another begins on its ports: whatever the capture shows later is not of this one.
void note_reuse(Connection& connection, Timestamp time) {
  connection.ports_used_again = true;
  connection.watched_until = time;
}

/// It grows in few steps: what is moved is dear, and so is memory that was never touched.
template <typename Vector>
void make_room(Vector& vector) {
  constexpr std::size_t few = 512, many = 16 * std::size_t{1024};
  if (vector.size() == few && vector.capacity() == few) vector.reserve(many);
}

/// Zero if the two are the same. By whole words: it is asked of every segment.
std::uint64_t difference(const Endpoint& left, const Endpoint& right) {
  using Words = std::array<std::uint64_t, 2>;
  const auto lefts = std::bit_cast<Words>(left.address.bytes), rights = std::bit_cast<Words>(right.address.bytes);
  const unsigned ports = left.port ^ right.port, versions = left.address.version ^ right.address.version;
  return (lefts[0] ^ rights[0]) | (lefts[1] ^ rights[1]) | ports | versions;
}

bool is_between(const Connection& connection, const Endpoint& client, const Endpoint& server) {
  return (difference(connection.client, client) | difference(connection.server, server)) == 0;
}

}  // namespace

// --- Where the connections are found --------------------------------------------------------------------------------

/// By the lower half of the hash: the index goes by the upper one.
bool ConnectionTable::keeps(std::uint32_t hash) const {
  return (hash & 0xffffU) * share_.tables >> 16U == share_.index;
}

ConnectionTable::Found ConnectionTable::find(Protocol protocol, std::uint32_t hash, const Endpoint& one,
                                             const Endpoint& other) {
  End from = End::client;
  const std::uint32_t found = index_.find(hash, [&](std::uint32_t number) {
    const Connection& connection = connections_[latest_[number].index].connection;
    // Without a branch between the two, for the directions alternate as they like.
    const bool is_from_client = is_between(connection, one, other);
    const bool is_from_server = is_between(connection, other, one);
    from = static_cast<End>(!is_from_client);
    return (is_from_client | is_from_server) && connection.protocol == protocol;
  });
  return {found == FlowIndex::none ? nullptr : &latest_[found], from};
}

ConnectionTable::Latest& ConnectionTable::insert(std::uint32_t hash, Latest latest) {
  index_.insert(hash, static_cast<std::uint32_t>(latest_.size()));
  make_room(latest_);
  return latest_.emplace_back(std::move(latest));
}

// --- What comes in --------------------------------------------------------------------------------------------------

void ConnectionTable::add(Timestamp time, const Packet& packet, std::uint64_t frame) {
  watched_until_ = time;
  if (!packet.ip) return;
  const Sighting seen{time, frame};
  if (const TcpSegment* segment = packet.tcp()) return add_segment(*segment, *packet.ip, seen);
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport))
    return add_datagram(*datagram, *packet.ip, seen);
  if (const auto* message = std::get_if<IcmpMessage>(&packet.transport)) add_error(*message, *packet.ip, seen);
}

ConnectionTable::Expected ConnectionTable::expect(std::span<const Packet> packets) const {
  assert(packets.size() <= most_expected);
  Expected expected;
  std::array<std::uint32_t, most_expected> found;
  std::size_t count = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const TcpSegment* segment = packets[i].ip ? packets[i].tcp() : nullptr;
    expected.places_[expected.count_] = static_cast<std::uint8_t>(i);
    if (segment == nullptr) {
      ++expected.count_;  // whose it is, add() knows
      continue;
    }
    found[count] =
        hash_of({packets[i].ip->source, segment->source_port}, {packets[i].ip->destination, segment->destination_port});
    // No branch: no processor foresees whose it is.
    const auto is_mine = static_cast<std::size_t>(keeps(found[count]));
    expected.count_ += is_mine;
    count += is_mine;
  }
  // Each step needs what the one before has asked for.
  const auto each = [&](auto step) {
    for (std::uint32_t& one : std::span(found).first(count)) step(one);
  };
  each([&](std::uint32_t one) { index_.expect(one); });
  each([&](std::uint32_t& one) {
    one = index_.candidate(one);
    if (one != FlowIndex::none) prefetch(&latest_[one], sizeof(Latest));
  });
  each([&](std::uint32_t one) {
    if (one != FlowIndex::none) prefetch(&connections_[latest_[one].index], sizeof(StoredConnections::One));
  });
  each([&](std::uint32_t one) {
    if (one != FlowIndex::none) prefetch(connections_[latest_[one].index].chain.last);
  });
  each([&](std::uint32_t one) {
    if (one == FlowIndex::none) return;
    SegmentStore::Part& part = *connections_[latest_[one].index].chain.last;
    prefetch(part.begin() + part.used);
  });
  return expected;
}

std::vector<Connection> ConnectionTable::connections() const {
  std::vector<Connection> connections;
  for (const auto& [connection, chain] : connections_) {
    connections.push_back(connection);
    connections.back().segments = chain.segments();
  }
  return connections;
}

StoredConnections ConnectionTable::take_stored() {
  latest_.clear();
  index_ = FlowIndex(latest_.get_allocator().resource());
  for (auto& one : connections_)
    if (!one.connection.ports_used_again) one.connection.watched_until = watched_until_;
  const auto first_frame = [](const StoredConnections::One& one) { return one.chain.front().seen.frame; };
  if (!std::ranges::is_sorted(connections_, {}, first_frame)) std::ranges::stable_sort(connections_, {}, first_frame);
  return {std::exchange(connections_, {}), std::move(store_)};
}

void ConnectionTable::add_segment(const TcpSegment& segment, const IpHeader& ip, const Sighting& seen) {
  const Endpoint source{ip.source, segment.source_port}, destination{ip.destination, segment.destination_port};
  const std::uint32_t hash = hash_of(source, destination);
  if (!keeps(hash)) return;
  auto [latest, from] = find(Protocol::tcp, hash, source, destination);
  SegmentHeader header = header_of(segment, ip, from);
  const bool is_new = latest == nullptr;
  if (is_new || begins_another(latest->flow, latest->time, latest->foreign_syn != nullptr, header, seen.time)) {
    Latest fresh = begin_latest(source, destination, segment.flags);
    Connection& connection = connections_[fresh.index].connection;
    if (!is_new) {
      auto& [before, chain] = connections_[latest->index];
      connection.reuses_ports = reuses_ports(chain, latest->flow, header);
      if (segment.flags.has(TcpFlags::syn)) note_reuse(before, seen.time);
    }
    header.from = source == connection.client ? End::client : End::server;
    if (is_new)
      latest = &insert(hash, std::move(fresh));
    else
      *latest = std::move(fresh);
  }
  follow(*latest, header, segment, seen);
}

/// The segment is one of the latest connection of its four-tuple.
void ConnectionTable::follow(Latest& latest, const SegmentHeader& header, const TcpSegment& segment,
                             const Sighting& seen) {
  auto& [connection, chain] = connections_[latest.index];
  const bool is_foreign = may_be_accepted(latest.flow, header);
  if (is_foreign) latest.foreign_syn = std::make_unique<ForeignSyn>(ForeignSyn{chain.count, header.seq, latest.flow});
  const bool ends_cross = crosses(latest.flow, header);
  const Flow::Notes notes = latest.itself.saw(latest.flow, header, seen.time, latest.time);
  latest.time = seen.time;
  note_initial_number(connection, latest.flow, header);
  if (latest.itself.hears_itself) connection.server_iss = connection.client_iss;
  if (notes.completes && connection.server_iss) connection.server_iss = latest.flow.iss(End::server);
  store_.append(chain, header, segment.options, seen);
  if (ends_cross && !is_client_of_both(connection.client, connection.server)) swap_ends(latest);
  if (latest.foreign_syn && !is_foreign) await_acceptance(latest);
}

void ConnectionTable::add_datagram(const UdpDatagram& datagram, const IpHeader& ip, const Sighting& seen) {
  constexpr std::uint32_t header_bytes = 8;
  const Endpoint source{ip.source, datagram.source_port}, destination{ip.destination, datagram.destination_port};
  const std::uint32_t hash = hash_of(source, destination);
  if (!keeps(hash)) return;
  const Latest* latest = find(Protocol::udp, hash, source, destination).latest;
  if (latest == nullptr) {
    Latest fresh;
    fresh.index = connections_.size();
    begin(Protocol::udp, source, destination);
    latest = &insert(hash, std::move(fresh));
  }
  auto& [connection, chain] = connections_[latest->index];
  SegmentHeader copy = in_packet(ip, Protocol::udp, source == connection.client ? End::client : End::server);
  copy.length = datagram.length_bytes >= header_bytes ? datagram.length_bytes - header_bytes
                                                      : static_cast<std::uint32_t>(datagram.payload.size());
  store_.append(chain, copy, {}, seen);
}

/// An error goes back to who sent what it quotes, so it comes from the other end, or from somewhere on the way there.
void ConnectionTable::add_error(const IcmpMessage& message, const IpHeader& ip, const Sighting& seen) {
  const auto quoted = quoted_in(ip, message);
  if (!quoted) return;
  const std::uint32_t hash = hash_of(quoted->source, quoted->destination);
  if (!keeps(hash)) return;
  const Latest* latest = find(quoted->protocol, hash, quoted->source, quoted->destination).latest;
  if (latest == nullptr) return;
  auto& [connection, chain] = connections_[latest->index];
  const End told = quoted->source == connection.client ? End::client : End::server;
  SegmentHeader copy = in_packet(ip, Protocol::icmp, peer_of(told));
  copy.icmp = {message.type, message.code};
  // RFC 1191 section 4: the lower half; RFC 4443 section 3.2: all of it, though no more than 64 kB are of use.
  constexpr std::uint32_t most = 0xffff;
  if (is_too_big(copy.icmp))
    copy.window = static_cast<std::uint16_t>(ip.protocol == 1 ? message.rest & most : std::min(message.rest, most));
  copy.error_source = ip.source == quoted->destination.address ? ErrorSource::other_end
                      : ip.source == quoted->source.address    ? ErrorSource::own_host
                                                               : ErrorSource::between;
  copy.quoted_identification = static_cast<std::uint16_t>(quoted->ip_identification);
  copy.has_whole_header = quoted->protocol != Protocol::tcp || quoted->seq.has_value();
  copy.seq = quoted->seq.value_or(SeqNum());
  copy.ack = quoted->ack.value_or(SeqNum());
  copy.length = quoted->length;
  store_.append(chain, copy, quoted->options, seen);
}

StoredConnections::One& ConnectionTable::begin(Protocol protocol, Endpoint client, Endpoint server) {
  make_room(connections_);
  StoredConnections::One& fresh = connections_.emplace_back();
  fresh.connection.protocol = protocol;
  fresh.connection.client = client;
  fresh.connection.server = server;
  return fresh;
}

ConnectionTable::Latest ConnectionTable::begin_latest(const Endpoint& source, const Endpoint& destination,
                                                      TcpFlags first_flags) {
  const auto [source_is_client, is_guess] = first_roles(first_flags, source.port, destination.port);
  Connection& fresh =
      begin(Protocol::tcp, source_is_client ? source : destination, source_is_client ? destination : source).connection;
  fresh.client_is_guess = is_guess;
  Latest latest;
  latest.index = connections_.size() - 1;
  latest.itself.has_one_address = source == destination;
  if (is_guess) latest.flow.set_client_is_guess();
  return latest;
}

void ConnectionTable::swap_ends(Latest& latest) {
  auto& [connection, chain] = connections_[latest.index];
  std::swap(connection.client, connection.server);
  std::swap(connection.client_iss, connection.server_iss);
  chain.for_each([](SegmentStore::Kept& kept) { kept.header.from = peer_of(kept.header.from); });
  latest.flow.swap_ends();
  latest.foreign_syn.reset();
}

/// The latest segment may accept the SYN that is not the connection's own; or it is one too many.
void ConnectionTable::await_acceptance(Latest& latest) {
  const SegmentStore::Chain& chain = connections_[latest.index].chain;
  const auto& [place, number, before] = *latest.foreign_syn;
  if (accepts(before, number, chain.latest->header))
    split_at_foreign_syn(latest);
  else if (chain.count - 1 - place > most_before_acceptance)
    latest.foreign_syn.reset();
}

/// That SYN began a connection after all, of which is also what was seen since.
void ConnectionTable::split_at_foreign_syn(Latest& latest) {
  const StoredConnections::One old = connections_[latest.index];
  StoredConnections::One& fresh = begin(Protocol::tcp, old.connection.client, old.connection.server);
  StoredConnections::One& replaced = connections_[latest.index];
  SegmentStore::Chain& before = replaced.chain;
  before = {};
  const std::size_t place = latest.foreign_syn->place;
  const Flow flow_before = latest.foreign_syn->before;
  latest = Latest{};
  latest.index = connections_.size() - 1;
  old.chain.for_each([&](const SegmentStore::Kept& kept) {
    const bool is_old = before.count < place;
    store_.append(is_old ? before : fresh.chain, kept.header, kept.options(), kept.seen);
    if (is_old) return;
    latest.flow.saw(kept.header, kept.seen.time, latest.time);
    latest.time = kept.seen.time;
  });
  fresh.connection.reuses_ports = reuses_ports(before, flow_before, fresh.chain.front().header);
  note_reuse(replaced.connection, fresh.chain.front().seen.time);
  fresh.connection.client_iss = fresh.chain.front().header.seq;
  fresh.connection.server_iss = fresh.chain.latest->header.seq;
}

}  // namespace tcplab
