#include "tcp/quotes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <tuple>
#include <vector>

#include "tcp/deliveries.hpp"
#include "tcp/within.hpp"

namespace tcplab {
namespace {

bool is_icmp(const Segment& segment) {
  return segment.protocol == Protocol::icmp;
}

bool is_ipv6(const Connection& connection) {
  return connection.client.address.version == 6;
}

/// Unreachable, time exceeded and parameter problem, which drop what they are about; ICMPv6's too big as well. Source
/// quench and redirect do not.
bool says_undelivered(const Segment& error, bool is_v6) {
  const std::uint8_t type = error.icmp.type;
  return is_v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
}

/// The host got the datagram, and has nobody for it.
bool says_came(const Segment& error, bool is_v6) {
  const auto [type, code] = error.icmp;
  return error.is_from_end() && (is_v6 ? type == 1 && code == 4 : type == 3 && (code == 2 || code == 3));
}

/// Whether a segment is sent again, or the other end never acknowledges it: then its loss leaves nothing unexplained.
class MayBeLost {
 public:
  explicit MayBeLost(const Connection& connection) : connection_(connection), again_(connection.segments.size()) {
    std::array<Numbers, 2> behind;  // sent by each end behind the segment at hand
    for (std::size_t i = connection.segments.size(); i-- > 0;) {
      const Segment& segment = connection.segments[i];
      if (is_icmp(segment)) continue;
      const auto from = index_of(segment.from);
      again_[i] = behind[from].contain(segment.seq, segment.seq + 1);
      if (segment.has(TcpFlags::ack)) {
        acks_[from].insert(segment.ack.value());
        if (!last_ack_[from]) last_ack_[from] = segment.ack;
      }
      if (!segment.has(TcpFlags::rst) && !connection.is_foreign_syn(segment))
        behind[from].add(segment.seq, segment.sequence_end());
    }
  }
  [[nodiscard]] bool operator()(std::size_t place) const {
    const Segment& segment = connection_.segments[place];
    const auto peer = index_of(peer_of(segment.from));
    // The other end may acknowledge a later SYN of any number.
    if (connection_.is_foreign_syn(segment))
      return !acks_[peer].contains((segment.seq + 1).value()) && !acks_[peer].contains(segment.sequence_end().value());
    const auto& ack = last_ack_[peer];
    return !ack || *ack <= segment.seq || again_[place];
  }

 private:
  const Connection& connection_;
  std::vector<bool> again_;                        ///< of each: its first number is sent behind it too
  std::array<std::set<std::uint32_t>, 2> acks_;    ///< that each end says
  std::array<std::optional<SeqNum>, 2> last_ack_;  ///< that each end says
};

/// What an error may quote, by what is quoted in any case.
using Sent = std::map<std::tuple<End, std::uint32_t, std::uint16_t>, std::vector<std::size_t>>;

/// Whether nothing that the error quotes tells the segment from the one that it is about.
bool agrees(const Segment& error, const Segment& segment) {
  const bool has_options = error.options.begin() != error.options.end();
  return error.length == (segment.protocol == Protocol::udp ? segment.length : 0) &&
         (error.ack == SeqNum() || error.ack == segment.ack) && (!has_options || error.options == segment.options);
}

}  // namespace

bool is_of_ttl(const Connection& connection, const Segment& error) {
  return is_icmp(error) && error.icmp == (is_ipv6(connection) ? IcmpKind{3, 0} : IcmpKind{11, 0});
}

Quotes::Quotes(const Connection& connection) {
  const auto& segments = connection.segments;
  if (std::ranges::none_of(segments, is_icmp)) return;
  const MayBeLost may_be_lost(connection);
  const bool is_v6 = is_ipv6(connection), is_udp = connection.protocol == Protocol::udp;
  Sent sent;
  std::set<std::size_t> quoted;
  std::set<std::uint8_t> ttls;  // of SYNs
  bool ran_out = false;
  // Of packets that nothing quoted tells apart, so many at most are looked at.
  constexpr std::size_t most_alike = 64;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    if (!is_icmp(segment)) {
      sent[{segment.from, segment.seq.value(), static_cast<std::uint16_t>(segment.ip_identification)}].push_back(i);
      if (is_plain_syn(segment.flags)) ttls.insert(segment.hop_limit);
      continue;
    }
    const auto found = sent.find({peer_of(segment.from), segment.seq.value(), segment.quoted_identification});
    if (!segment.has_whole_header || found == sent.end()) continue;
    std::vector<std::size_t> alike;
    const auto& all = found->second;
    for (std::size_t at = all.size() - std::min(all.size(), most_alike); at < all.size(); ++at)
      if (agrees(segment, segments[all[at]])) alike.push_back(all[at]);
    if (alike.empty()) continue;
    std::size_t one = alike.back();
    if (segment.quoted_identification != 0) {
      // One packet, captured several times.
      constexpr std::chrono::milliseconds at_once{100};
      std::erase_if(alike, [&](std::size_t other) {
        return !is_within(at_once, segments[one].sighting().time, segments[other].sighting().time);
      });
      one = alike.front();
    } else {
      if (is_udp && alike.size() > 1) continue;
      const auto fresh =
          std::find_if(alike.rbegin(), alike.rend(), [&](std::size_t it) { return !quoted.contains(it); });
      if (fresh != alike.rend()) one = *fresh;
      alike = {one};
    }
    quoted_[i] = one;
    quoted.insert(one);
    ran_out = ran_out || (is_of_ttl(connection, segment) && is_plain_syn(segments[one].flags));
    if (!says_undelivered(segment, is_v6)) continue;
    for (const std::size_t each : alike)
      if (is_udp ? !says_came(segment, is_v6) : may_be_lost(each)) turned_away_.try_emplace(each, i);
  }
  is_trace_ = ran_out && ttls.size() > 1;
}

}  // namespace tcplab
