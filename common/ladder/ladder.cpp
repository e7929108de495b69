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

/// An end's numbers, counted from a first one on: 32 bits begin anew after 4 gigabytes.
class Count {
 public:
  explicit Count(SeqNum base) : base_(base), latest_(base), far_(base) {}
  /// Of a number that is less than 2 gigabytes from the highest so far.
  std::int64_t of(SeqNum number) {
    const std::int32_t step = number - latest_;
    const std::int64_t count = highest_ + step;
    // What is further on is not of this connection, unless more comes there.
    const std::int32_t from_far = number - far_;
    if (step > 0 && (step <= largest_window || (from_far >= 0 && from_far <= largest_window))) {
      latest_ = number;
      highest_ = count;
    } else if (step > 0) {
      far_ = number;
    }
    return count;
  }
  [[nodiscard]] SeqNum base() const { return base_; }

 private:
  SeqNum base_, latest_, far_;
  std::int64_t highest_ = 0;
};

/// `counts`: of the client's numbers and the server's.
void fill(Row& row, const Connection& connection, const Passage& passage, std::array<Count, 2>& counts,
          OptionTexts texts) {
  const Segment& segment = connection.segments[passage.segment];
  Count& own = counts[index_of(segment.from)];
  Count& peers = counts[index_of(peer_of(segment.from))];
  row.from = segment.from;
  row.leg = passage.leg;
  row.segment = passage.segment;
  row.protocol = segment.protocol;
  if (segment.protocol == Protocol::udp) row.length = segment.length;
  if (segment.protocol == Protocol::icmp) row.icmp = segment.icmp;
  if (segment.protocol == Protocol::tcp) {
    const std::int64_t first = segment.has(TcpFlags::syn) ? 0 : own.of(segment.seq);
    row.flags = segment.flags;
    row.seq = SequenceRange{first, first + segment.length, segment.length};
    if (segment.has(TcpFlags::ack)) row.ack = peers.of(segment.ack);
    row.window = segment.window;
    if (texts == OptionTexts::given) row.options = option_texts(segment, peers.base());
  }
  if (takes_part(row, End::client)) row.client = passage.client;
  if (takes_part(row, End::server)) row.server = passage.server;
}

}  // namespace

Ladder ladder_of(const Connection& connection, const Exchange& exchange, OptionTexts texts) {
  Ladder ladder;
  ladder.client = exchange.client;
  ladder.server = exchange.server;
  std::array counts = {Count(connection.base(End::client)), Count(connection.base(End::server))};
  ladder.rows.reserve(exchange.passages.size());
  for (const Passage& passage : exchange.passages) fill(ladder.rows.emplace_back(), connection, passage, counts, texts);
  return ladder;
}

}  // namespace tcplab
