// What the two ends of a connection did, in one order that both agree on, with the states they were in.
// It places departures and arrivals; how that is written down is the business of ladder/.
// Two captures show both; one_point.hpp infers what one capture can show.
#pragma once

#include <optional>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/state.hpp"
#include "tcp/wire_order.hpp"

namespace tcplab {

/// What part of a segment's way a passage shows.
enum class Leg : std::uint8_t {
  whole,      ///< it departed and arrived with nothing between
  departure,  ///< it departed; its arrival is a later passage
  arrival,    ///< it arrived; its departure was an earlier passage, or was never seen
  lost        ///< it departed and never arrived
};

struct Passage {
  std::size_t segment = 0;  ///< in Connection::segments
  Leg leg = Leg::whole;
  std::optional<State> client, server;  ///< after it; nothing while it cannot be known
  bool is_ignored = false;              ///< it arrived, and its receiver took no notice of it: ignored.hpp
};

struct Exchange {
  std::optional<State> client, server;  ///< before the first segment
  std::vector<Passage> passages;
  WireOrder wire_order;  ///< from one point
};

Exchange exchange_of(const Connection& connection);

}  // namespace tcplab
