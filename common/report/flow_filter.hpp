// Which connections `tcplab flows` is asked for: by how they opened and ended, by endpoint, by time.
// It reads what was typed and judges what is finished; it reads no captures.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tcp/flow_table.hpp"

namespace tcplab {

/// "10.0.0.1", "10.0.0.1:80", "2001:db8::1", "[2001:db8::1]:80".
struct EndpointPattern {
  IpAddress address;
  std::optional<std::uint16_t> port;
  [[nodiscard]] bool matches(const Endpoint& endpoint) const {
    return endpoint.address == address && (!port || *port == endpoint.port);
  }
};

struct FlowFilter {
  std::vector<Opening> openings;  ///< any of them; if there are none, all
  std::vector<Ending> endings;
  std::vector<ResetCause> causes;
  std::optional<EndpointPattern> client, server;
  std::optional<EndpointPattern> either;  ///< the one or the other
  std::optional<std::uint16_t> port;      ///< of either
  std::optional<Timestamp> since, until;  ///< a time in which the connection was seen, at least in part

  [[nodiscard]] bool passes(const FinishedFlow& finished) const;
  /// Whether the two may be the ends of such a connection.
  [[nodiscard]] bool passes_ends(const Endpoint& one, const Endpoint& other) const;
};

/// These throw std::invalid_argument, whose text names what would have been allowed. Words are parted by commas.
std::vector<Opening> parse_openings(std::string_view words);
std::vector<Ending> parse_endings(std::string_view words);
std::vector<ResetCause> parse_reset_causes(std::string_view words);
EndpointPattern parse_endpoint_pattern(std::string_view text);
/// Seconds since 1970, or "2026-11-20", "2026-11-20T17:30:00.25Z": UTC.
Timestamp parse_time(std::string_view text);

}  // namespace tcplab
