#include "tcp/connection_table.hpp"

#include <algorithm>

namespace tcplab {
namespace {

bool is_plain_syn(const TcpSegment& segment) {
  return segment.flags.has(TcpFlags::syn) && !segment.flags.has(TcpFlags::ack);
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
  Latest& latest = latest_of(source, destination, *segment);
  Connection& connection = connections_[latest.index];
  const End from = source == connection.client ? End::client : End::server;
  std::optional<SeqNum>& iss = from == End::client ? connection.client_iss : connection.server_iss;
  if (segment->flags.has(TcpFlags::syn) && !iss) iss = segment->seq;
  if (is_plain_syn(*segment) && from == End::client && segment->seq != iss)
    latest.foreign_syn = connection.segments.size();

  latest.reset |= segment->flags.has(TcpFlags::rst);
  latest.fin[static_cast<std::size_t>(from)] |= segment->flags.has(TcpFlags::fin);
  connection.segments.push_back(own_copy(*segment, *packet.ip, from, time, frame));
  if (latest.foreign_syn) split_at_accepted_syn(latest);
}

Connection& ConnectionTable::begin(const Endpoint& client, const Endpoint& server, bool is_guess) {
  Connection& fresh = connections_.emplace_back();
  fresh.client = client;
  fresh.server = server;
  fresh.client_is_guess = is_guess;
  return fresh;
}

/// A SYN opens a new connection at once where the old one is over. While only SYNs have been seen it may be a late
/// duplicate of an older attempt (RFC 9293 Figure 8); on a live connection it may be forged, or the client may have
/// forgotten (Figure 9): then it belongs to the old one until it is accepted.
ConnectionTable::Latest& ConnectionTable::latest_of(const Endpoint& source, const Endpoint& destination,
                                                    const TcpSegment& segment) {
  const Key key = std::minmax(source, destination);
  if (const auto found = latest_.find(key); found != latest_.end()) {
    const Latest& latest = found->second;
    const Connection& connection = connections_[latest.index];
    const bool is_over = latest.reset || (latest.fin[0] && latest.fin[1]);
    const bool repeats = connection.iss(source == connection.client ? End::client : End::server) == segment.seq;
    if (!is_plain_syn(segment) || repeats || !is_over) return found->second;
  }
  const bool has_syn = segment.flags.has(TcpFlags::syn);
  const bool source_is_client = has_syn ? is_plain_syn(segment) : source.port >= destination.port;
  begin(source_is_client ? source : destination, source_is_client ? destination : source, !has_syn);
  Latest& latest = latest_[key];
  latest = Latest{};
  latest.index = connections_.size() - 1;
  return latest;
}

/// Once a SYN,ACK acknowledges the SYN that is not the connection's own, that SYN began a connection after all.
void ConnectionTable::split_at_accepted_syn(Latest& latest) {
  const Segment answer = connections_[latest.index].segments.back();
  const Segment foreign = connections_[latest.index].segments[*latest.foreign_syn];
  const bool accepts = answer.from == End::server && answer.has(TcpFlags::syn) && answer.has(TcpFlags::ack) &&
                       answer.ack == foreign.seq + 1;
  const auto begins_at = static_cast<std::ptrdiff_t>(*latest.foreign_syn);
  const auto got_beyond_syns = [](const Segment& seen) { return !seen.has(TcpFlags::syn) || seen.has(TcpFlags::ack); };
  const auto& seen = connections_[latest.index].segments;
  if (!accepts || std::none_of(seen.begin(), seen.begin() + begins_at, got_beyond_syns)) return;

  Connection& fresh = begin(connections_[latest.index].client, connections_[latest.index].server, false);
  Connection& old = connections_[latest.index];
  fresh.client_iss = foreign.seq;
  fresh.server_iss = answer.seq;
  fresh.segments.assign(old.segments.begin() + begins_at, old.segments.end());
  old.segments.erase(old.segments.begin() + begins_at, old.segments.end());
  latest = Latest{.index = connections_.size() - 1};
}

}  // namespace tcplab
