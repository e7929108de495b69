#include "support/conversation.hpp"

#include <algorithm>

#include "ladder/parse.hpp"
#include "ladder/print.hpp"

namespace tcplab::test {
namespace {

Segment segment_from(const Row& row, const InitialNumbers& iss) {
  const SeqNum own = row.from == End::client ? iss.client : iss.server,
               peers = row.from == End::client ? iss.server : iss.client;
  Segment segment;
  segment.from = row.from;
  segment.flags = row.flags;
  segment.protocol = row.protocol;
  segment.length = row.length.value_or(0);
  segment.icmp = row.icmp.value_or(IcmpKind{});
  if (row.seq) segment.seq = own + static_cast<std::uint32_t>(row.seq->first);
  if (row.seq) segment.length = row.seq->length;
  if (row.ack) segment.ack = peers + static_cast<std::uint32_t>(*row.ack);
  segment.window = 64240;
  return segment;
}

}  // namespace

Connection connection_from(std::string_view text, const InitialNumbers& iss) {
  const Ladder ladder = parse_ladder(text);
  Connection connection;
  connection.client = {*parse_ip_address("10.0.0.1"), 40000};
  connection.server = {*parse_ip_address("10.0.0.2"), 12345};
  connection.vantage = Vantage::both_ends;
  connection.protocol = ladder.rows.front().protocol;
  std::uint64_t frame = 0;
  for (const Row& row : ladder.rows) {
    const Sighting now{Timestamp(std::chrono::milliseconds(++frame)), frame};
    Segment segment = segment_from(row, iss);
    if (row.leg == Leg::arrival) {
      const auto under_way = std::ranges::find_if(connection.segments, [&](const Segment& earlier) {
        return !earlier.arrived && earlier.from == segment.from && earlier.seq == segment.seq &&
               earlier.ack == segment.ack && earlier.flags == segment.flags && earlier.protocol == segment.protocol;
      });
      if (under_way != connection.segments.end()) {
        under_way->arrived = now;
        continue;
      }
      segment.arrived = now;
    } else {
      segment.departed = now;
      segment.ip_identification = static_cast<std::uint32_t>(frame);
      if (row.leg == Leg::whole) segment.arrived = now;
    }
    std::optional<SeqNum>& first = segment.from == End::client ? connection.client_iss : connection.server_iss;
    if (segment.has(TcpFlags::syn) && !first) first = segment.seq;
    connection.segments.push_back(segment);
  }
  connection.client_is_guess = connection.protocol == Protocol::tcp && !connection.client_iss && !connection.server_iss;
  return connection;
}

Connection as_captured_at(End end, const Connection& connection) {
  Connection captured = connection;
  captured.vantage = Vantage::one_point;
  captured.segments.clear();
  for (Segment segment : connection.segments) {
    const auto seen = segment.seen_at(end);
    if (!seen) continue;
    segment.departed = segment.arrived = seen;
    captured.segments.push_back(segment);
  }
  std::ranges::stable_sort(captured.segments, {}, [](const Segment& segment) { return segment.sighting().frame; });
  return captured;
}

std::string printed(const Connection& connection) {
  return print(ladder_of(connection, exchange_of(connection)));
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace tcplab::test
