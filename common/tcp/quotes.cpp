#include "tcp/quotes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

namespace tcplab {
namespace {

bool is_error(const Segment& segment) {
  return segment.protocol == Protocol::icmp;
}

/// Unreachable, time exceeded and parameter problem, which drop what they are about; ICMPv6's too big as well. Source
/// quench and redirect do not.
bool says_undelivered(const Segment& error, bool is_v6) {
  const std::uint8_t type = error.icmp.type;
  return is_v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
}

/// Whether the end sends the first number of the segment at a place again behind it, or its peer never acknowledges it:
/// then its loss leaves nothing unexplained.
class MayBeLost {
 public:
  explicit MayBeLost(const Connection& connection)
      : connection_(connection), lowest_behind_(connection.segments.size()) {
    std::array<std::optional<SeqNum>, 2> lowest;
    for (std::size_t i = connection.segments.size(); i-- > 0;) {
      const Segment& segment = connection.segments[i];
      const auto from = static_cast<std::size_t>(segment.from);
      lowest_behind_[i] = lowest[from];
      if (segment.protocol != Protocol::tcp) continue;
      if (segment.sequence_length() > 0 && (!lowest[from] || segment.seq < *lowest[from])) lowest[from] = segment.seq;
      if (segment.has(TcpFlags::ack) && !last_ack_[from]) last_ack_[from] = segment.ack;
    }
  }
  [[nodiscard]] bool operator()(std::size_t place) const {
    const Segment& segment = connection_.segments[place];
    const auto& ack = last_ack_[static_cast<std::size_t>(peer_of(segment.from))];
    const auto& lowest = lowest_behind_[place];
    return !ack || *ack <= segment.seq || (lowest && *lowest <= segment.seq);
  }

 private:
  const Connection& connection_;
  std::vector<std::optional<SeqNum>> lowest_behind_;  ///< that the sender of the segment there sends behind it
  std::array<std::optional<SeqNum>, 2> last_ack_;     ///< that each end says
};

bool is_ipv6(const Connection& connection) {
  return connection.client.address.version == 6;
}

}  // namespace

bool is_of_ttl(const Connection& connection, const Segment& error) {
  return is_error(error) && error.icmp == (is_ipv6(connection) ? IcmpKind{3, 0} : IcmpKind{11, 0});
}

Quotes::Quotes(const Connection& connection) {
  const auto& segments = connection.segments;
  if (std::ranges::none_of(segments, is_error)) return;
  const MayBeLost may_be_lost(connection);
  std::map<std::tuple<End, std::uint32_t, std::uint16_t>, std::size_t> sent;  // by number and IP identification
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    if (!is_error(segment)) {
      sent[{segment.from, segment.seq.value(), static_cast<std::uint16_t>(segment.ip_identification)}] = i;
      continue;
    }
    // Datagrams have no numbers.
    const bool tells_which =
        segment.has_whole_header && (connection.protocol == Protocol::tcp || segment.quoted_identification != 0);
    const auto found = sent.find({peer_of(segment.from), segment.seq.value(), segment.quoted_identification});
    if (!tells_which || found == sent.end()) continue;
    quoted_[i] = found->second;
    const bool is_datagram = connection.protocol == Protocol::udp;
    const bool came = is_datagram ? !segment.is_from_between : !may_be_lost(found->second);
    if (says_undelivered(segment, is_ipv6(connection)) && !came) turned_away_.try_emplace(found->second, i);
  }
}

}  // namespace tcplab
