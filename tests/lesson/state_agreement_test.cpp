#include "lesson/state_agreement.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
const std::string half_closed = opened + "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n";
const std::string closed = half_closed + "<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";

/// One event of the log. The programs' calls take no time, and come in the order given.
std::string event(const std::string& host, const std::string& kind, const std::string& state) {
  const bool client = host == "client";
  const std::string begin = R"({"time":"1.000000000","host":")" + host + R"(","kind":")" + kind + '"';
  const std::string report = R"(,"state":")" + state + R"(","local":")" +
                             (client ? "10.0.0.1:40000" : "10.0.0.2:12345") + R"(","remote":")" +
                             (client ? "10.0.0.2:12345" : "10.0.0.1:40000") + "\"}\n";
  if (kind == "state") return begin + report;
  return begin + R"(,"name":"a call","phase":"begin"})" + "\n" + begin +
         R"(,"name":"a call","phase":"end","outcome":"ok")" + report;
}

std::string reports(const char* host, const char* kind, std::initializer_list<const char*> states) {
  std::string text;
  for (const char* state : states) text += event(host, kind, state);
  return text;
}

/// The one agreement of connections on the same four-tuple.
std::array<StateHistory, 2> compare(const std::vector<std::string>& ladders, const std::string& events) {
  const test::TemporaryDirectory directory;
  std::vector<Analysis> connections;
  for (const std::string& ladder : ladders) connections.push_back(analyse(test::connection_from(ladder)));
  const auto agreements = compare_with_kernels(connections, directory.write("events.ndjson", events));
  REQUIRE(agreements.size() == 1);
  CHECK(to_string(agreements[0].client) == "10.0.0.1:40000");
  return agreements[0].histories;
}
std::array<StateHistory, 2> compare(const std::string& events) {
  return compare({closed}, events);
}

const std::string server =
    reports("server", "state", {"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"});

}  // namespace

TEST_CASE("two kernels that report every inferred state agree") {
  const auto histories = compare(
      server + reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"}));
  CHECK(histories[0].agrees);
  CHECK(histories[0].unseen.empty());
  CHECK_FALSE(histories[0].timed_out);
  CHECK(histories[1].agrees);
  CHECK(kernel_states_text(histories) == "Both kernels reported exactly these states, in this order.");
}

TEST_CASE("a state that only the program's call saw fills a gap of the sampling") {
  const auto histories =
      compare(server + reports("client", "state", {"SYN-SENT", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"}) +
              event("client", "call", "ESTABLISHED"));
  CHECK(histories[0].agrees);
  CHECK(histories[0].unseen.empty());
}

TEST_CASE("a state that nobody saw is named, and does not count as a contradiction") {
  const auto histories =
      compare(server + reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "TIME-WAIT"}));
  CHECK(histories[0].agrees);
  CHECK(histories[0].unseen == std::vector<State>{State::fin_wait_2});
  CHECK(kernel_states_text(histories) ==
        "The client's kernel agrees, but was not asked in time to be seen in FIN-WAIT-2.");
}

TEST_CASE("a state that was not inferred, or in another order, is a contradiction") {
  CHECK_FALSE(
      compare(server + reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "CLOSING", "TIME-WAIT"}))[0]
          .agrees);
  CHECK_FALSE(compare(server + reports("client", "state", {"ESTABLISHED", "SYN-SENT"}))[0].agrees);
  CHECK_FALSE(compare(server + reports("client", "call", {"FIN-WAIT-2", "FIN-WAIT-1"}))[0].agrees);
  CHECK(kernel_states_text(compare(server + event("client", "state", "CLOSING"))).find("contradicts") !=
        std::string::npos);
}

TEST_CASE("a kernel that never had a socket is said to have had none") {
  CHECK(kernel_states_text(compare(server)) == "The client's kernel never had a socket for it.");
}

TEST_CASE("a kernel that gives a connection up with no segment does not contradict, and it is said") {
  const auto seen = reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"});
  const auto of_server = reports("server", "state", {"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT"});
  const auto histories = compare({half_closed}, seen + event("client", "state", "CLOSED") + of_server);
  CHECK(histories[0].agrees);
  CHECK(histories[0].timed_out == State::fin_wait_2);
  CHECK(kernel_states_text(histories) ==
        "Both kernels reported these states, in this order. From FIN-WAIT-2 the client's kernel went to CLOSED with "
        "no segment: it gave the connection up, or forgot it.");
  CHECK_FALSE(compare({half_closed}, seen + event("client", "state", "CLOSED") + seen + of_server)[0].agrees);
}

TEST_CASE("a CLOSED in the midst of a connection is a contradiction") {
  const auto histories =
      compare(server + reports("client", "state", {"SYN-SENT", "ESTABLISHED", "CLOSED", "FIN-WAIT-1"}));
  CHECK_FALSE(histories[0].agrees);
}

TEST_CASE("connections that reuse a four-tuple are one history, in order") {
  const std::string again = reports("client", "state", {"SYN-SENT", "ESTABLISHED"});
  const std::string once = reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"});
  for (const std::string& between : {event("client", "state", "TIME-WAIT"), reports("client", "state", {"CLOSED"}),
                                     reports("client", "state", {"TIME-WAIT", "CLOSED"})}) {
    const auto histories = compare(
        {closed, opened}, server + once + between + again + reports("server", "state", {"LISTEN", "SYN-RECEIVED"}));
    CHECK(histories[0].agrees);
    CHECK(histories[1].agrees);
  }
  CHECK_FALSE(compare({closed, opened}, server + again + once)[0].agrees);
}

TEST_CASE("the SYN of an end that has forgotten its connection comes from CLOSED") {
  const std::string crashed = opened + "--> S 900:900(0) -->\n<-- . 1:1(0) ack 1 <--\n--> R 1:1(0) -->\n";
  const auto histories =
      compare({crashed}, reports("client", "state", {"SYN-SENT", "ESTABLISHED", "CLOSED", "SYN-SENT"}) +
                             reports("server", "state", {"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSED", "LISTEN"}));
  CHECK(histories[0].agrees);
  CHECK(histories[0].timed_out == State::established);
  CHECK(histories[0].inferred == std::vector{State::closed, State::syn_sent, State::established, State::syn_sent});
}

TEST_CASE("where a passive end is over, the kernel tells whether anybody listens") {
  const std::string duplicate = "... S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n";
  for (const char* gone : {"CLOSED", "LISTEN"}) {
    const auto histories = compare({duplicate}, reports("server", "state", {"LISTEN", "SYN-RECEIVED", gone}));
    CHECK(histories[1].agrees);
    CHECK(histories[1].unseen.empty());
  }
  CHECK_FALSE(compare({duplicate}, reports("server", "state", {"LISTEN", "SYN-RECEIVED", "ESTABLISHED"}))[1].agrees);
}

TEST_CASE("other four-tuples have agreements of their own, and UDP has none") {
  const test::TemporaryDirectory directory;
  const auto file = directory.write("events.ndjson", server);
  Connection other = test::connection_from(closed);
  other.client.port = 40001;
  const std::vector<Analysis> connections = {analyse(test::connection_from("--> UDP (5) -->\n")),
                                             analyse(test::connection_from(closed)), analyse(other)};
  const auto agreements = compare_with_kernels(connections, file);
  REQUIRE(agreements.size() == 2);
  CHECK(agreements[1].client.port == 40001);
  CHECK(agreements[1].histories[1].sampled.empty());
  CHECK(kernel_states_text(agreements).find("10.0.0.1:40001 -> 10.0.0.2:12345: The client's kernel never had") !=
        std::string::npos);
}

TEST_CASE("a damaged event log is an error with its line") {
  CHECK_THROWS_WITH(compare(server + "{\n"), test::contains("events.ndjson:7: no JSON object"));
}
