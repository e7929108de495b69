// What a FlowTable makes of a capture: where connections begin, when they are handed on, and in which order.
#include "tcp/flow_table.hpp"

#include <algorithm>
#include <random>
#include <unordered_map>

#include "support/catch.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/endpoint_hash.hpp"

using namespace tcplab;
using namespace std::chrono_literals;
using enum TcpFlags::Bit;

namespace {

struct Told {
  std::string client, server;
  Opening opening;
  Ending ending;
  std::uint64_t first_frame, segments, at_frame;
  std::string history;
};

/// A capture that is written segment by segment, and the tables that follow it.
class Captured {
 public:
  explicit Captured(std::size_t lingering = 1024, std::size_t tables = 1) {
    for (std::size_t i = 0; i < tables; ++i) {
      FlowTable::Settings settings;
      settings.lingering = lingering;
      tables_.push_back(std::make_unique<FlowTable>([this](const FinishedFlow& one) { tell(one); }, settings));
    }
  }

  struct Ends {
    Endpoint client, server;
  };
  static Ends ends(std::uint16_t client_port, bool ipv6 = false) {
    const auto address = [&](const char* v4, const char* v6) { return *parse_ip_address(ipv6 ? v6 : v4); };
    return {{address("10.0.0.1", "2001:db8::1"), client_port}, {address("10.0.0.2", "2001:db8::2"), 80}};
  }

  void send(const Ends& ends, End from, TcpFlags flags, SeqNum seq, SeqNum ack = SeqNum(0), std::uint32_t length = 0) {
    const Endpoint &source = from == End::client ? ends.client : ends.server,
                   &destination = from == End::client ? ends.server : ends.client;
    Packet packet;
    packet.ip.emplace();
    packet.ip->source = source.address;
    packet.ip->destination = destination.address;
    TcpSegment segment;
    segment.source_port = source.port;
    segment.destination_port = destination.port;
    segment.flags = flags;
    segment.seq = seq;
    segment.ack = ack;
    segment.payload_length_bytes = length;
    segment.window = 64240;
    packet.transport = segment;
    time_ += 1ms;
    ++frame_;
    connections_.add(time_, packet, frame_);
    FlowSegment copy;
    REQUIRE(copy_segment(packet, time_, frame_, copy));
    tables_[copy.shard % tables_.size()]->add({&copy, 1});
  }
  void wait(std::chrono::nanoseconds time) { time_ += time; }

  void open(const Ends& ends, SeqNum client, SeqNum server) {
    send(ends, End::client, syn, client);
    send(ends, End::server, syn | ack, server, client + 1);
    send(ends, End::client, ack, client + 1, server + 1);
  }
  void close(const Ends& ends, SeqNum client, SeqNum server) {
    send(ends, End::client, fin | ack, client + 1, server + 1);
    send(ends, End::server, fin | ack, server + 1, client + 2);
    send(ends, End::client, ack, client + 2, server + 2);
  }
  void open_and_close(const Ends& ends, SeqNum client = SeqNum(1000), SeqNum server = SeqNum(5000)) {
    open(ends, client, server);
    close(ends, client, server);
  }

  /// So far, without what is still in the tables.
  [[nodiscard]] const std::vector<Told>& told() const { return told_; }
  const std::vector<Told>& finish() {
    std::vector<FlowTable*> tables;
    for (const auto& table : tables_) tables.push_back(table.get());
    FlowTable::finish(tables);
    return told_;
  }
  /// What the table that keeps all segments makes of the same capture.
  std::vector<Connection> connections() { return connections_.take(); }

 private:
  void tell(const FinishedFlow& one) {
    told_.push_back({to_string(one.client), to_string(one.server), one.flow.opening(), one.flow.ending(),
                     one.first_frame, one.flow.segments(End::client) + one.flow.segments(End::server), one.at_frame,
                     one.zeek.history()});
  }

  std::vector<std::unique_ptr<FlowTable>> tables_;
  ConnectionTable connections_;
  Timestamp time_{1000s};
  std::uint64_t frame_ = 0;
  std::vector<Told> told_;
};

/// The same connections with the same segments, in the order of their first.
void check_like_connection_table(Captured& captured) {
  std::vector<Told> told = captured.finish();
  std::ranges::sort(told, {}, &Told::first_frame);
  const auto connections = captured.connections();
  REQUIRE(told.size() == connections.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    INFO("connection " << i);
    CHECK(told[i].client == to_string(connections[i].client));
    CHECK(told[i].server == to_string(connections[i].server));
    CHECK(told[i].first_frame == connections[i].segments.front().sighting().frame);
    CHECK(told[i].segments == connections[i].segments.size());
    ZeekRecord zeek;
    for (const Segment& segment : connections[i].segments) zeek.saw(segment);
    CHECK(told[i].history == zeek.history());
  }
}

}  // namespace

TEST_CASE("a connection is handed on once, with its ends, its verdict and its counts") {
  for (const bool ipv6 : {false, true}) {
    Captured captured;
    captured.open_and_close(Captured::ends(40000, ipv6));
    CHECK(captured.told().empty());
    const auto& told = captured.finish();
    REQUIRE(told.size() == 1);
    CHECK(told[0].client == (ipv6 ? "[2001:db8::1]:40000" : "10.0.0.1:40000"));
    CHECK(told[0].server == (ipv6 ? "[2001:db8::2]:80" : "10.0.0.2:80"));
    CHECK(told[0].opening == Opening::three_way);
    CHECK(told[0].ending == Ending::three_segment);
    CHECK(told[0].segments == 6);
    CHECK(told[0].history == "ShAFf");
  }
}

TEST_CASE("an IPv4 and an IPv6 connection of the same ports are two") {
  Captured captured;
  captured.open(Captured::ends(40000), SeqNum(1), SeqNum(2));
  captured.open(Captured::ends(40000, true), SeqNum(1), SeqNum(2));
  check_like_connection_table(captured);
}

TEST_CASE("a SYN on a four-tuple that is over begins another connection, and the old one is handed on then") {
  Captured captured;
  const auto ends = Captured::ends(40000);
  captured.open_and_close(ends, SeqNum(1000), SeqNum(5000));
  captured.open(ends, SeqNum(0x80000000), SeqNum(9000));
  REQUIRE(captured.told().size() == 1);
  CHECK(captured.told()[0].at_frame == 7);
  check_like_connection_table(captured);
}

TEST_CASE("a late segment belongs to the connection that is over, for a minute") {
  Captured captured;
  const auto ends = Captured::ends(40000);
  captured.open_and_close(ends);
  captured.wait(59s);
  captured.send(ends, End::server, fin | ack, SeqNum(5001), SeqNum(1002));
  CHECK(captured.told().empty());
  captured.wait(61s);
  captured.send(ends, End::server, fin | ack, SeqNum(5001), SeqNum(1002));
  REQUIRE(captured.told().size() == 1);
  CHECK(captured.told()[0].segments == 7);
  const auto& told = captured.finish();
  REQUIRE(told.size() == 2);
  CHECK(told[1].opening == Opening::before_capture);
}

TEST_CASE("a connection that is not over may be silent for as long as it likes") {
  Captured captured;
  const auto ends = Captured::ends(40000);
  captured.open(ends, SeqNum(1000), SeqNum(5000));
  captured.wait(24h);
  captured.close(ends, SeqNum(1000), SeqNum(5000));
  check_like_connection_table(captured);
}

TEST_CASE("of the connections of a shard that are over, the oldest makes way, and its late segments begin another") {
  Captured captured(2);
  std::vector<Captured::Ends> ends;  // of one shard
  const auto shard = [](const Captured::Ends& of) { return shard_of(of.client, of.server); };
  for (std::uint16_t port = 40000; ends.size() < 4; ++port)
    if (shard(Captured::ends(port)) == shard(Captured::ends(40000))) ends.push_back(Captured::ends(port));
  captured.open_and_close(ends[0]);
  captured.open_and_close(ends[1]);
  CHECK(captured.told().empty());
  captured.open_and_close(ends[2]);
  REQUIRE(captured.told().size() == 1);
  CHECK(captured.told()[0].first_frame == 1);
  CHECK(captured.told()[0].at_frame == 17);  // the FIN that made the third one over
  captured.open_and_close(ends[3]);
  CHECK(captured.told().size() == 2);
  captured.send(ends[0], End::client, ack, SeqNum(1002), SeqNum(5002));
  const auto& told = captured.finish();
  REQUIRE(told.size() == 5);
  CHECK(told.back().opening == Opening::before_capture);
}

TEST_CASE("room is used again: a table that lets go at once never holds more than is open") {
  const auto table = [](std::vector<std::uint64_t>& frames) {
    FlowTable::Settings settings;
    settings.lingering = 1;
    return FlowTable([&frames](const FinishedFlow& one) { frames.push_back(one.first_frame); }, settings);
  };
  std::vector<std::uint64_t> frames;
  FlowTable flows = table(frames);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    FlowSegment segment;
    segment.source = Captured::ends(static_cast<std::uint16_t>(i + 1)).client;
    segment.destination = Captured::ends(1).server;
    segment.shard = static_cast<std::uint32_t>(shard_of(segment.source, segment.destination));
    segment.frame = i + 1;
    segment.header.flags = rst;
    flows.add({&segment, 1});
    CHECK(flows.size() <= flow_shards);
  }
  FlowTable* const tables[] = {&flows};
  FlowTable::finish(tables);
  std::ranges::sort(frames);
  REQUIRE(frames.size() == 5000);
  CHECK(frames.back() == 5000);
}

TEST_CASE("a SYN on a live connection stays in it, until a SYN,ACK accepts it, and so it is followed") {
  const auto play = [](Captured& captured, bool is_accepted) {
    const auto ends = Captured::ends(40000);
    const SeqNum anew(0x80001000);
    captured.open(ends, SeqNum(1000), SeqNum(5000));
    captured.send(ends, End::client, syn, anew);
    captured.send(ends, End::server, ack, SeqNum(5001), SeqNum(1001));
    if (is_accepted) captured.open(ends, anew, SeqNum(77777));
  };
  Captured forged;
  play(forged, false);
  check_like_connection_table(forged);
  CHECK(forged.told().size() == 1);
  Captured forgotten;
  play(forgotten, true);
  CHECK(forgotten.told().size() == 1);
  check_like_connection_table(forgotten);
  REQUIRE(forgotten.told().size() == 2);
  CHECK(forgotten.told()[0].segments == 5);
  CHECK(forgotten.told()[1].segments == 3);
}

TEST_CASE("a SYN that nobody accepts for long belongs to the live connection for good") {
  Captured captured;
  const auto ends = Captured::ends(40000);
  const SeqNum anew(0x80001000);
  captured.open(ends, SeqNum(1000), SeqNum(5000));
  captured.send(ends, End::client, syn, anew);
  for (std::uint32_t i = 0; i < 2 * most_before_acceptance; ++i)
    captured.send(ends, End::client, ack, SeqNum(1001), SeqNum(5001));
  captured.send(ends, End::server, syn | ack, SeqNum(77777), anew + 1);
  check_like_connection_table(captured);
  CHECK(captured.told().size() == 1);
}

TEST_CASE("in a simultaneous open the end with the higher port is the client, whoever came first and how often") {
  for (const bool ipv6 : {false, true}) {
    for (const End first : {End::client, End::server}) {
      for (const int times : {1, 2}) {
        Captured captured;
        const auto ends = Captured::ends(40000, ipv6);
        const SeqNum client(1000), server(5000);
        const std::uint32_t data = times > 1 ? 5 : 0;  // Zeek counts what is sent again only where there is data
        for (int i = 0; i < times; ++i)
          captured.send(ends, first, syn, first == End::client ? client : server, SeqNum(0), data);
        captured.send(ends, peer_of(first), syn, first == End::client ? server : client);
        captured.send(ends, End::client, syn | ack, client, server + 1);
        captured.send(ends, End::server, syn | ack, server, client + 1);
        captured.close(ends, client, server);
        check_like_connection_table(captured);
        CHECK(captured.told()[0].client == to_string(ends.client));
        CHECK(captured.told()[0].opening == Opening::simultaneous);
      }
    }
  }
}

TEST_CASE("where no SYN was seen, the end with the higher port is taken for the client") {
  Captured captured;
  captured.send(Captured::ends(40000), End::server, psh | ack, SeqNum(1), SeqNum(2), 10);
  check_like_connection_table(captured);
  CHECK(captured.told()[0].client == "10.0.0.1:40000");
}

TEST_CASE("connections of IPv6 whose hashes are equal are kept apart") {
  auto one = Captured::ends(40000, true), other = one;
  std::unordered_map<std::uint64_t, Endpoint> clients;
  std::mt19937 random(1);  // of some 300,000, two are likely to have one hash of 32 bits and one shard of 16
  bool found = false;
  for (int tries = 0; tries < 2'000'000 && !found; ++tries) {
    std::generate_n(other.client.address.bytes.begin() + 8, 8, [&] { return static_cast<std::uint8_t>(random()); });
    const std::uint64_t hash = hash_between(other.client, other.server, FlowTable::Settings().seed);
    const auto [seen, is_new] = clients.emplace(hash << 4 | shard_of(other.client, other.server), other.client);
    one.client = seen->second;
    found = !is_new;
  }
  REQUIRE(found);
  Captured captured;
  captured.open(one, SeqNum(1000), SeqNum(5000));
  captured.open(other, SeqNum(2000), SeqNum(6000));
  captured.close(one, SeqNum(1000), SeqNum(5000));
  captured.close(other, SeqNum(2000), SeqNum(6000));
  check_like_connection_table(captured);
  CHECK(captured.told().size() == 2);
}

TEST_CASE("tables that share a capture by shards say together what one alone says, frame by frame") {
  const auto play = [](Captured& captured) {
    for (std::uint16_t port = 1; port <= 400; ++port) {
      const auto ends = Captured::ends(port, port % 3 == 0);
      if (port % 5 != 0)
        captured.open_and_close(ends, SeqNum(port), SeqNum(2 * port));
      else
        captured.open(ends, SeqNum(port), SeqNum(2 * port));
    }
  };
  Captured one(4, 1), several(4, 3);
  play(one);
  play(several);
  const auto &expected = one.finish(), &got = several.finish();
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i].first_frame == expected[i].first_frame);
    CHECK(got[i].at_frame == expected[i].at_frame);
  }
}

TEST_CASE("the index finds every record, also where hashes are equal or at the end, and forgets what is erased") {
  FlowIndex index(std::pmr::get_default_resource());
  const auto hash_of = [](std::uint32_t number) {
    return number % 7 == 0 ? 0xffffffffU : number % 5 == 0 ? 0U : number * 2654435761U;
  };
  constexpr std::uint32_t count = 20000;
  for (std::uint32_t number = 0; number < count; ++number) index.insert(hash_of(number), number);
  for (std::uint32_t number = 0; number < count; number += 3) index.erase(hash_of(number), number);
  for (std::uint32_t number = 0; number < count; number += 17) {
    const auto found = index.find(hash_of(number), [&](std::uint32_t record) { return record == number; });
    CHECK(found == (number % 3 == 0 ? FlowIndex::none : number));
  }
  CHECK(index.size() == count - (count + 2) / 3);
}
