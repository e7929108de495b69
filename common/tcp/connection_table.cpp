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
  std::ranges::stable_sort(connections, {},
                           [](const Connection& connection) { return connection.segments.front().sighting().frame; });
  return connections;
}

void ConnectionTable::add_segment(const TcpSegment& segment, const IpHeader& ip, const Sighting& seen) {
  const Endpoint source{ip.source, segment.source_port}, destination{ip.destination, segment.destination_port};
  Latest& latest = latest_of(source, destination, segment);
  Connection& connection = connections_[latest.index];
  const End from = source == connection.client ? End::client : End::server;
  const bool has_syn = segment.flags.has(TcpFlags::syn), has_rst = segment.flags.has(TcpFlags::rst);
  std::optional<SeqNum>& iss = from == End::client ? connection.client_iss : connection.server_iss;
  if (has_syn && !iss) iss = segment.seq;
  const bool is_late = latest.is_over() && latest.spoke;
  if (is_plain_syn(segment.flags) && from == End::client && (segment.seq != iss || is_late))
    latest.foreign_syn = connection.segments.size();

  latest.reset |= has_rst;
  latest.accepted |= has_syn && !is_plain_syn(segment.flags);
  latest.spoke |= !has_syn && !has_rst;
  latest.fin[static_cast<std::size_t>(from)] |= segment.flags.has(TcpFlags::fin);
  connection.segments.push_back(own_copy(segment, ip, from, seen));
  if (is_plain_syn(segment.flags) && from == End::server && connection.client_iss && !latest.accepted && !latest.spoke)
    settle_roles(latest);
  if (latest.foreign_syn) split_at_accepted_syn(latest);
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

ConnectionTable::Latest& ConnectionTable::latest_of(const Endpoint& source, const Endpoint& destination,
                                                    const TcpSegment& segment) {
  const Key key = key_of(Protocol::tcp, source, destination);
  if (const auto found = latest_.find(key); found != latest_.end() && !begins_another(found->second, source, segment)) {
    return found->second;
  }
  const bool has_syn = segment.flags.has(TcpFlags::syn);
  const bool source_is_client = has_syn ? is_plain_syn(segment.flags) : source.port >= destination.port;
  Connection& fresh =
      begin(Protocol::tcp, source_is_client ? source : destination, source_is_client ? destination : source);
  fresh.client_is_guess = !has_syn;
  Latest& latest = latest_[key];
  latest = Latest{};
  latest.index = connections_.size() - 1;
  return latest;
}

/// Where the old connection is over, a SYN with another number opens a new one. So does a SYN,ACK with a new number
/// whose SYN was not sent here. On a live connection a SYN may be forged, or the client may have forgotten (RFC 9293
/// Figure 9), and one with the old number may be a late duplicate: these belong to the old one until they are accepted.
bool ConnectionTable::begins_another(const Latest& latest, const Endpoint& source, const TcpSegment& segment) const {
  if (!segment.flags.has(TcpFlags::syn) || !latest.is_over()) return false;
  const Connection& connection = connections_[latest.index];
  const auto known = connection.iss(source == connection.client ? End::client : End::server);
  if (is_plain_syn(segment.flags)) return known != segment.seq;
  return latest.spoke && !latest.foreign_syn && known && *known != segment.seq;
}

/// Both ends have sent a SYN, and each one's capture has its own first: who is called the client must not depend on
/// where the capture was made. It is the end with the higher port, as where no SYN was seen; else the lower address.
void ConnectionTable::settle_roles(Latest& latest) {
  Connection& connection = connections_[latest.index];
  const Endpoint &client = connection.client, &server = connection.server;
  const bool is_settled = client.port != server.port ? client.port > server.port : client.address < server.address;
  if (is_settled) return;
  std::swap(connection.client, connection.server);
  std::swap(connection.client_iss, connection.server_iss);
  for (Segment& segment : connection.segments) segment.from = peer_of(segment.from);
  std::swap(latest.fin[0], latest.fin[1]);
  latest.foreign_syn.reset();
}

/// Once a SYN,ACK acknowledges the SYN that is not the connection's own, that SYN began a connection after all.
void ConnectionTable::split_at_accepted_syn(Latest& latest) {
  const Segment answer = connections_[latest.index].segments.back();
  const Segment foreign = connections_[latest.index].segments[*latest.foreign_syn];
  const bool accepts = answer.from == End::server && answer.has(TcpFlags::syn) && answer.has(TcpFlags::ack) &&
                       answer.ack == foreign.seq + 1 && answer.seq != connections_[latest.index].server_iss;
  const auto begins_at = static_cast<std::ptrdiff_t>(*latest.foreign_syn);
  const auto got_beyond_syns = [](const Segment& seen) { return !seen.has(TcpFlags::syn) || seen.has(TcpFlags::ack); };
  const auto& seen = connections_[latest.index].segments;
  if (!accepts || std::none_of(seen.begin(), seen.begin() + begins_at, got_beyond_syns)) return;

  Connection& fresh = begin(Protocol::tcp, connections_[latest.index].client, connections_[latest.index].server);
  Connection& old = connections_[latest.index];
  fresh.client_iss = foreign.seq;
  fresh.server_iss = answer.seq;
  fresh.segments.assign(old.segments.begin() + begins_at, old.segments.end());
  old.segments.erase(old.segments.begin() + begins_at, old.segments.end());
  latest = Latest{.index = connections_.size() - 1, .accepted = true};
}

}  // namespace tcplab
