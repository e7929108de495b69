// Two captures of the same connections, one made at each end, become one view: what departed when, and when it arrived.
// The captures' clocks need not agree: each end's order is its own capture's, and times only choose between orders that
// would both do.
#pragma once

#include <vector>

#include "tcp/connection.hpp"

namespace tcplab {

/// The connections of both captures, those seen by both as one with Vantage::both_ends. The captures may be given in
/// either order: whose end each was made at follows from who waited for the answers.
std::vector<Connection> merge(const std::vector<Connection>& one, const std::vector<Connection>& other);

}  // namespace tcplab
