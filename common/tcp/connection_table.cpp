#include "tcp/connection_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "tcp/endpoint_hash.hpp"

namespace tcplab {
namespace {

/// Few connections have less; there may be many, though, of a SYN each.
constexpr std::size_t usual_segments = 4;

Segment in_packet(const IpHeader& ip, Protocol protocol, End from, const Sighting& seen) {
  Segment segment;
  segment.from = from;
  segment.protocol = protocol;
  segment.ip_identification = ip.identification;
  segment.hop_limit = ip.hop_limit;
  segment.departed = segment.arrived = seen;
  return segment;
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
  header.ip_identification = ip.identification;
  header.hop_limit = ip.hop_limit;
  return header;
}

/// Of several SYNs the one that is answered counts, and until then the latest: the flow, which has seen the segment,
/// tells which.
void note_initial_number(Connection& connection, const Flow& flow, const SegmentHeader& header) {
  std::optional<SeqNum>& iss = header.from == End::client ? connection.client_iss : connection.server_iss;
  const auto own = flow.iss(header.from);
  if (own && (header.has(TcpFlags::syn) ? own == header.seq : iss.has_value())) iss = own;
}

/// By whole words: it is asked of every segment.
bool is_same(const Endpoint& one, const Endpoint& other) {
  using Words = std::array<std::uint64_t, 2>;
  const auto left = std::bit_cast<Words>(one.address.bytes), right = std::bit_cast<Words>(other.address.bytes);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0 && one.port == other.port &&
         one.address.version == other.address.version;
}

/// Whether the message is about a packet, which it quotes. RFC 1122 section 3.2.2, RFC 4443 section 2.1.
bool is_error(const IpHeader& ip, const IcmpMessage& message) {
  constexpr std::uint8_t icmpv6 = 58, first_informational = 128;
  if (ip.protocol == icmpv6) return message.type < first_informational;
  constexpr std::array<std::uint8_t, 5> errors = {3, 4, 5, 11, 12};
  return std::ranges::find(errors, message.type) != errors.end();
}

/// What an ICMP error quotes: at least the ports of what caused it, whose first bytes they are.
struct Quoted {
  Protocol protocol;
  Endpoint source, destination;
};
std::optional<Quoted> quoted_in(const IcmpMessage& message) {
  const Packet packet = decode(LinkType::raw, message.body);
  if (!packet.ip) return std::nullopt;
  const auto between = [&](Protocol protocol, const auto& transport) {
    return Quoted{
        protocol, {packet.ip->source, transport.source_port}, {packet.ip->destination, transport.destination_port}};
  };
  if (const auto* segment = std::get_if<TcpSegment>(&packet.transport)) return between(Protocol::tcp, *segment);
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport)) return between(Protocol::udp, *datagram);
  return std::nullopt;
}

}  // namespace

// --- Where the connections are found --------------------------------------------------------------------------------

ConnectionTable::Found ConnectionTable::find(Protocol protocol, const Endpoint& one, const Endpoint& other) {
  End from = End::client;
  const std::uint32_t found = index_.find(hash_between(one, other, seed_), [&](std::uint32_t number) {
    const Connection& connection = connections_[latest_[number].index];
    const bool is_from_client = is_same(connection.client, one) && is_same(connection.server, other);
    from = is_from_client ? End::client : End::server;
    return connection.protocol == protocol &&
           (is_from_client || (is_same(connection.client, other) && is_same(connection.server, one)));
  });
  return {found == FlowIndex::none ? nullptr : &latest_[found], from};
}

ConnectionTable::Latest& ConnectionTable::insert(const Endpoint& one, const Endpoint& other, Latest latest) {
  index_.insert(hash_between(one, other, seed_), static_cast<std::uint32_t>(latest_.size()));
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

std::vector<Connection> ConnectionTable::take() {
  latest_.clear();
  index_ = FlowIndex(std::pmr::get_default_resource());
  std::vector<Connection> connections = std::exchange(connections_, {});
  for (Connection& connection : connections) connection.watched_until = watched_until_;
  std::ranges::stable_sort(connections, {},
                           [](const Connection& connection) { return connection.segments.front().sighting().frame; });
  return connections;
}

void ConnectionTable::add_segment(const TcpSegment& segment, const IpHeader& ip, const Sighting& seen) {
  const Endpoint source{ip.source, segment.source_port}, destination{ip.destination, segment.destination_port};
  auto [latest, from] = find(Protocol::tcp, source, destination);
  SegmentHeader header = header_of(segment, ip, from);
  const bool is_new = latest == nullptr;
  if (is_new || begins_another(latest->flow, latest->time, latest->foreign_syn != nullptr, header, seen.time)) {
    Latest fresh = begin_latest(source, destination, segment.flags);
    header.from = source == connections_[fresh.index].client ? End::client : End::server;
    if (is_new)
      latest = &insert(source, destination, std::move(fresh));
    else
      *latest = std::move(fresh);
  }
  follow(*latest, header, segment, seen);
}

/// The segment is one of the latest connection of its four-tuple.
void ConnectionTable::follow(Latest& latest, const SegmentHeader& header, const TcpSegment& segment,
                             const Sighting& seen) {
  Connection& connection = connections_[latest.index];
  const bool is_foreign = may_be_accepted(latest.flow, header);
  if (is_foreign)
    latest.foreign_syn = std::make_unique<ForeignSyn>(ForeignSyn{connection.segments.size(), latest.flow});
  const bool ends_cross = crosses(latest.flow, header);
  latest.flow.saw(header, seen.time, latest.time);
  latest.time = seen.time;
  note_initial_number(connection, latest.flow, header);
  Segment& kept = connection.segments.emplace_back();
  static_cast<SegmentHeader&>(kept) = header;
  kept.options = segment.options;
  kept.departed = kept.arrived = seen;
  if (ends_cross && !is_client_of_both(connection.client, connection.server)) swap_ends(latest);
  if (latest.foreign_syn && !is_foreign) await_acceptance(latest);
}

void ConnectionTable::add_datagram(const UdpDatagram& datagram, const IpHeader& ip, const Sighting& seen) {
  constexpr std::uint32_t header_bytes = 8;
  const Endpoint source{ip.source, datagram.source_port}, destination{ip.destination, datagram.destination_port};
  const Latest* latest = find(Protocol::udp, source, destination).latest;
  if (latest == nullptr) {
    Latest fresh;
    fresh.index = connections_.size();
    begin(Protocol::udp, source, destination);
    latest = &insert(source, destination, std::move(fresh));
  }
  Connection& connection = connections_[latest->index];
  Segment copy = in_packet(ip, Protocol::udp, source == connection.client ? End::client : End::server, seen);
  copy.length = datagram.length_bytes >= header_bytes ? datagram.length_bytes - header_bytes
                                                      : static_cast<std::uint32_t>(datagram.payload.size());
  connection.segments.push_back(copy);
}

/// An error goes back to who sent what it quotes, so it comes from the other end, or from somewhere on the way there.
void ConnectionTable::add_error(const IcmpMessage& message, const IpHeader& ip, const Sighting& seen) {
  if (!is_error(ip, message)) return;
  const auto quoted = quoted_in(message);
  if (!quoted) return;
  const Latest* latest = find(quoted->protocol, quoted->source, quoted->destination).latest;
  if (latest == nullptr) return;
  Connection& connection = connections_[latest->index];
  const End told = quoted->source == connection.client ? End::client : End::server;
  Segment copy = in_packet(ip, Protocol::icmp, peer_of(told), seen);
  copy.icmp = {message.type, message.code};
  copy.length = static_cast<std::uint32_t>(message.body.size());
  connection.segments.push_back(copy);
}

Connection& ConnectionTable::begin(Protocol protocol, Endpoint client, Endpoint server) {
  Connection& fresh = connections_.emplace_back();
  fresh.protocol = protocol;
  fresh.client = client;
  fresh.server = server;
  fresh.segments.reserve(usual_segments);
  return fresh;
}

ConnectionTable::Latest ConnectionTable::begin_latest(const Endpoint& source, const Endpoint& destination,
                                                      TcpFlags first_flags) {
  const auto [source_is_client, is_guess] = first_roles(first_flags, source.port, destination.port);
  Connection& fresh =
      begin(Protocol::tcp, source_is_client ? source : destination, source_is_client ? destination : source);
  fresh.client_is_guess = is_guess;
  Latest latest;
  latest.index = connections_.size() - 1;
  if (is_guess) latest.flow.set_client_is_guess();
  return latest;
}

void ConnectionTable::swap_ends(Latest& latest) {
  Connection& connection = connections_[latest.index];
  std::swap(connection.client, connection.server);
  std::swap(connection.client_iss, connection.server_iss);
  for (Segment& segment : connection.segments) segment.from = peer_of(segment.from);
  latest.flow.swap_ends();
  latest.foreign_syn.reset();
}

/// The latest segment may accept the SYN that is not the connection's own; or it is one too many.
void ConnectionTable::await_acceptance(Latest& latest) {
  const auto& segments = connections_[latest.index].segments;
  const Segment& foreign = segments[latest.foreign_syn->place];
  if (accepts(latest.foreign_syn->before, foreign.seq, segments.back()))
    split_at_foreign_syn(latest);
  else if (segments.size() - 1 - latest.foreign_syn->place > most_before_acceptance)
    latest.foreign_syn.reset();
}

/// That SYN began a connection after all, of which is also what was seen since.
void ConnectionTable::split_at_foreign_syn(Latest& latest) {
  const Connection& one = connections_[latest.index];
  Connection& fresh = begin(Protocol::tcp, one.client, one.server);
  Connection& old = connections_[latest.index];
  const auto begins_at = old.segments.begin() + static_cast<std::ptrdiff_t>(latest.foreign_syn->place);
  fresh.segments.assign(begins_at, old.segments.end());
  old.segments.erase(begins_at, old.segments.end());
  fresh.client_iss = fresh.segments.front().seq;
  fresh.server_iss = fresh.segments.back().seq;

  latest = Latest{};
  latest.index = connections_.size() - 1;
  for (const Segment& segment : fresh.segments) {
    const Timestamp time = segment.sighting().time;
    latest.flow.saw(segment, time, latest.time);
    latest.time = time;
  }
}

}  // namespace tcplab
