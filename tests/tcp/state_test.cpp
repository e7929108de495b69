#include "tcp/state.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

struct Facts {
  State state;
  const char* name;
  bool synchronized, may_send, over, awaits_peers_kernel;
};

constexpr bool yes = true, no = false;
const Facts states[] = {{State::closed, "CLOSED", no, no, yes, no},
                        {State::listen, "LISTEN", no, no, no, no},
                        {State::syn_sent, "SYN-SENT", no, no, no, yes},
                        {State::syn_received, "SYN-RECEIVED", no, no, no, yes},
                        {State::established, "ESTABLISHED", yes, yes, no, no},
                        {State::fin_wait_1, "FIN-WAIT-1", yes, no, no, yes},
                        {State::fin_wait_2, "FIN-WAIT-2", yes, no, no, no},
                        {State::close_wait, "CLOSE-WAIT", yes, yes, no, no},
                        {State::closing, "CLOSING", yes, no, no, yes},
                        {State::last_ack, "LAST-ACK", yes, no, no, yes},
                        {State::time_wait, "TIME-WAIT", yes, no, yes, no}};

}  // namespace

TEST_CASE("a state is printed in the RFC's spelling, and read from it") {
  for (const Facts& facts : states) {
    CHECK(to_string(facts.state) == facts.name);
    CHECK(parse_state(facts.name) == facts.state);
  }
  CHECK_FALSE(parse_state("ESTABLISED"));
  CHECK_FALSE(parse_state("established"));
}

TEST_CASE(
    "it is told of each state whether it is synchronized, may send, is "
    "over, and awaits the peer's kernel") {
  for (const Facts& facts : states) {
    INFO(facts.name);
    CHECK(is_synchronized(facts.state) == facts.synchronized);
    CHECK(may_send(facts.state) == facts.may_send);
    CHECK(is_over(facts.state) == facts.over);
    CHECK(awaits_peers_kernel(facts.state) == facts.awaits_peers_kernel);
  }
}
