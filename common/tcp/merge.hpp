// Two captures of the same connections, one made at each end, become one view: what departed when, and when it arrived.
// The captures' clocks need not agree: each end's order is its own capture's, and times only choose between orders that
// would both do.
#pragma once

#include <cstdint>
#include <vector>

#include "tcp/connection.hpp"

namespace tcplab {

/// Where two captures were made.
enum class Points : std::uint8_t {
  unknown,           ///< somewhere; a connection that only one of them shows may have taken another way
  client_and_server  ///< at the client's host and at the server's, in this order, of all that passed there
};

/// The connections of both captures, those seen by both as one with Vantage::both_ends. Where the points are not known,
/// whose end each was made at follows from who waited for the answers, and in a simultaneous open from whose SYN came
/// first. They stay in their order; where only `other` has some of them, all are put in order by the captures' clocks.
std::vector<Connection> merge(const std::vector<Connection>& one, const std::vector<Connection>& other,
                              Points points = Points::unknown);

}  // namespace tcplab
