#include "tcp/connection.hpp"

#include <algorithm>

#include "tcp/with_itself.hpp"

namespace tcplab {

SeqNum Connection::base(End end) const {
  if (const auto number = iss(end)) return *number;
  for (const Segment& segment : segments) {
    if (segment.protocol != Protocol::tcp) continue;
    // An RST of an end that has no connection counts from nothing: it says 0, or repeats the other's number.
    if (segment.from == end && !segment.has(TcpFlags::rst)) return segment.seq - 1;
    if (segment.from != end && segment.has(TcpFlags::ack)) return segment.ack - 1;
  }
  const auto is_reset_of_end = [end](const Segment& segment) {
    return segment.from == end && segment.has(TcpFlags::rst) && segment.seq != SeqNum(0);
  };
  const auto reset = std::ranges::find_if(segments, is_reset_of_end);
  return reset != segments.end() ? reset->seq - 1 : SeqNum(0);
}

bool Connection::is_with_itself() const {
  if (client != server || protocol != Protocol::tcp || !client_iss) return false;
  const auto is_syn = [&](const Segment& segment) {
    return segment.protocol == Protocol::tcp && is_plain_syn(segment.flags) && segment.seq == *client_iss;
  };
  const auto is_answer = [&](const Segment& segment) { return answers_own_syn(segment, client_iss); };
  return std::any_of(std::ranges::find_if(segments, is_syn), segments.end(), is_answer);
}

bool Connection::has_telling_identifications(End end) const {
  std::uint32_t first = 0;
  return std::ranges::any_of(segments, [&](const Segment& segment) {
    if (segment.from != end || segment.ip_identification == 0) return false;
    if (first == 0) first = segment.ip_identification;
    return segment.ip_identification != first;
  });
}

}  // namespace tcplab
