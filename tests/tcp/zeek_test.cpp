// Zeek's conn_state and history: each state, each letter from either end, and what earns it again.
#include "tcp/zeek.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/zeek_roles.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

/// Says what it saw in numbers relative to each end's initial one.
class Wire {
 public:
  explicit Wire(const test::InitialNumbers& iss, End originator = End::client) : iss_(iss), record_(originator) {}

  struct Numbers {
    std::uint32_t seq = 0, ack = 0, length = 0;
    std::uint16_t window = 1000;
    bool has_bad_checksum = false;
    bool has_whole_header = true;
  };
  Wire& client(TcpFlags flags, const Numbers& numbers) { return saw(End::client, flags, numbers); }
  Wire& server(TcpFlags flags, const Numbers& numbers) { return saw(End::server, flags, numbers); }

  Wire& opens() { return client(syn, {}).server(syn | ack, {.ack = 1}).client(ack, {.seq = 1, .ack = 1}); }
  [[nodiscard]] std::string state() const { return std::string(record_.conn_state()); }
  [[nodiscard]] std::string history() const { return record_.history(); }
  [[nodiscard]] End originator() const { return record_.originator(); }

 private:
  Wire& saw(End from, TcpFlags flags, const Numbers& numbers) {
    const bool is_client = from == End::client;
    Segment segment;
    segment.from = from;
    segment.flags = flags;
    segment.seq = (is_client ? iss_.client : iss_.server) + numbers.seq;
    segment.ack = flags.has(ack) ? (is_client ? iss_.server : iss_.client) + numbers.ack : SeqNum(0);
    segment.length = numbers.length;
    segment.window = numbers.window;
    segment.has_whole_header = numbers.has_whole_header;
    record_.saw(segment, numbers.has_bad_checksum);
    return *this;
  }

  test::InitialNumbers iss_;
  ZeekRecord record_;
};

Wire wire(End originator = End::client) {
  return Wire(test::initial_numbers[0], originator);
}

}  // namespace

TEST_CASE("Zeek's record is small enough to keep one for every open connection") {
  CHECK(sizeof(ZeekRecord) <= 48);
  CHECK(wire().state() == "OTH");
  CHECK(wire().history().empty());
}

TEST_CASE("Zeek's names for openings, whatever the initial numbers") {
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss).client(syn, {}).state() == "S0");
    CHECK(Wire(iss).client(syn, {}).server(rst | ack, {.ack = 1}).state() == "REJ");
    CHECK(Wire(iss).opens().state() == "S1");
    CHECK(Wire(iss).opens().history() == "ShA");
    CHECK(Wire(iss).client(syn, {}).server(syn | ack, {.ack = 1}).state() == "S1");
    CHECK(Wire(iss).client(ack, {.seq = 1, .ack = 1, .length = 5}).state() == "OTH");
    Wire both(iss);
    both.client(syn, {}).server(syn, {}).client(syn | ack, {.ack = 1}).server(syn | ack, {.ack = 1});
    CHECK(both.state() == "S1");
    CHECK(both.history() == "Ss");
  }
}

TEST_CASE("Zeek's names for endings, whatever the initial numbers") {
  for (const auto& iss : test::initial_numbers) {
    const TcpFlags fin_ack = fin | ack;
    CHECK(Wire(iss).opens().client(fin_ack, {.seq = 1, .ack = 1}).state() == "S2");
    CHECK(Wire(iss).opens().server(fin_ack, {.seq = 1, .ack = 1}).state() == "S3");
    Wire closed(iss);
    closed.opens().client(fin_ack, {.seq = 1, .ack = 1}).server(fin_ack, {.seq = 1, .ack = 2});
    closed.client(ack, {.seq = 2, .ack = 2});
    CHECK(closed.state() == "SF");
    CHECK(closed.history() == "ShAFf");
    CHECK(Wire(iss).opens().client(rst, {.seq = 1}).state() == "RSTO");
    CHECK(Wire(iss).opens().server(rst, {.seq = 1}).state() == "RSTR");
    CHECK(Wire(iss).client(syn, {}).client(fin, {.seq = 1}).state() == "SH");
    CHECK(Wire(iss).client(syn, {}).client(rst, {.seq = 1}).state() == "RSTOS0");
    CHECK(Wire(iss, End::client).server(syn | ack, {.ack = 1}).server(fin_ack, {.seq = 1, .ack = 1}).state() == "SHR");
    CHECK(Wire(iss, End::client).server(syn | ack, {.ack = 1}).server(rst, {.seq = 1}).state() == "RSTRH");
  }
}

TEST_CASE("to Zeek, an RST of the originator is RSTOS0 only behind a SYN and nothing else") {
  CHECK(wire().client(rst, {.seq = 1}).state() == "OTH");
  CHECK(wire().client(rst, {.seq = 1}).history() == "R");
  CHECK(wire().client(syn, {}).client(fin, {.seq = 1}).client(rst, {.seq = 1}).state() == "OTH");
}

TEST_CASE("to Zeek, two ends that reset without data have rejected each other") {
  Wire bare = wire();
  bare.opens().client(rst, {.seq = 1}).server(rst, {.seq = 1});
  CHECK(bare.state() == "REJ");
  Wire spoke = wire();
  spoke.opens().client(psh | ack, {.seq = 1, .ack = 1, .length = 3});
  spoke.client(rst, {.seq = 4}).server(rst, {.seq = 1});
  CHECK(spoke.state() == "RSTR");
}

TEST_CASE("to Zeek, an RST behind both FINs changes nothing") {
  Wire both = wire();
  both.opens().client(fin | ack, {.seq = 1, .ack = 1}).server(fin | ack, {.seq = 1, .ack = 2});
  CHECK(both.client(rst, {.seq = 2}).state() == "SF");
  Wire crossing = wire();
  crossing.opens().client(fin | ack, {.seq = 1, .ack = 1}).client(rst, {.seq = 2});
  CHECK(crossing.state() == "RSTO");
  CHECK(crossing.server(fin | ack, {.seq = 1, .ack = 1}).state() == "SF");
}

TEST_CASE("Zeek writes each letter in upper case for the originator and in lower case for the responder") {
  for (const auto& iss : test::initial_numbers) {
    Wire talk(iss);
    talk.opens();
    talk.client(psh | ack, {.seq = 1, .ack = 1, .length = 5}).server(ack, {.seq = 1, .ack = 6});
    talk.server(psh | ack, {.seq = 1, .ack = 6, .length = 7}).client(ack, {.seq = 6, .ack = 8});
    talk.server(fin | ack, {.seq = 8, .ack = 6}).client(fin | ack, {.seq = 6, .ack = 9});
    CHECK(talk.history() == "ShADadfF");
    CHECK(Wire(iss).client(syn, {}).server(rst | ack, {.ack = 1}).history() == "Sr");
    CHECK(Wire(iss).opens().client(rst, {.seq = 1}).history() == "ShAR");
    CHECK(Wire(iss).client(syn | ack, {.ack = 1}).history() == "H");
    CHECK(Wire(iss).client(syn, {}).server(syn, {}).history() == "Ss");
  }
}

TEST_CASE("Zeek writes a FIN and an RST again when their numbers are others") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(fin | ack, {.seq = 1, .ack = 1}).client(fin | ack, {.seq = 1, .ack = 1});
    CHECK(wire.history() == "ShAF");
    wire.client(fin | ack, {.seq = 4, .ack = 1});
    CHECK(wire.history() == "ShAFF");
    wire.server(rst, {.seq = 1}).server(rst, {.seq = 1}).server(rst, {.seq = 3});
    CHECK(wire.history() == "ShAFFrr");
  }
}

TEST_CASE("Zeek knows the numbers of an end's FIN and of its RST, whichever came first") {
  for (const auto& iss : test::initial_numbers) {
    Wire aborts(iss);
    aborts.opens().client(rst | ack, {.seq = 1, .ack = 1}).client(fin | ack, {.seq = 5, .ack = 1});
    aborts.client(rst | ack, {.seq = 1, .ack = 1}).client(fin | ack, {.seq = 5, .ack = 1});
    CHECK(aborts.history() == "ShARF");
    aborts.client(rst | ack, {.seq = 5, .ack = 1});
    CHECK(aborts.history() == "ShARFR");

    Wire closes(iss);
    closes.opens().client(fin | ack, {.seq = 1, .ack = 1}).client(rst, {.seq = 2}).client(rst, {.seq = 2});
    closes.client(fin | ack, {.seq = 1, .ack = 1}).client(rst, {.seq = 2});
    CHECK(closes.history() == "ShAFR");
    closes.client(rst, {.seq = 1});
    CHECK(closes.history() == "ShAFRR");
  }
}

TEST_CASE("Zeek writes a SYN again only when it comes with another number behind the end's FIN or RST") {
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss).client(syn, {}).client(syn, {}).client(syn, {.seq = 9}).history() == "S");
    Wire wire(iss);
    wire.opens().server(fin | ack, {.seq = 1, .ack = 1});
    wire.server(syn | ack, {.ack = 1});
    CHECK(wire.history() == "ShAf");
    wire.server(syn | ack, {.seq = 50, .ack = 1}).server(syn | ack, {.seq = 50, .ack = 1});
    CHECK(wire.history() == "ShAfh");
  }
}

TEST_CASE("Zeek writes what cannot be together once") {
  CHECK(wire().client(fin | rst, {}).client(fin | rst, {}).server(fin | rst, {}).history() == "Ii");
  CHECK(wire().client(syn | fin, {}).client(syn | rst, {}).server(syn | fin, {}).history() == "Qq");
}

TEST_CASE("Zeek passes over a segment with a bad checksum, and writes c") {
  Wire bad = wire();
  bad.client(syn, {.has_bad_checksum = true});
  CHECK(bad.history() == "C");
  CHECK(bad.state() == "OTH");
  bad.server(rst | ack, {.ack = 1, .has_bad_checksum = true});
  CHECK(bad.history() == "Cc");
}

TEST_CASE("Zeek writes a zero window, but not with an RST and not behind the peer's FIN") {
  Wire full = wire();
  full.opens();
  full.client(ack, {.seq = 1, .ack = 1, .window = 0}).server(ack, {.seq = 1, .ack = 1, .window = 0});
  CHECK(full.history() == "ShAWaw");
  CHECK(wire().opens().server(rst, {.seq = 1, .window = 0}).history() == "ShAr");
  Wire behind_fin = wire();
  behind_fin.opens().client(fin | ack, {.seq = 1, .ack = 1});
  CHECK(behind_fin.server(ack, {.seq = 1, .ack = 2, .window = 0}).history() == "ShAFa");
}

TEST_CASE("Zeek writes a retransmission of data") {
  for (const auto& iss : test::initial_numbers) {
    const Wire::Numbers data{.seq = 1, .ack = 1, .length = 20};
    CHECK(Wire(iss).opens().client(ack, data).client(ack, data).history() == "ShADT");
    CHECK(Wire(iss).opens().server(ack, data).server(ack, data).history() == "ShAdt");
    CHECK(Wire(iss).opens().client(ack, data).client(ack, {.seq = 21, .ack = 1}).history() == "ShAD");
  }
}

TEST_CASE("Zeek writes a gap where data is acknowledged that was not seen") {
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss).opens().server(ack, {.seq = 1, .ack = 11}).history() == "ShAaG");
    CHECK(Wire(iss).opens().client(ack, {.seq = 1, .ack = 11}).history() == "ShAg");
    Wire hole(iss);
    hole.opens().client(ack, {.seq = 11, .ack = 1, .length = 10});
    CHECK(hole.history() == "ShAD");
    CHECK(hole.server(ack, {.seq = 1, .ack = 21}).history() == "ShADaG");
    Wire filled(iss);
    filled.opens().client(ack, {.seq = 11, .ack = 1, .length = 10}).client(ack, {.seq = 1, .ack = 1, .length = 10});
    CHECK(filled.server(ack, {.seq = 1, .ack = 21}).history() == "ShADTa");
    Wire finished(iss);
    finished.opens().client(fin | ack, {.seq = 1, .ack = 1});
    CHECK(finished.server(ack, {.seq = 1, .ack = 2}).history() == "ShAFa");
  }
}

TEST_CASE("to Zeek, each hole that is acknowledged is a gap of its own") {
  for (const auto& iss : test::initial_numbers) {
    Wire one(iss);
    one.opens().client(ack, {.seq = 11, .ack = 1, .length = 20});
    one.server(ack, {.seq = 1, .ack = 11}).server(ack, {.seq = 1, .ack = 31});
    for (std::uint32_t i = 0; i < 8; ++i) one.server(ack, {.seq = 1, .ack = 32 + i});
    CHECK(one.history() == "ShADaG");  // nine
    Wire ten(iss);
    ten.opens();
    for (std::uint32_t i = 0; i < 10; ++i) ten.client(ack, {.seq = 11 + 20 * i, .ack = 1, .length = 10});
    CHECK(ten.server(ack, {.seq = 1, .ack = 201}).history() == "ShADaGG");
    Wire refilled(iss);
    refilled.opens().client(ack, {.seq = 11, .ack = 1, .length = 10}).client(ack, {.seq = 31, .ack = 1, .length = 10});
    refilled.client(ack, {.seq = 1, .ack = 1, .length = 10});
    CHECK(refilled.server(ack, {.seq = 1, .ack = 21}).history() == "ShADTa");
    CHECK(refilled.server(ack, {.seq = 1, .ack = 41}).history() == "ShADTaG");
    Wire many(iss);
    many.opens();
    for (std::uint32_t i = 0; i < 200; ++i) many.client(ack, {.seq = 11 + 20 * i, .ack = 1, .length = 10});
    CHECK(many.server(ack, {.seq = 1, .ack = 4001}).history() == "ShADaGG");
  }
}

TEST_CASE("to Zeek, a SYN with another number than the originator's begins another connection") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(ack, {.seq = 1, .ack = 1, .length = 5}).client(syn, {.seq = 5000});
    wire.server(ack, {.seq = 1, .ack = 6}).client(rst, {.seq = 1});
    CHECK(wire.history() == "ShAD");
    CHECK(wire.state() == "S1");
    CHECK(Wire(iss).opens().server(syn, {.seq = 77}).client(fin | ack, {.seq = 1, .ack = 1}).history() == "ShA");
    CHECK(Wire(iss).server(syn | ack, {.ack = 1}).server(syn | ack, {.seq = 70, .ack = 1}).history() == "^h");
  }
}

TEST_CASE("to Zeek, a SYN that comes again takes nothing back") {
  for (const auto& iss : test::initial_numbers) {
    if (iss.server.value() > 0xffffff00U) continue;  // Zeek loses count where the numbers have wrapped by then
    Wire wire(iss);
    wire.client(syn, {}).server(syn | ack, {.ack = 1}).server(ack, {.seq = 1, .ack = 1, .length = 5});
    wire.server(syn | ack, {.ack = 1}).server(ack, {.seq = 6, .ack = 1, .length = 5});
    CHECK(wire.client(ack, {.seq = 1, .ack = 11}).history() == "ShdA");
  }
}

TEST_CASE("to Zeek, what an RST acknowledges was not sent") {
  CHECK(wire().client(rst, {}).server(rst | ack, {.seq = 1, .ack = 9}).state() == "REJ");
}

TEST_CASE("a segment whose header was not captured whole is none to Zeek") {
  for (const auto& iss : test::initial_numbers) {
    Wire header(iss);
    header.opens().client(ack, {.seq = 1, .ack = 1, .length = 20, .has_whole_header = false});
    CHECK(header.history() == "ShA");
    CHECK(Wire(iss).client(ack, {.has_whole_header = false}).history().empty());
  }
}

TEST_CASE("to Zeek, what an RST acknowledges is no gap, nor what came before a capture began") {
  CHECK(wire().opens().server(rst | ack, {.seq = 1, .ack = 11}).history() == "ShAr");
  Wire begun = wire();
  begun.client(ack, {.seq = 50, .ack = 70});
  begun.server(ack, {.seq = 70, .ack = 50}).client(ack, {.seq = 50, .ack = 90});
  CHECK(begun.history() == "Aa");
}

TEST_CASE("Zeek writes what it counts the first, the 10th and the 100th time") {
  Wire often = wire();
  often.opens();
  for (int i = 0; i < 9; ++i) often.client(ack, {.seq = 1, .ack = 1, .window = 0});
  CHECK(often.history() == "ShAW");
  often.client(ack, {.seq = 1, .ack = 1, .window = 0});
  CHECK(often.history() == "ShAWW");
  for (int i = 10; i < 100; ++i) often.client(ack, {.seq = 1, .ack = 1, .window = 0});
  CHECK(often.history() == "ShAWWW");
}

TEST_CASE("Zeek's history may be longer than what is kept in place") {
  Wire wire(test::initial_numbers[0]);
  wire.opens();
  std::string expected = "ShA";
  for (std::uint32_t i = 0; i < 20; ++i) {
    wire.client(rst, {.seq = 1 + i});
    expected += 'R';
  }
  CHECK(wire.history() == expected);
}

TEST_CASE("who sent the first SYN is Zeek's originator, and without one, ^ says that it turned the ends round") {
  for (const auto& iss : test::initial_numbers) {
    Wire from_server(iss);
    from_server.server(syn, {});
    CHECK(from_server.history() == "S");
    CHECK(from_server.originator() == End::server);
    CHECK(Wire(iss).server(psh | ack, {.seq = 1, .ack = 1, .length = 5}).history() == "^d");
    CHECK(Wire(iss).server(syn | ack, {.ack = 1}).client(ack, {.seq = 1, .ack = 1}).history() == "^hA");
    CHECK(Wire(iss, End::server).server(syn | ack, {.ack = 1}).history() == "H");
  }
}

TEST_CASE("Zeek turns the ends round when an ACK or data follows a SYN,ACK without SYN, but not when an RST does") {
  for (const auto& iss : test::initial_numbers) {
    const auto answered = [&] { return Wire(iss, End::server).server(syn | ack, {.ack = 1}); };
    CHECK(answered().client(ack, {.seq = 1, .ack = 1}).history() == "^hA");
    CHECK(answered().client(ack, {.seq = 1, .ack = 1}).state() == "S1");
    CHECK(answered().client(ack, {.seq = 1, .ack = 1}).originator() == End::client);
    CHECK(answered().server(ack, {.seq = 1, .ack = 1}).server(fin | ack, {.seq = 1, .ack = 1}).history() == "^haf");
    CHECK(answered().server(syn | ack, {.ack = 1}).client(ack, {.seq = 1, .ack = 1, .length = 3}).history() == "^hD");
    CHECK(answered().client(rst, {.seq = 1}).history() == "Hr");
    CHECK(answered().client(rst, {.seq = 1}).state() == "REJ");
  }
}

TEST_CASE("whom Zeek takes for the originator where it saw no SYN is decided by the ports that it knows") {
  const auto is_sender = [](TcpFlags flags, std::uint16_t source, std::uint16_t destination) {
    return zeek_originator(End::server, flags, source, destination) == End::server;
  };
  CHECK(is_sender(syn, 80, 40000));
  CHECK_FALSE(is_sender(ack, 80, 40000));
  CHECK_FALSE(is_sender(syn | ack, 80, 40000));
  CHECK(is_sender(ack, 40000, 80));
  CHECK(is_sender(ack, 5000, 40000));
  CHECK(is_sender(syn | ack, 5000, 40000));
  CHECK_FALSE(is_sender(ack, 8080, 5000));
  CHECK_FALSE(is_sender(ack, 22, 80));
  CHECK(is_sender(ack, 80, 22));
  CHECK(is_sender(syn | ack, 22, 80));
}

TEST_CASE("Zeek turns the ends round when the SYN comes behind its SYN,ACK") {
  for (const auto& iss : test::initial_numbers) {
    Wire reordered(iss, End::server);
    reordered.server(syn | ack, {.ack = 1}).client(syn, {}).client(ack, {.seq = 1, .ack = 1});
    CHECK(reordered.history() == "Hs^A");
    CHECK(reordered.state() == "S1");
    CHECK(reordered.originator() == End::client);
  }
}
