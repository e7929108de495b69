#include "tcp/connection_table.hpp"

#include <algorithm>
#include <utility>

namespace tcplab {
namespace {

Segment in_packet(const IpHeader& ip, Protocol protocol, End from, const Sighting& seen) {
  Segment segment;
  segment.from = from;
  segment.protocol = protocol;
  segment.ip_identification = ip.identification;
  segment.hop_limit = ip.hop_limit;
  segment.departed = segment.arrived = seen;
  return segment;
}

Segment own_copy(const TcpSegment& seen_segment, const IpHeader& ip, End from, const Sighting& seen) {
  Segment segment = in_packet(ip, Protocol::tcp, from, seen);
  segment.seq = seen_segment.seq;
  segment.ack = seen_segment.ack;
  segment.flags = seen_segment.flags;
  segment.length = seen_segment.payload_length_bytes;
  segment.window = seen_segment.window;
  segment.urgent_pointer = seen_segment.urgent_pointer;
  segment.options.assign(seen_segment.options.begin(), seen_segment.options.end());
  return segment;
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

ConnectionTable::Key ConnectionTable::key_of(Protocol protocol, const Endpoint& one, const Endpoint& other) {
  const auto [lower, higher] = std::minmax(one, other);
  return {protocol, lower, higher};
}

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
  std::vector<Connection> connections = std::exchange(connections_, {});
  for (Connection& connection : connections) connection.watched_until = watched_until_;
  std::ranges::stable_sort(connections, {},
                           [](const Connection& connection) { return connection.segments.front().sighting().frame; });
  return connections;
}

void ConnectionTable::add_segment(const TcpSegment& segment, const IpHeader& ip, const Sighting& seen) {
  const Endpoint source{ip.source, segment.source_port}, destination{ip.destination, segment.destination_port};
  const Key key = key_of(Protocol::tcp, source, destination);
  const auto from = [&](const Latest& latest) {
    return source == connections_[latest.index].client ? End::client : End::server;
  };
  auto found = latest_.find(key);
  Segment copy = own_copy(segment, ip, found != latest_.end() ? from(found->second) : End::client, seen);
  if (found == latest_.end() ||
      begins_another(found->second.flow, found->second.time, found->second.foreign_syn.has_value(), copy, seen.time)) {
    found = latest_.insert_or_assign(key, begin_latest(source, destination, segment.flags)).first;
    copy.from = from(found->second);
  }
  follow(found->second, std::move(copy));
}

/// The segment is one of the latest connection of its four-tuple.
void ConnectionTable::follow(Latest& latest, Segment segment) {
  Connection& connection = connections_[latest.index];
  const bool is_foreign = may_be_accepted(latest.flow, segment);
  if (is_foreign) {
    latest.foreign_syn = connection.segments.size();
    latest.before_foreign = latest.flow;
  }
  const bool ends_cross = crosses(latest.flow, segment);
  latest.flow.saw(segment, segment.sighting().time);
  latest.time = segment.sighting().time;
  std::optional<SeqNum>& iss = segment.from == End::client ? connection.client_iss : connection.server_iss;
  if (segment.has(TcpFlags::syn) && !iss) iss = segment.seq;
  connection.segments.push_back(std::move(segment));
  if (ends_cross && !is_client_of_both(connection.client, connection.server)) swap_ends(latest);
  if (latest.foreign_syn && !is_foreign) await_acceptance(latest);
}

void ConnectionTable::add_datagram(const UdpDatagram& datagram, const IpHeader& ip, const Sighting& seen) {
  constexpr std::uint32_t header_bytes = 8;
  const Endpoint source{ip.source, datagram.source_port}, destination{ip.destination, datagram.destination_port};
  const auto [found, is_new] = latest_.try_emplace(key_of(Protocol::udp, source, destination));
  if (is_new) {
    found->second.index = connections_.size();
    begin(Protocol::udp, source, destination);
  }
  Connection& connection = connections_[found->second.index];
  Segment copy = in_packet(ip, Protocol::udp, source == connection.client ? End::client : End::server, seen);
  copy.length = datagram.length_bytes >= header_bytes ? datagram.length_bytes - header_bytes
                                                      : static_cast<std::uint32_t>(datagram.payload.size());
  connection.segments.push_back(std::move(copy));
}

/// An error goes back to who sent what it quotes, so it comes from the other end, or from somewhere on the way there.
void ConnectionTable::add_error(const IcmpMessage& message, const IpHeader& ip, const Sighting& seen) {
  if (!is_error(ip, message)) return;
  const auto quoted = quoted_in(message);
  if (!quoted) return;
  const auto found = latest_.find(key_of(quoted->protocol, quoted->source, quoted->destination));
  if (found == latest_.end()) return;
  Connection& connection = connections_[found->second.index];
  const End told = quoted->source == connection.client ? End::client : End::server;
  Segment copy = in_packet(ip, Protocol::icmp, peer_of(told), seen);
  copy.icmp = {message.type, message.code};
  copy.length = static_cast<std::uint32_t>(message.body.size());
  connection.segments.push_back(std::move(copy));
}

Connection& ConnectionTable::begin(Protocol protocol, Endpoint client, Endpoint server) {
  Connection& fresh = connections_.emplace_back();
  fresh.protocol = protocol;
  fresh.client = client;
  fresh.server = server;
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
  const Segment& foreign = segments[*latest.foreign_syn];
  if (accepts(latest.before_foreign, foreign.seq, segments.back()))
    split_at_foreign_syn(latest);
  else if (segments.size() - 1 - *latest.foreign_syn > most_before_acceptance)
    latest.foreign_syn.reset();
}

/// That SYN began a connection after all, of which is also what was seen since.
void ConnectionTable::split_at_foreign_syn(Latest& latest) {
  const Connection& one = connections_[latest.index];
  Connection& fresh = begin(Protocol::tcp, one.client, one.server);
  Connection& old = connections_[latest.index];
  const auto begins_at = old.segments.begin() + static_cast<std::ptrdiff_t>(*latest.foreign_syn);
  fresh.segments.assign(begins_at, old.segments.end());
  old.segments.erase(begins_at, old.segments.end());
  fresh.client_iss = fresh.segments.front().seq;
  fresh.server_iss = fresh.segments.back().seq;

  latest = Latest{};
  latest.index = connections_.size() - 1;
  for (const Segment& segment : fresh.segments) latest.flow.saw(segment, segment.sighting().time);
  latest.time = fresh.segments.back().sighting().time;
}

}  // namespace tcplab
