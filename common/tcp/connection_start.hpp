// Where a connection begins, among the segments of one four-tuple, and who of its ends is the client.
// Rules only, asked by whoever keeps connections: connection_table.hpp with their segments, flow_table.hpp without.
// Both follow each connection by a Flow; where a rule speaks of a flow, it is the one before it saw the segment. RFC
// 9293 sections 3.5, 3.6.1 and 3.10.7.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "packet/address.hpp"
#include "tcp/flow.hpp"
#include "tcp/segment.hpp"

namespace tcplab {

/// So long an end stays in TIME-WAIT on Linux. What is over and was silent for longer is gone at both ends.
constexpr std::chrono::seconds time_wait_length{60};

struct FirstRoles {
  bool source_is_client = true;  ///< who sent the first segment
  bool is_guess = false;         ///< by the ports: it was no SYN
};
FirstRoles first_roles(TcpFlags first_flags, std::uint16_t source_port, std::uint16_t destination_port);

/// Whether the segment begins another connection than the one that `flow` follows, which must be over for
/// begins_behind(), and whose latest segment came at `latest`. Its `from` is by the ends of that one.
/// `awaits_acceptance`: a SYN may_be_accepted, and was not yet.
bool begins_behind(const Flow& over, Timestamp latest, bool awaits_acceptance, const SegmentHeader& segment,
                   Timestamp time);
/// Where the capture has one direction only: nothing there can accept a SYN, and no FIN answer another.
bool begins_unheard(const Flow& flow, Timestamp latest, const SegmentHeader& syn, Timestamp time);
inline bool begins_another(const Flow& flow, Timestamp latest, bool awaits_acceptance, const SegmentHeader& segment,
                           Timestamp time) {
  if (flow.is_over()) return begins_behind(flow, latest, awaits_acceptance, segment, time);
  return segment.has(TcpFlags::syn) && begins_unheard(flow, latest, segment, time);
}

/// What may_be_accepted() asks of a SYN of the client's.
bool may_client_begin(const Flow& flow, const SegmentHeader& syn);
/// Whether it is a SYN that is not the connection's own, but begins another if it is accepted: the latest of them does,
/// together with what was seen since.
inline bool may_be_accepted(const Flow& flow, const SegmentHeader& segment) {
  return is_plain_syn(segment.flags) && segment.from == End::client && may_client_begin(flow, segment);
}
/// Whether the segment accepts that SYN. `flow` is as it was before the SYN.
bool accepts(const Flow& flow, SeqNum syn_number, const SegmentHeader& segment);
/// After so many segments without acceptance, the SYN belongs to the old connection for good.
constexpr std::size_t most_before_acceptance = 64;

/// Whether both ends have sent a SYN now, before either was answered. The client is then who is_client_of_both().
inline bool crosses(const Flow& flow, const SegmentHeader& segment) {
  return is_plain_syn(segment.flags) && segment.from == End::server && flow.iss(End::client) && !flow.accepted() &&
         !flow.spoke();
}
/// Each end's capture has its own SYN first, and who is called the client must not depend on where it was made.
bool is_client_of_both(const Endpoint& one, const Endpoint& other);

}  // namespace tcplab
