#include "tcp/connection_table.hpp"

#include <algorithm>

namespace tcplab {
namespace {

bool is_plain_syn(const TcpSegment& segment) {
  return segment.flags.has(TcpFlags::syn) && !segment.flags.has(TcpFlags::ack);
}

/// A SYN with a number of its own opens a new connection once the old one got beyond SYNs; while only SYNs have been
/// seen it may be a late duplicate of an older attempt (RFC 9293 Figure 8) and belongs to this one.
bool starts_anew(const Connection& connection, End from, const TcpSegment& segment) {
  if (!is_plain_syn(segment) || connection.iss(from) == segment.seq) return false;
  return std::ranges::any_of(connection.segments,
                             [](const Segment& seen) { return !seen.has(TcpFlags::syn) || seen.has(TcpFlags::ack); });
}

Segment own_copy(const TcpSegment& segment, const IpHeader& ip, End from, Timestamp time, std::uint64_t frame) {
  return {.from = from,
          .seq = segment.seq,
          .ack = segment.ack,
          .flags = segment.flags,
          .length = segment.payload_length_bytes,
          .window = segment.window,
          .urgent_pointer = segment.urgent_pointer,
          .options = {segment.options.begin(), segment.options.end()},
          .ip_identification = ip.identification,
          .hop_limit = ip.hop_limit,
          .departed = Sighting{time, frame},
          .arrived = Sighting{time, frame}};
}

}  // namespace

void ConnectionTable::add(Timestamp time, const Packet& packet, std::uint64_t frame) {
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || !packet.ip) return;
  const Endpoint source{packet.ip->source, segment->source_port};
  const Endpoint destination{packet.ip->destination, segment->destination_port};
  Connection& connection = connection_of(source, destination, *segment);
  const End from = source == connection.client ? End::client : End::server;
  if (segment->flags.has(TcpFlags::syn)) {
    std::optional<SeqNum>& iss = from == End::client ? connection.client_iss : connection.server_iss;
    if (!iss) iss = segment->seq;
  }
  connection.segments.push_back(own_copy(*segment, *packet.ip, from, time, frame));
}

Connection& ConnectionTable::connection_of(const Endpoint& source, const Endpoint& destination,
                                           const TcpSegment& segment) {
  const Key key = std::minmax(source, destination);
  if (const auto found = latest_.find(key); found != latest_.end()) {
    Connection& connection = connections_[found->second];
    const End from = source == connection.client ? End::client : End::server;
    if (!starts_anew(connection, from, segment)) return connection;
  }
  const bool has_syn = segment.flags.has(TcpFlags::syn);
  const bool source_is_client = has_syn ? is_plain_syn(segment) : source.port >= destination.port;
  Connection& fresh = connections_.emplace_back();
  fresh.client = source_is_client ? source : destination;
  fresh.server = source_is_client ? destination : source;
  fresh.client_is_guess = !has_syn;
  latest_[key] = connections_.size() - 1;
  return fresh;
}

}  // namespace tcplab
