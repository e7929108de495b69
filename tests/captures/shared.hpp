// Other projects' captures and what other tools say of them: a folder that TCPLAB_CAPTURES names, with the captures
// under files/ and a table a tool under expected/. They are no part of tcplab.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tcp/connection.hpp"

namespace tcplab::test {

/// A line of a table, by its columns' titles.
using TableRow = std::map<std::string, std::string, std::less<>>;
std::vector<TableRow> read_table(const std::string& path);

struct Capture {
  std::vector<Connection> connections;   ///< in the order of their first segments
  std::vector<bool> has_wrong_checksum;  ///< by frame number; to one who knows nothing of offloading
  std::uint64_t frames = 0;
};
Capture read_capture(const std::string& path);
/// The capture that a row of a table is about, read once.
const Capture& shared_capture(const std::string& folder, const TableRow& row);

/// A connection's TCP segments, without the ICMP errors about it.
std::vector<const Segment*> tcp_segments(const Connection& connection);

struct Seen {
  const Connection* connection = nullptr;
  const Segment* segment = nullptr;
};
/// The TCP segments of all connections, by their frames' numbers.
std::map<std::uint64_t, Seen> by_frame(const Capture& capture);

/// The connections between the two, whichever is the client; nothing if it is no address.
std::vector<const Connection*> between(const Capture& capture, const std::string& one, const std::string& other);

/// "10.0.0.1:80", and without brackets in IPv6: as the tables write an endpoint.
std::string endpoint_text(const Endpoint& endpoint);

}  // namespace tcplab::test
