#include "tcp/connection_start.hpp"

namespace tcplab {

FirstRoles first_roles(TcpFlags first_flags, std::uint16_t source_port, std::uint16_t destination_port) {
  if (first_flags.has(TcpFlags::syn)) return {.source_is_client = is_plain_syn(first_flags), .is_guess = false};
  return {.source_is_client = source_port >= destination_port, .is_guess = true};
}

/// Where the old connection is over, a SYN with another number opens a new one. So does a SYN,ACK with a new number
/// that answers another SYN, which was not seen here. On a live connection a SYN may be forged, or the client may have
/// forgotten (RFC 9293 Figure 9), and one with the old number may be a late duplicate: these belong to the old one
/// until they are accepted.
bool begins_behind(const Flow& over, Timestamp latest, bool awaits_acceptance, const SegmentHeader& segment,
                   Timestamp time) {
  if (time - latest > time_wait_length) return true;
  if (!segment.has(TcpFlags::syn)) return false;
  const auto known = over.iss(segment.from);
  if (is_plain_syn(segment.flags)) return known != segment.seq;
  return over.spoke() && over.accepted() && !awaits_acceptance && known && *known != segment.seq;
}

bool begins_unheard(const Flow& flow, Timestamp latest, const SegmentHeader& syn, Timestamp time) {
  // A SYN amid the rest may be forged, or an old one.
  constexpr std::chrono::seconds silence{1};
  const bool is_done = flow.closed_first() == syn.from || time - latest >= silence;
  return is_done && flow.spoke() && flow.segments(peer_of(syn.from)) == 0 && flow.iss(syn.from) != syn.seq;
}

bool may_client_begin(const Flow& flow, const SegmentHeader& syn) {
  // Who is still opening asks again for the same: what it met was of an earlier connection (RFC 9293 Figure 9).
  if (flow.is_opening(End::client) && flow.iss(End::client) == syn.seq) return false;
  if (flow.is_over() && flow.spoke()) return true;
  return (flow.accepted() || flow.spoke()) && flow.iss(End::client) != syn.seq;
}

bool accepts(const Flow& flow, SeqNum syn_number, const SegmentHeader& segment) {
  return segment.from == End::server && segment.has(TcpFlags::syn) && segment.has(TcpFlags::ack) &&
         segment.ack == syn_number + 1 && flow.iss(End::server) != segment.seq;
}

bool is_client_of_both(const Endpoint& one, const Endpoint& other) {
  return one.port != other.port ? one.port > other.port : one.address < other.address;
}

}  // namespace tcplab
