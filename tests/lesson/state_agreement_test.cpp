#include "lesson/state_agreement.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

const char* const conversation =
    "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n"
    "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n";

std::string event(const char* host, const char* kind, const char* state) {
  const bool client = std::string(host) == "client";
  return std::string(R"({"time":"1.000000000","host":")") + host + R"(","kind":")" + kind + R"(","state":")" + state +
         R"(","local":")" + (client ? "10.0.0.1:40000" : "10.0.0.2:12345") + R"(","remote":")" +
         (client ? "10.0.0.2:12345" : "10.0.0.1:40000") + "\"}\n";
}

std::array<StateHistory, 2> compare(const std::string& events) {
  const test::TemporaryDirectory directory;
  const Connection connection = test::connection_from(conversation);
  return compare_with_kernels(connection, exchange_of(connection), directory.write("events.ndjson", events));
}

std::string reports(const char* host, const char* kind, std::initializer_list<const char*> states) {
  std::string text;
  for (const char* state : states) text += event(host, kind, state);
  return text;
}

const std::string server =
    reports("server", "state", {"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"});

}  // namespace

TEST_CASE("two kernels that report every inferred state agree") {
  const auto histories = compare(
      server + reports("client", "state", {"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"}));
  CHECK(histories[0].agrees);
  CHECK(histories[0].unseen.empty());
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

TEST_CASE("other sockets' events are passed over") {
  const std::string other =
      R"({"host":"client","kind":"state","state":"CLOSING","local":"10.0.0.1:1","remote":"10.0.0.2:12345"})";
  CHECK(compare(server + other + "\n")[0].agrees);
}

TEST_CASE("a damaged event log is an error with its line") {
  CHECK_THROWS_WITH(compare(server + "{\n"), test::contains("events.ndjson:7: no JSON object"));
}
