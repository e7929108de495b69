#include "tcp/transition.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

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

TEST_CASE("every edge of RFC 9293's Figure 5 is in the table") {
  using enum State;
  using enum Event;
  struct Edge {
    State from;
    Event event;
    State to;
  };
  const Edge figure_5[] = {{closed, passive_open, listen},
                           {closed, active_open, syn_sent},
                           {listen, close_call, closed},
                           {listen, send_call, syn_sent},
                           {listen, receive_syn, syn_received},
                           {syn_sent, close_call, closed},
                           {syn_sent, receive_syn, syn_received},
                           {syn_sent, receive_syn_ack, established},
                           {syn_received, receive_ack_of_syn, established},
                           {syn_received, close_call, fin_wait_1},
                           {established, close_call, fin_wait_1},
                           {established, receive_fin, close_wait},
                           {fin_wait_1, receive_ack_of_fin, fin_wait_2},
                           {fin_wait_1, receive_fin, closing},
                           {fin_wait_1, receive_fin_and_ack_of_fin, time_wait},
                           {fin_wait_2, receive_fin, time_wait},
                           {close_wait, close_call, last_ack},
                           {closing, receive_ack_of_fin, time_wait},
                           {last_ack, receive_ack_of_fin, closed},
                           {time_wait, time_wait_timeout, closed}};
  for (const Edge& edge : figure_5) {
    INFO(to_string(edge.from) << ", " << to_string(edge.event));
    const Transition* found = find_transition(edge.from, edge.event);
    REQUIRE(found != nullptr);
    CHECK(found->to == edge.to);
  }
}

TEST_CASE("from CLOSED every state can be reached, and CLOSED from every state") {
  CHECK(reachable_from(State::closed).size() == 11);
  for (int state = 0; state < 11; ++state) CHECK(reachable_from(static_cast<State>(state)).contains(State::closed));
}

TEST_CASE("an RST in SYN-RECEIVED goes back to LISTEN only where the open was passive") {
  CHECK(find_transition(State::syn_received, Event::receive_rst, true)->to == State::listen);
  CHECK(find_transition(State::syn_received, Event::receive_rst, false)->to == State::closed);
}

TEST_CASE("an RST ends every synchronized state") {
  for (int number = 0; number < 11; ++number) {
    const auto state = static_cast<State>(number);
    INFO(to_string(state));
    const Transition* edge = find_transition(state, Event::receive_rst);
    if (is_synchronized(state)) REQUIRE(edge != nullptr);
    if (is_synchronized(state)) CHECK(edge->to == State::closed);
  }
}

TEST_CASE("no two edges leave a state by the same event, but for the two of note 1") {
  for (const Transition& edge : transitions()) {
    const auto twins = std::ranges::count_if(
        transitions(), [&](const Transition& other) { return other.from == edge.from && other.event == edge.event; });
    const bool note_1 = edge.from == State::syn_received && edge.event == Event::receive_rst;
    CHECK(twins == (note_1 ? 2 : 1));
  }
}

TEST_CASE("a state's name is read as it is printed") {
  for (int number = 0; number < 11; ++number)
    CHECK(parse_state(to_string(static_cast<State>(number))) == static_cast<State>(number));
  CHECK_FALSE(parse_state("ESTABLISED"));
  CHECK_FALSE(parse_state("established"));
}
