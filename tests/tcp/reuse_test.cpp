// A four-tuple that is used again, and ends that do not agree on what was before: from two captures, and from each.
#include "ladder/print.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/merge.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

/// Two hosts with a capture at each. Numbers are absolute.
class Hosts {
 public:
  explicit Hosts(std::uint16_t client_port = 40000, std::uint16_t server_port = 80)
      : client_{*parse_ip_address("10.0.0.1"), client_port}, server_{*parse_ip_address("10.0.0.2"), server_port} {}

  struct Sent {
    End from;
    TcpFlags flags;
    SeqNum seq, ack{};
    std::uint32_t length = 0;
    std::uint32_t identification = 0;
  };
  /// What departs from its sender's host, and may arrive later.
  Sent departs(Sent sent) {
    sent.identification = ++identification_;
    return departs_unidentified(sent);
  }
  /// The same without an IP identification, as kernels send an RST.
  Sent departs_unidentified(const Sent& sent) {
    see(sent.from, sent);
    return sent;
  }
  void arrives(const Sent& sent) { see(peer_of(sent.from), sent); }
  Sent passes(const Sent& sent) {
    const Sent departed = departs(sent);
    arrives(departed);
    return departed;
  }

  void waits(std::chrono::milliseconds time) { time_ += static_cast<std::uint64_t>(time.count()); }

  std::vector<Connection> at(End end) { return table(end).take(); }
  std::vector<Connection> at_both() {
    const auto at_client = at(End::client), at_server = at(End::server);
    return merge(at_client, at_server);
  }

 private:
  ConnectionTable& table(End end) { return tables_[index_of(end)]; }

  void see(End at, const Sent& sent) {
    const Endpoint &source = sent.from == End::client ? client_ : server_,
                   &destination = sent.from == End::client ? server_ : client_;
    Packet packet;
    packet.ip.emplace();
    packet.ip->source = source.address;
    packet.ip->destination = destination.address;
    packet.ip->identification = sent.identification;
    TcpSegment segment;
    segment.source_port = source.port;
    segment.destination_port = destination.port;
    segment.flags = sent.flags;
    segment.seq = sent.seq;
    segment.ack = sent.ack;
    segment.payload_length_bytes = sent.length;
    packet.transport = segment;
    ++time_;
    table(at).add(Timestamp(std::chrono::milliseconds(time_)), packet, time_);
  }

  Endpoint client_, server_;
  std::array<ConnectionTable, 2> tables_;
  std::uint64_t time_ = 0;
  std::uint32_t identification_ = 0;
};

test::InitialNumbers any_numbers() {
  return GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers)));
}

Hosts::Sent open(Hosts& hosts, SeqNum client, SeqNum server) {
  const auto first = hosts.passes({End::client, syn, client});
  hosts.passes({End::server, syn | ack, server, client + 1});
  hosts.passes({End::client, ack, client + 1, server + 1});
  return first;
}

std::string ladder_text(const Connection& connection) {
  std::string text = print(ladder_of(connection, exchange_of(connection)));
  text.erase(0, text.find('\n') + 1);  // the title
  std::string words;
  for (const char letter : text) {
    if (letter != ' ' || (!words.empty() && words.back() != ' ')) words += letter;
  }
  return words;
}

void replay_after_close(Hosts& hosts, const test::InitialNumbers& iss, bool by_reset) {
  const auto duplicate = open(hosts, iss.client, iss.server);
  if (by_reset) {
    hosts.passes({End::client, rst | ack, iss.client + 1, iss.server + 1});
  } else {
    hosts.passes({End::client, fin | ack, iss.client + 1, iss.server + 1});
    hosts.passes({End::server, fin | ack, iss.server + 1, iss.client + 2});
    hosts.passes({End::client, ack, iss.client + 2, iss.server + 2});
  }
  hosts.arrives(duplicate);
  hosts.passes({End::server, syn | ack, iss.server + 5000, iss.client + 1});
  hosts.passes({End::client, rst, iss.client + 1});
}

}  // namespace

TEST_CASE("an old duplicate SYN begins a connection of its own, which only the server's capture sees begin") {
  const auto iss = any_numbers();
  for (const bool by_reset : {true, false}) {
    Hosts hosts;
    replay_after_close(hosts, iss, by_reset);
    const auto merged = hosts.at_both();
    REQUIRE(merged.size() == 2);
    CHECK(ladder_text(merged[1]) ==
          "CLOSED LISTEN\n"
          "1 ... S 0:0(0) --> SYN-RECEIVED\n"
          "2 CLOSED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
          "3 CLOSED --> R 1:1(0) --> LISTEN\n");
  }
}

TEST_CASE("of two SYN,ACKs the one counts that the client acknowledges") {
  const auto iss = any_numbers();
  for (const std::uint32_t further : {5000U, 0U - 5000U, 0x80000000U}) {
    for (const bool takes_first : {true, false}) {
      INFO(further << (takes_first ? " first" : " second"));
      Hosts hosts;
      const SeqNum first = iss.server, second = iss.server + further, taken = takes_first ? first : second;
      hosts.passes({End::client, syn, iss.client});
      hosts.passes({End::server, syn | ack, first, iss.client + 1});
      hosts.passes({End::server, syn | ack, second, iss.client + 1});
      hosts.passes({End::client, ack, iss.client + 1, taken + 1});
      hosts.passes({End::server, fin | ack, taken + 1, iss.client + 1});
      hosts.passes({End::client, fin | ack, iss.client + 1, taken + 2});
      hosts.passes({End::server, ack, taken + 2, iss.client + 2});
      const auto connections = hosts.at(End::server);
      REQUIRE(connections.size() == 1);
      CHECK(connections[0].server_iss == taken);
      const Exchange exchange = exchange_of(connections[0]);
      CHECK(exchange.passages.back().client == State::closed);
      CHECK(exchange.passages.back().server == State::time_wait);
      const Verdict verdict = judge(connections[0], exchange);
      CHECK(verdict.handshake == std::array<std::optional<std::size_t>, 3>{0, takes_first ? 1 : 2, 3});
      CHECK(verdict.foreign_syns == (takes_first ? std::vector<std::size_t>{2} : std::vector<std::size_t>{}));
      CHECK(verdict.ending == Ending::three_segment);
    }
  }
}

TEST_CASE("a segment that comes very late is no use of the ports again") {
  const auto iss = any_numbers();
  Hosts hosts;
  open(hosts, iss.client, iss.server);
  hosts.passes({End::client, rst | ack, iss.client + 1, iss.server + 1});
  hosts.waits(std::chrono::hours(1));
  hosts.passes({End::server, ack, iss.server + 1, iss.client + 1});
  const auto connections = hosts.at(End::server);
  REQUIRE(connections.size() == 2);
  CHECK_FALSE(connections[0].ports_used_again);
  CHECK(connections[0].watched_until == connections[1].segments.back().sighting().time);
}

TEST_CASE("a connection is watched until another begins on its ports") {
  const auto iss = any_numbers();
  Hosts hosts;
  open(hosts, iss.client, iss.server);
  hosts.passes({End::client, rst | ack, iss.client + 1, iss.server + 1});
  open(hosts, iss.client + 5000, iss.server + 5000);
  const auto at_server = hosts.at(End::server);
  REQUIRE(at_server.size() == 2);
  CHECK(at_server[0].ports_used_again);
  CHECK(at_server[0].watched_until == at_server[1].segments.front().sighting().time);
  CHECK_FALSE(at_server[1].ports_used_again);
  CHECK(at_server[1].watched_until == at_server[1].segments.back().sighting().time);
}

TEST_CASE("an old duplicate SYN is told apart from its connection in each end's capture alone") {
  const auto iss = any_numbers();
  for (const End end : {End::client, End::server}) {
    Hosts hosts;
    replay_after_close(hosts, iss, true);
    const auto connections = hosts.at(end);
    REQUIRE(connections.size() == 2);
    CHECK(connections[0].segments.size() == 4);
    CHECK(connections[1].segments.size() == (end == End::client ? 2 : 3));
    CHECK(connections[1].client.port == 40000);
    CHECK_FALSE(connections[1].client_is_guess);
  }
}

TEST_CASE("a client that has forgotten sends a SYN into the old connection, and the last one begins the new") {
  const auto iss = any_numbers();
  const SeqNum anew = iss.client + 0x80001000, server_anew = iss.server + 77777;
  const auto play = [&](Hosts& hosts) {
    open(hosts, iss.client, iss.server);
    hosts.passes({End::client, syn, anew});
    hosts.passes({End::server, ack, iss.server + 1, iss.client + 1});
    hosts.passes({End::client, rst, iss.client + 1});
    open(hosts, anew, server_anew);
  };
  Hosts hosts;
  play(hosts);
  auto connections = hosts.at_both();
  for (const End end : {End::client, End::server}) {
    Hosts again;
    play(again);
    const auto alone = again.at(end);
    REQUIRE(alone.size() == 2);
    CHECK(ladder_text(alone[0]) == ladder_text(connections[0]));
    CHECK(ladder_text(alone[1]) == ladder_text(connections[1]));
  }
  REQUIRE(connections.size() == 2);
  CHECK(ladder_text(connections[0]) ==
        "CLOSED LISTEN\n"
        "1 SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
        "2 ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
        "3 ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n"
        "4 SYN-SENT --> S 0:0(0) --> ESTABLISHED\n"
        "5 SYN-SENT <-- . 1:1(0) ack 1 <-- ESTABLISHED\n"
        "6 SYN-SENT --> R 1:1(0) --> CLOSED\n");
  CHECK(ladder_text(connections[1]) ==
        "CLOSED LISTEN\n"
        "1 SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
        "2 ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
        "3 ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n");
}

TEST_CASE("where the RST of the old connection was not captured, the last SYN that is accepted begins the new one") {
  const auto iss = any_numbers();
  const SeqNum anew = iss.client + 5000;
  Hosts hosts;
  open(hosts, iss.client, iss.server);
  hosts.passes({End::client, syn, anew});
  hosts.passes({End::server, ack, iss.server + 1, iss.client + 1});
  open(hosts, anew, iss.server + 7000);
  const auto connections = hosts.at_both();
  REQUIRE(connections.size() == 2);
  CHECK(connections[0].segments.size() == 5);
  CHECK(connections[1].segments.size() == 3);
}

TEST_CASE("a forged SYN leaves the client's state alone: it speaks on in the old connection") {
  const auto iss = any_numbers();
  Hosts hosts;
  open(hosts, iss.client, iss.server);
  hosts.passes({End::client, syn, iss.client + 0x80001000});
  hosts.passes({End::server, ack, iss.server + 1, iss.client + 1});
  hosts.passes({End::client, psh | ack, iss.client + 1, iss.server + 1, 5});
  for (const Passage& passage : exchange_of(hosts.at_both().front()).passages) {
    if (passage.segment >= 2) CHECK(passage.client == State::established);
  }
}

TEST_CASE("a refused SYN that is repeated stays in one connection") {
  const auto iss = any_numbers();
  Hosts hosts;
  for (int i = 0; i < 2; ++i) {
    hosts.passes({End::client, syn, iss.client});
    hosts.passes({End::server, rst | ack, SeqNum(0), iss.client + 1});
  }
  CHECK(hosts.at_both().size() == 1);
}

TEST_CASE("in a simultaneous open the end with the higher port is the client, wherever it was captured") {
  const auto iss = any_numbers();
  struct Ports {
    std::uint16_t client, server;
  };
  for (const Ports& ports : {Ports{40000, 12345}, Ports{12345, 40000}, Ports{12345, 12345}}) {
    const auto play = [&](Hosts& hosts) {
      const auto to_server = hosts.departs({End::client, syn, iss.client});
      const auto to_client = hosts.departs({End::server, syn, iss.server});
      hosts.arrives(to_client);
      hosts.arrives(to_server);
      const auto answer = hosts.departs({End::client, syn | ack, iss.client, iss.server + 1});
      const auto other = hosts.departs({End::server, syn | ack, iss.server, iss.client + 1});
      hosts.arrives(other);
      hosts.arrives(answer);
      // Acknowledged, so that one capture alone shows that they arrived.
      hosts.passes({End::client, ack, iss.client + 1, iss.server + 1});
      hosts.passes({End::server, ack, iss.server + 1, iss.client + 1});
    };
    const bool first_is_client = ports.client >= ports.server;
    Hosts hosts(ports.client, ports.server);
    play(hosts);
    const auto merged = hosts.at_both();
    REQUIRE(merged.size() == 1);
    CHECK(merged[0].vantage == Vantage::both_ends);
    CHECK(to_string(merged[0].client.address) == (first_is_client ? "10.0.0.1" : "10.0.0.2"));
    CHECK(merged[0].client_iss == (first_is_client ? iss.client : iss.server));
    const Exchange exchange = exchange_of(merged[0]);
    INFO(ladder_text(merged[0]));
    CHECK(exchange.client == State::closed);
    CHECK(exchange.server == State::closed);
    CHECK(exchange.passages[2].client == State::syn_received);
    CHECK(exchange.passages[2].server == State::syn_received);
    CHECK(exchange.passages.back().client == State::established);
    CHECK(exchange.passages.back().server == State::established);
    for (const End end : {End::client, End::server}) {
      Hosts again(ports.client, ports.server);
      play(again);
      const auto alone = again.at(end);
      REQUIRE(alone.size() == 1);
      CHECK(alone[0].client == merged[0].client);
      const Exchange seen = exchange_of(alone[0]);
      CHECK(seen.passages.back().client == State::established);
      CHECK(seen.passages.back().server == State::established);
    }
  }
}

TEST_CASE(
    "an old duplicate SYN that meets TIME-WAIT begins nothing: it, its answer and the RST belong to the old "
    "connection") {
  const auto iss = any_numbers();
  Hosts hosts;
  const auto duplicate = open(hosts, iss.client, iss.server);
  hosts.passes({End::server, fin | ack, iss.server + 1, iss.client + 1});
  hosts.passes({End::client, fin | ack, iss.client + 1, iss.server + 2});
  hosts.passes({End::server, ack, iss.server + 2, iss.client + 2});
  hosts.arrives(duplicate);
  hosts.passes({End::server, ack, iss.server + 2, iss.client + 2});
  hosts.passes({End::client, rst, iss.client + 2});
  const auto merged = hosts.at_both();
  REQUIRE(merged.size() == 1);
  const std::string text = ladder_text(merged[0]);
  CHECK(text.substr(text.find("7 ")) ==
        "7 ... S 0:0(0) --> TIME-WAIT\n"
        "8 CLOSED <-- . 2:2(0) ack 2 <-- TIME-WAIT\n"
        "9 CLOSED --> R 2:2(0) --> CLOSED\n");
}

TEST_CASE("of two equal segments the one that arrived is the one whose way took as long as the others'") {
  const auto iss = any_numbers();
  for (const bool first_is_lost : {true, false}) {
    Hosts hosts;
    open(hosts, iss.client, iss.server);
    const Hosts::Sent reset{End::server, rst, iss.server + 1};
    const auto one = hosts.departs_unidentified(reset);
    if (!first_is_lost) hosts.arrives(one);
    hosts.passes({End::client, psh | ack, iss.client + 1, iss.server + 1, 5});
    hosts.passes({End::client, psh | ack, iss.client + 1, iss.server + 1, 5});
    const auto other = hosts.departs_unidentified(reset);
    if (first_is_lost) hosts.arrives(other);
    const auto merged = hosts.at_both();
    REQUIRE(merged.size() == 1);
    std::vector<bool> arrived;
    for (const Segment& segment : merged[0].segments) {
      if (segment.has(rst)) arrived.push_back(segment.arrived.has_value());
    }
    CHECK(arrived == std::vector{!first_is_lost, first_is_lost});
  }
}

TEST_CASE("what only one end's capture shows was lost on its way, if the captures are known to be the two ends'") {
  Hosts hosts;
  hosts.departs({End::client, syn, SeqNum(1000)});
  hosts.departs({End::client, syn, SeqNum(1000)});
  const auto at_client = hosts.at(End::client), at_server = hosts.at(End::server);
  CHECK(ladder_text(merge(at_client, at_server, Points::client_and_server).at(0)) ==
        "CLOSED unknown\n"
        "1 SYN-SENT --> S 0:0(0) lost ...\n"
        "2 SYN-SENT --> S 0:0(0) lost ...\n");
  CHECK(merge(at_client, at_server).at(0).vantage == Vantage::one_point);
}

TEST_CASE("what only the server's capture shows was sent by nobody, if the captures are known to be the two ends'") {
  Hosts hosts;
  hosts.arrives({End::client, syn, SeqNum(1000)});
  hosts.departs({End::server, rst | ack, SeqNum(0), SeqNum(1001)});
  const auto at_client = hosts.at(End::client), at_server = hosts.at(End::server);
  const auto merged = merge(at_client, at_server, Points::client_and_server);
  REQUIRE(merged.size() == 1);
  CHECK_FALSE(merged[0].segments[0].departed);
  CHECK_FALSE(merged[0].segments[1].arrived);
}

TEST_CASE("of a capture that has one direction only, a SYN with another number begins another connection") {
  for (const End seen : {End::client, End::server}) {
    Hosts hosts;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const SeqNum client = SeqNum(1000) + 100'000 * i, server = SeqNum(900'000) - 100'000 * i;
      const SeqNum own = seen == End::client ? client : server, other = seen == End::client ? server : client;
      if (seen == End::client)
        hosts.departs({End::client, syn, client});
      else
        hosts.departs({End::server, syn | ack, server, client + 1});
      hosts.departs({seen, ack, own + 1, other + 1, 5});
      hosts.departs({seen, fin | ack, own + 6, other + 1});
    }
    CHECK(hosts.at(seen).size() == 3);
  }
}

TEST_CASE("of a capture that has one direction only, a SYN amid the rest begins nothing") {
  Hosts hosts;
  hosts.departs({End::client, syn, SeqNum(1000)});
  for (std::uint32_t i = 0; i < 4; ++i) {
    hosts.departs({End::client, ack, SeqNum(1001) + 5 * i, SeqNum(77), 5});
    if (i == 1) hosts.departs({End::client, syn, SeqNum(500'000)});
  }
  CHECK(hosts.at(End::client).size() == 1);
}
