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

/// Of several SYNs the one that is answered counts, and until then the latest: the flow, which has seen the segment,
/// tells which.
void note_initial_number(Connection& connection, const Flow& flow, const SegmentHeader& header) {
  std::optional<SeqNum>& iss = header.from == End::client ? connection.client_iss : connection.server_iss;
  if (header.has(TcpFlags::syn)) {
    if (flow.iss(header.from) == header.seq) iss = header.seq;
  } else if (iss) {
    iss = flow.iss(header.from).value_or(*iss);
  }
}

/// The connection's initial number of that end, if it has one, is the flow's too.
bool has_number_of(const Connection& connection, const Flow& flow, End end) {
  const auto number = connection.iss(end);
  return !number || flow.iss(end).value_or(*number) == *number;
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

}  // namespace

// --- Where the connections are found --------------------------------------------------------------------------------

ConnectionTable::Found ConnectionTable::find(Protocol protocol, std::uint32_t hash, const Endpoint& one,
                                             const Endpoint& other) {
  End from = End::client;
  const std::uint32_t found = index_.find(hash, [&](std::uint32_t number) {
    const Connection& connection = connections_[latest_[number].index].connection;
    // Without a branch between the two, for the directions alternate as they like.
    const bool is_from_client = difference(connection.client, one) == 0;
    const Endpoint &client = is_from_client ? one : other, &server = is_from_client ? other : one;
    from = static_cast<End>(!is_from_client);
    return (difference(connection.client, client) | difference(connection.server, server)) == 0 &&
           connection.protocol == protocol;
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
  if (const TcpSegment* segment = packet.tcp()) {
    FlowSegment copy;
    copy_segment(packet, time, frame, copy);
    copy.hash = hash_of(copy.source, copy.destination);
    return keeps(copy.hash) ? add(copy, segment->options) : void();
  }
  const Sighting seen{time, frame};
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport))
    return add_datagram(*datagram, *packet.ip, seen);
  if (const auto* message = std::get_if<IcmpMessage>(&packet.transport)) add_error(*message, *packet.ip, seen);
}

void ConnectionTable::expect(std::span<const std::uint32_t> hashes) const {
  assert(hashes.size() <= most_expected);
  for (const std::uint32_t hash : hashes) index_.expect(hash);
  // Each step needs what the one before has asked for.
  std::array<const Latest*, most_expected> latest;
  std::size_t count = 0;
  for (const std::uint32_t hash : hashes) {
    const std::uint32_t candidate = index_.candidate(hash);
    if (candidate == FlowIndex::none) continue;
    latest[count] = &latest_[candidate];
    prefetch(latest[count++], sizeof(Latest));
  }
  std::array<const StoredConnections::One*, most_expected> found;
  for (std::size_t i = 0; i < count; ++i) {
    found[i] = &connections_[latest[i]->index];
    prefetch(found[i], sizeof(StoredConnections::One));
  }
  const std::span<const StoredConnections::One*> all = std::span(found).first(count);
  for (const StoredConnections::One* one : all) prefetch(one->chain.last);
  constexpr std::size_t enough_for_most = 64;
  for (const StoredConnections::One* one : all)
    prefetch(one->chain.last->begin() + one->chain.last->used, enough_for_most);
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

void ConnectionTable::add(FlowSegment& segment, std::span<const std::uint8_t> options) {
  watched_until_ = segment.time;
  SegmentHeader& header = segment.header;
  auto [latest, from] = find(Protocol::tcp, segment.hash, segment.source, segment.destination);
  header.from = from;
  const Sighting seen{segment.time, segment.frame};
  const bool is_new = latest == nullptr;
  if (!is_new) {
    if (!needs_flow(*latest, header, segment.time)) return keep(*latest, header, options, seen);
    catch_up(*latest);
  }
  if (is_new || begins_another(latest->flow, latest->time, latest->foreign_syn != nullptr, header, segment.time)) {
    Latest fresh = begin_latest(segment.source, segment.destination, header.flags);
    Connection& connection = connections_[fresh.index].connection;
    if (!is_new) {
      auto& [before, chain] = connections_[latest->index];
      connection.reuses_ports = reuses_ports(chain, latest->flow, header);
      if (header.has(TcpFlags::syn)) note_reuse(before, segment.time);
    }
    header.from = segment.source == connection.client ? End::client : End::server;
    if (is_new)
      latest = &insert(segment.hash, std::move(fresh));
    else
      *latest = std::move(fresh);
  }
  follow(*latest, header, options, seen);
}

/// The segment is one of the latest connection of its four-tuple, and nothing else depends on what it tells the flow.
void ConnectionTable::keep(Latest& latest, const SegmentHeader& header, std::span<const std::uint8_t> options,
                           const Sighting& seen) {
  latest.time = seen.time;
  store_.append(connections_[latest.index].chain, header, options, seen);
  if (latest.foreign_syn) await_acceptance(latest);
}

/// Has the flow see what was only kept.
void ConnectionTable::catch_up(Latest& latest) {
  latest.flow_has.visit_next(connections_[latest.index].chain, [&](const SegmentStore::Kept& kept) {
    if (kept.header.protocol != Protocol::tcp) return;
    latest.flow.saw(kept.header, kept.seen.time, std::exchange(latest.flow_time, kept.seen.time));
  });
}

/// The segment is one of the latest connection of its four-tuple, whose flow has seen all before it.
void ConnectionTable::follow(Latest& latest, const SegmentHeader& header, std::span<const std::uint8_t> options,
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
  store_.append(chain, header, options, seen);
  latest.note_flow_has_all(chain);
  latest.flow_may_wait = !latest.itself.has_one_address && !latest.flow.may_choose_iss() &&
                         has_number_of(connection, latest.flow, End::client) &&
                         has_number_of(connection, latest.flow, End::server);
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
  latest.note_flow_has_all(fresh.chain);
  fresh.connection.reuses_ports = reuses_ports(before, flow_before, fresh.chain.front().header);
  note_reuse(replaced.connection, fresh.chain.front().seen.time);
  fresh.connection.client_iss = fresh.chain.front().header.seq;
  fresh.connection.server_iss = fresh.chain.latest->header.seq;
}

}  // namespace tcplab
