#include "ladder/ladder.hpp"

#include <array>

#include "packet/tcp_options.hpp"

namespace tcplab {
namespace {

std::vector<std::string> option_texts(const Segment& segment, SeqNum acknowledged_base) {
  std::vector<std::string> texts;
  for (const TcpOption& option : tcp_options(segment.options)) texts.push_back(to_string(option, acknowledged_base));
  return texts;
}

/// `bases`: what the client's and the server's numbers count from.
void fill(Row& row, const Connection& connection, const Passage& passage, const std::array<SeqNum, 2>& bases,
          OptionTexts texts) {
  const Segment& segment = connection.segments[passage.segment];
  const SeqNum own = bases[static_cast<std::size_t>(segment.from)];
  const SeqNum peers = bases[static_cast<std::size_t>(peer_of(segment.from))];
  row.from = segment.from;
  row.leg = passage.leg;
  row.segment = passage.segment;
  row.protocol = segment.protocol;
  if (segment.protocol == Protocol::udp) row.length = segment.length;
  if (segment.protocol == Protocol::icmp) row.icmp = segment.icmp;
  if (segment.protocol == Protocol::tcp) {
    const std::int64_t first = segment.has(TcpFlags::syn) ? 0 : segment.seq - own;
    row.flags = segment.flags;
    row.seq = SequenceRange{first, first + segment.length, segment.length};
    if (segment.has(TcpFlags::ack)) row.ack = segment.ack - peers;
    row.window = segment.window;
    if (texts == OptionTexts::given) row.options = option_texts(segment, peers);
  }
  if (takes_part(row, End::client)) row.client = passage.client;
  if (takes_part(row, End::server)) row.server = passage.server;
}

}  // namespace

bool takes_part(const Row& row, End end) {
  if (row.leg == Leg::whole) return true;
  const bool sends = row.leg != Leg::arrival;
  return (row.from == end) == sends;
}

Ladder ladder_of(const Connection& connection, const Exchange& exchange, OptionTexts texts) {
  Ladder ladder;
  ladder.client = exchange.client;
  ladder.server = exchange.server;
  const std::array bases = {connection.base(End::client), connection.base(End::server)};
  ladder.rows.reserve(exchange.passages.size());
  for (const Passage& passage : exchange.passages) fill(ladder.rows.emplace_back(), connection, passage, bases, texts);
  return ladder;
}

}  // namespace tcplab
