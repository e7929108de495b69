// The state diagram of a TCP connection's end as one table, a row an edge.
// It is what `tcplab states` prints and what the tracker moves by; it sees no segments.
// RFC 9293 section 3.3.2, Figure 5 with its notes, and section 3.10 for the edges that the figure leaves out.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "tcp/state.hpp"

namespace tcplab {

/// What can move an end from one state to another.
enum class Event : std::uint8_t {
  passive_open,
  active_open,
  send_call,  ///< SEND on a listening socket, which no system of today offers
  close_call,
  abort_call,
  receive_syn,
  receive_syn_ack,  ///< a SYN that acknowledges our SYN
  receive_ack_of_syn,
  receive_fin,
  receive_ack_of_fin,
  receive_fin_and_ack_of_fin,
  receive_rst,
  time_wait_timeout,  ///< 2 MSL are over
  user_timeout        ///< the peer has not answered for too long
};

/// The figure's words: "rcv SYN", "CLOSE", "timeout=2MSL".
std::string_view to_string(Event event);

struct Transition {
  State from;
  Event event;
  State to;
  std::string_view sends;    ///< what the end sends as it moves: "SYN,ACK"; empty for nothing
  std::string_view section;  ///< of RFC 9293
  std::string_view note;     ///< a condition on the edge, or empty
};

/// Every edge, by state in the order of enum State.
std::span<const Transition> transitions();
/// Those that lead away from a state.
std::span<const Transition> transitions_from(State state);

/// The edge that `event` takes from `from`. SYN-RECEIVED goes back to LISTEN on an RST only when it was reached from
/// there (`passive`, the figure's note 1).
const Transition* find_transition(State from, Event event, bool passive = false);

}  // namespace tcplab
