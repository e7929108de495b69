#include "tcp/transition.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tcplab {
namespace {

constexpr std::string_view note_1 = "note 1: reached by a passive OPEN";
constexpr std::string_view note_2 = "note 2: the FIN comes with the ACK of ours";
constexpr std::string_view note_3 = "note 3: left out of the figure";
constexpr std::string_view left_out = "left out of the figure";

using enum State;
using enum Event;

constexpr std::array table = {
    Transition{closed, passive_open, listen, "", "3.10.1", ""},
    Transition{closed, active_open, syn_sent, "SYN", "3.10.1", ""},

    Transition{listen, close_call, closed, "", "3.10.4", ""},
    Transition{listen, send_call, syn_sent, "SYN", "3.10.2", ""},
    Transition{listen, active_open, syn_sent, "SYN", "3.10.1", left_out},
    Transition{listen, abort_call, closed, "", "3.10.5", left_out},
    Transition{listen, receive_syn, syn_received, "SYN,ACK", "3.10.7.2", ""},

    Transition{syn_sent, close_call, closed, "", "3.10.4", ""},
    Transition{syn_sent, receive_syn, syn_received, "SYN,ACK", "3.10.7.3", "simultaneous open"},
    Transition{syn_sent, receive_syn_ack, established, "ACK", "3.10.7.3", ""},
    Transition{syn_sent, receive_rst, closed, "", "3.10.7.3", "the RST acknowledges our SYN"},
    Transition{syn_sent, abort_call, closed, "", "3.10.5", left_out},
    Transition{syn_sent, user_timeout, closed, "", "3.10.8", left_out},

    Transition{syn_received, receive_ack_of_syn, established, "", "3.10.7.4", ""},
    Transition{syn_received, close_call, fin_wait_1, "FIN", "3.10.4", ""},
    Transition{syn_received, receive_fin, close_wait, "ACK", "3.10.7.4", ""},
    Transition{syn_received, receive_syn, listen, "", "3.10.7.4",
               "reached by a passive OPEN; RFC 5961 challenges instead"},
    Transition{syn_received, receive_rst, listen, "", "3.10.7.4", note_1},
    Transition{syn_received, receive_rst, closed, "", "3.10.7.4", "reached by an active OPEN"},
    Transition{syn_received, abort_call, closed, "RST", "3.10.5", left_out},
    Transition{syn_received, user_timeout, closed, "", "3.10.8", left_out},

    Transition{established, close_call, fin_wait_1, "FIN", "3.10.4", ""},
    Transition{established, receive_fin, close_wait, "ACK", "3.10.7.4", ""},
    Transition{established, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{established, abort_call, closed, "RST", "3.10.5", left_out},
    Transition{established, user_timeout, closed, "", "3.10.8", left_out},

    Transition{fin_wait_1, receive_ack_of_fin, fin_wait_2, "", "3.10.7.4", ""},
    Transition{fin_wait_1, receive_fin, closing, "ACK", "3.10.7.4", "simultaneous close"},
    Transition{fin_wait_1, receive_fin_and_ack_of_fin, time_wait, "ACK", "3.10.7.4", note_2},
    Transition{fin_wait_1, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{fin_wait_1, abort_call, closed, "RST", "3.10.5", left_out},
    Transition{fin_wait_1, user_timeout, closed, "", "3.10.8", left_out},

    Transition{fin_wait_2, receive_fin, time_wait, "ACK", "3.10.7.4", ""},
    Transition{fin_wait_2, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{fin_wait_2, abort_call, closed, "RST", "3.10.5", left_out},
    Transition{fin_wait_2, user_timeout, closed, "", "3.10.8", left_out},

    Transition{close_wait, close_call, last_ack, "FIN", "3.10.4", ""},
    Transition{close_wait, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{close_wait, abort_call, closed, "RST", "3.10.5", left_out},
    Transition{close_wait, user_timeout, closed, "", "3.10.8", left_out},

    Transition{closing, receive_ack_of_fin, time_wait, "", "3.10.7.4", ""},
    Transition{closing, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{closing, abort_call, closed, "", "3.10.5", left_out},
    Transition{closing, user_timeout, closed, "", "3.10.8", left_out},

    Transition{last_ack, receive_ack_of_fin, closed, "", "3.10.7.4", ""},
    Transition{last_ack, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{last_ack, abort_call, closed, "", "3.10.5", left_out},
    Transition{last_ack, user_timeout, closed, "", "3.10.8", left_out},

    Transition{time_wait, time_wait_timeout, closed, "", "3.10.8", ""},
    Transition{time_wait, receive_rst, closed, "", "3.10.7.4", note_3},
    Transition{time_wait, abort_call, closed, "", "3.10.5", left_out},
};

static_assert(std::ranges::is_sorted(table, {}, &Transition::from));

/// Where the edges of each state begin, and behind the last where they end.
constexpr auto first_edges = [] {
  constexpr std::size_t states = static_cast<std::size_t>(time_wait) + 1;
  std::array<std::size_t, states + 1> first{};
  for (const Transition& edge : table)
    for (std::size_t i = static_cast<std::size_t>(edge.from) + 1; i <= states; ++i) ++first[i];
  return first;
}();

}  // namespace

std::span<const Transition> transitions() {
  return table;
}

std::span<const Transition> transitions_from(State state) {
  const auto number = static_cast<std::size_t>(state);
  return std::span(table).subspan(first_edges[number], first_edges[number + 1] - first_edges[number]);
}

std::string_view to_string(Event event) {
  constexpr std::array<std::string_view, 14> names = {"passive OPEN",
                                                      "active OPEN",
                                                      "SEND",
                                                      "CLOSE",
                                                      "ABORT",
                                                      "rcv SYN",
                                                      "rcv SYN,ACK",
                                                      "rcv ACK of SYN",
                                                      "rcv FIN",
                                                      "rcv ACK of FIN",
                                                      "rcv FIN, ACK of FIN",
                                                      "rcv RST",
                                                      "timeout=2MSL",
                                                      "user timeout"};
  return names.at(static_cast<std::size_t>(event));
}

const Transition* find_transition(State from, Event event, bool passive) {
  for (const Transition& edge : transitions_from(from)) {
    if (edge.event != event) continue;
    if (edge.to == listen && event == receive_rst && !passive) continue;
    return &edge;
  }
  return nullptr;
}

}  // namespace tcplab
