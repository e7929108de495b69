#include "tcp/transition.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

const State states[] = {State::closed,      State::listen,     State::syn_sent,   State::syn_received,
                        State::established, State::fin_wait_1, State::fin_wait_2, State::close_wait,
                        State::closing,     State::last_ack,   State::time_wait};

std::set<State> reachable_from(State start) {
  std::set<State> reached = {start};
  std::vector<State> open = {start};
  while (!open.empty()) {
    const State from = open.back();
    open.pop_back();
    for (const Transition& edge : transitions()) {
      if (edge.from == from && reached.insert(edge.to).second) open.push_back(edge.to);
    }
  }
  return reached;
}

}  // namespace

TEST_CASE("every edge of RFC 9293's Figure 5 is in the table, with what it sends") {
  using enum State;
  using enum Event;
  struct Edge {
    State from;
    Event event;
    State to;
    const char* sends;
  };
  const Edge figure_5[] = {{closed, passive_open, listen, ""},
                           {closed, active_open, syn_sent, "SYN"},
                           {listen, close_call, closed, ""},
                           {listen, send_call, syn_sent, "SYN"},
                           {listen, receive_syn, syn_received, "SYN,ACK"},
                           {syn_sent, close_call, closed, ""},
                           {syn_sent, receive_syn, syn_received, "SYN,ACK"},
                           {syn_sent, receive_syn_ack, established, "ACK"},
                           {syn_received, receive_ack_of_syn, established, ""},
                           {syn_received, close_call, fin_wait_1, "FIN"},
                           {established, close_call, fin_wait_1, "FIN"},
                           {established, receive_fin, close_wait, "ACK"},
                           {fin_wait_1, receive_ack_of_fin, fin_wait_2, ""},
                           {fin_wait_1, receive_fin, closing, "ACK"},
                           {fin_wait_1, receive_fin_and_ack_of_fin, time_wait, "ACK"},
                           {fin_wait_2, receive_fin, time_wait, "ACK"},
                           {close_wait, close_call, last_ack, "FIN"},
                           {closing, receive_ack_of_fin, time_wait, ""},
                           {last_ack, receive_ack_of_fin, closed, ""},
                           {time_wait, time_wait_timeout, closed, ""}};
  for (const Edge& edge : figure_5) {
    INFO(to_string(edge.from) << ", " << to_string(edge.event));
    const Transition* found = find_transition(edge.from, edge.event);
    REQUIRE(found != nullptr);
    CHECK(found->to == edge.to);
    CHECK(found->sends == edge.sends);
  }
}

TEST_CASE("from CLOSED every state can be reached, and CLOSED from every state") {
  CHECK(reachable_from(State::closed).size() == 11);
  for (const State state : states) CHECK(reachable_from(state).contains(State::closed));
}

TEST_CASE("an RST in SYN-RECEIVED goes back to LISTEN only where the open was passive, and answers nothing") {
  for (const bool passive : {true, false}) {
    const Transition* edge = find_transition(State::syn_received, Event::receive_rst, passive);
    CHECK(edge->to == (passive ? State::listen : State::closed));
    CHECK(edge->sends.empty());
  }
}

TEST_CASE("an RST ends SYN-SENT and every synchronized state, and answers nothing") {
  for (const State state : states) {
    if (state != State::syn_sent && !is_synchronized(state)) continue;
    INFO(to_string(state));
    const Transition* edge = find_transition(state, Event::receive_rst);
    REQUIRE(edge != nullptr);
    CHECK(edge->to == State::closed);
    CHECK(edge->sends.empty());
  }
}

// RFC 9293 section 3.10.5: the states in which the peer may still expect something are those that send an RST.
TEST_CASE("an ABORT closes whatever is open, with an RST where the peer knows of the connection and it is not over") {
  using enum State;
  const std::set<State> with_rst = {syn_received, established, fin_wait_1, fin_wait_2, close_wait};
  for (const State state : states) {
    INFO(to_string(state));
    const Transition* edge = find_transition(state, Event::abort_call);
    REQUIRE((edge != nullptr) == (state != closed));
    if (edge == nullptr) continue;
    CHECK(edge->to == closed);
    CHECK(edge->sends == (with_rst.contains(state) ? "RST" : ""));
  }
}

// Section 3.10.8. In LISTEN nothing is waited for, and TIME-WAIT has a timeout of its own.
TEST_CASE("the user timeout closes every state that waits for the peer, and sends nothing") {
  for (const State state : states) {
    INFO(to_string(state));
    const Transition* edge = find_transition(state, Event::user_timeout);
    const bool waits = state != State::closed && state != State::listen && state != State::time_wait;
    REQUIRE((edge != nullptr) == waits);
    if (edge == nullptr) continue;
    CHECK(edge->to == State::closed);
    CHECK(edge->sends.empty());
  }
}

TEST_CASE("of the other edges that section 3.10 knows and the figure leaves out, each is in the table") {
  const Transition* opened = find_transition(State::listen, Event::active_open);
  REQUIRE(opened != nullptr);
  CHECK(opened->to == State::syn_sent);
  CHECK(opened->sends == "SYN");
  const Transition* ended_early = find_transition(State::syn_received, Event::receive_fin);
  REQUIRE(ended_early != nullptr);
  CHECK(ended_early->to == State::close_wait);
  CHECK(ended_early->sends == "ACK");
  const Transition* another_syn = find_transition(State::syn_received, Event::receive_syn);
  REQUIRE(another_syn != nullptr);
  CHECK(another_syn->to == State::listen);
  CHECK(another_syn->sends.empty());
}

TEST_CASE("an event that a state does not know takes no edge") {
  CHECK(find_transition(State::closed, Event::receive_fin) == nullptr);
  CHECK(find_transition(State::time_wait, Event::close_call) == nullptr);
}

TEST_CASE("every event has the figure's words") {
  const char* names[] = {"passive OPEN",
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
  std::uint8_t event = 0;
  for (const char* name : names) CHECK(to_string(static_cast<Event>(event++)) == name);
}

TEST_CASE("no two edges leave a state by the same event, but for the two of note 1") {
  for (const Transition& edge : transitions()) {
    const auto twins = std::ranges::count_if(
        transitions(), [&](const Transition& other) { return other.from == edge.from && other.event == edge.event; });
    const bool note_1 = edge.from == State::syn_received && edge.event == Event::receive_rst;
    CHECK(twins == (note_1 ? 2 : 1));
  }
}
