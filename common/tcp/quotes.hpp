// Which segments the ICMP errors of a connection are about: an error quotes the first bytes of the packet that caused
// it. RFC 792, RFC 4443 section 3.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "tcp/connection.hpp"

namespace tcplab {

/// Whether the error is "time exceeded in transit": the packet's TTL, or its hop limit, came to 0 on the way.
bool is_of_ttl(const Connection& connection, const Segment& error);

/// All are told by their places in Connection::segments.
class Quotes {
 public:
  explicit Quotes(const Connection& connection);

  /// What the error quotes, if that was captured before it.
  [[nodiscard]] std::optional<std::size_t> quoted_by(std::size_t error) const { return find(quoted_, error); }
  /// The error that says of the segment that it was not delivered, unless the other end says that it was.
  [[nodiscard]] std::optional<std::size_t> turned_away_by(std::size_t segment) const {
    return find(turned_away_, segment);
  }
  /// Routers tell that the TTLs, or hop limits, of SYNs came to 0, which were sent with several: as a traceroute does,
  /// and no kernel.
  [[nodiscard]] bool is_trace() const { return is_trace_; }

 private:
  using Places = std::map<std::size_t, std::size_t>;
  static std::optional<std::size_t> find(const Places& places, std::size_t place) {
    if (places.empty()) return std::nullopt;  // of nearly all connections
    const auto found = places.find(place);
    return found == places.end() ? std::nullopt : std::optional(found->second);
  }
  Places quoted_, turned_away_;
  bool is_trace_ = false;
};

}  // namespace tcplab
