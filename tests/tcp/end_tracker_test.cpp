#include "tcp/end_tracker.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

Segment segment(End from, TcpFlags flags, SeqNum seq, SeqNum ack_number = {}, std::uint32_t length = 0) {
  Segment segment;
  segment.from = from;
  segment.seq = seq;
  segment.ack = ack_number;
  segment.flags = flags;
  segment.length = length;
  return segment;
}

/// A peer's view of one end that is ESTABLISHED, sends from 1000 on and expects 5000, shifted by the initial numbers.
struct Established {
  SeqNum own, peers;
  EndTracker end;

  explicit Established(const test::InitialNumbers& iss, State state = State::established)
      : own(iss.client + 1000), peers(iss.server + 5000), end(state, own, peers) {}

  [[nodiscard]] Segment from_us(TcpFlags flags, std::uint32_t seq, std::uint32_t ack_number,
                                std::uint32_t length = 0) const {
    return segment(End::client, flags, own + seq, peers + ack_number, length);
  }
  [[nodiscard]] Segment from_peer(TcpFlags flags, std::uint32_t seq, std::uint32_t ack_number,
                                  std::uint32_t length = 0) const {
    return segment(End::server, flags, peers + seq, own + ack_number, length);
  }
};

test::InitialNumbers any_numbers() {
  return GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers)));
}

}  // namespace

TEST_CASE("a FIN that arrives ahead of missing data takes effect only when the gap is filled") {
  Established established(any_numbers());
  established.end.received(established.from_peer(fin | ack, 10, 0));
  CHECK(established.end.state() == State::established);
  established.end.received(established.from_peer(psh | ack, 0, 0, 10));
  CHECK(established.end.state() == State::close_wait);
}

TEST_CASE("several segments beyond a gap are all taken in when it is filled") {
  Established established(any_numbers());
  established.end.received(established.from_peer(fin | ack, 30, 0));
  established.end.received(established.from_peer(ack, 20, 0, 10));
  established.end.received(established.from_peer(ack, 10, 0, 10));
  CHECK(established.end.state() == State::established);
  established.end.received(established.from_peer(ack, 0, 0, 15));
  CHECK(established.end.state() == State::close_wait);
}

TEST_CASE("a FIN that is repeated changes nothing") {
  Established established(any_numbers());
  established.end.received(established.from_peer(fin | ack, 0, 0));
  established.end.sent(established.from_us(fin | ack, 0, 1));
  CHECK(established.end.state() == State::last_ack);
  established.end.received(established.from_peer(fin | ack, 0, 0));
  CHECK(established.end.state() == State::last_ack);
  established.end.received(established.from_peer(ack, 1, 1));
  CHECK(established.end.state() == State::closed);
}

TEST_CASE("an RST counts only at exactly the number that is expected next") {
  Established established(any_numbers());
  established.end.received(established.from_peer(rst, 1, 0));
  CHECK(established.end.state() == State::established);
  established.end.received(established.from_peer(rst, 0xffffffff, 0));
  CHECK(established.end.state() == State::established);
  established.end.received(established.from_peer(rst, 0, 0));
  CHECK(established.end.state() == State::closed);
}

TEST_CASE("a SYN on a live connection changes nothing") {
  Established established(any_numbers());
  established.end.received(established.from_peer(syn, 77, 0));
  CHECK(established.end.state() == State::established);
}

TEST_CASE("in FIN-WAIT-1 a FIN alone leads to CLOSING, with the ACK of ours to TIME-WAIT") {
  for (const bool acknowledges : {false, true}) {
    Established established(any_numbers());
    established.end.sent(established.from_us(fin | ack, 0, 0));
    REQUIRE(established.end.state() == State::fin_wait_1);
    established.end.received(established.from_peer(fin | ack, 0, acknowledges ? 1 : 0));
    CHECK(established.end.state() == (acknowledges ? State::time_wait : State::closing));
  }
}

TEST_CASE("an ACK of data before the FIN does not count as an ACK of the FIN") {
  Established established(any_numbers());
  established.end.sent(established.from_us(psh | ack, 0, 0, 10));
  established.end.sent(established.from_us(fin | ack, 10, 0));
  established.end.received(established.from_peer(ack, 0, 10));
  CHECK(established.end.state() == State::fin_wait_1);
  established.end.received(established.from_peer(ack, 0, 11));
  CHECK(established.end.state() == State::fin_wait_2);
}

TEST_CASE("our own RST ends a connection, but answers a stray segment where there is none") {
  Established established(any_numbers());
  established.end.sent(established.from_us(rst | ack, 0, 0));
  CHECK(established.end.state() == State::closed);
  EndTracker listening(State::listen);
  listening.sent(established.from_us(rst, 0, 0));
  CHECK(listening.state() == State::listen);
}

TEST_CASE("an end that begins in the middle stays unknown until a segment proves its state") {
  Established established(any_numbers());
  EndTracker unknown(std::nullopt);
  unknown.sent(established.from_us(psh | ack, 0, 0, 10));
  unknown.received(established.from_peer(ack, 0, 10));
  CHECK_FALSE(unknown.state());
  unknown.received(established.from_peer(fin | ack, 0, 10));
  CHECK_FALSE(unknown.state());  // CLOSE-WAIT, or TIME-WAIT if our FIN went before the capture
  unknown.sent(established.from_us(fin | ack, 10, 1));
  CHECK(unknown.state() == State::last_ack);
}

TEST_CASE("an end that begins in the middle and closes first is in TIME-WAIT when the other FIN acknowledges its own") {
  Established established(any_numbers());
  EndTracker first(std::nullopt);
  first.sent(established.from_us(fin | ack, 0, 0));
  first.received(established.from_peer(ack, 0, 1));
  CHECK_FALSE(first.state());
  first.received(established.from_peer(fin | ack, 0, 1));
  CHECK(first.state() == State::time_wait);
  // What it had acknowledged before it closed, it closed second.
  EndTracker second(std::nullopt);
  second.sent(established.from_us(fin | ack, 0, 1));
  second.received(established.from_peer(fin | ack, 0, 1));
  CHECK_FALSE(second.state() == State::time_wait);
}

TEST_CASE("from the first SYN on, SYN-SENT ends by the right answer only") {
  const auto iss = any_numbers();
  Segment our_syn = segment(End::client, syn, iss.client);
  Segment answer = segment(End::server, syn | ack, iss.server, iss.client + 1);
  EndTracker end(State::closed);
  end.sent(our_syn);
  CHECK(end.state() == State::syn_sent);
  Segment wrong = answer;
  wrong.ack = iss.client + 2;
  end.received(wrong);
  CHECK(end.state() == State::syn_sent);
  end.received(answer);
  CHECK(end.state() == State::established);
}

TEST_CASE("what an end acknowledges it has received, though the capture has not") {
  Established established(any_numbers());
  established.end.received(established.from_peer(fin | ack, 10, 0));
  CHECK(established.end.state() == State::established);
  established.end.sent(established.from_us(ack, 0, 11));
  CHECK(established.end.state() == State::close_wait);
}

TEST_CASE("an end that goes on from SYN-SENT or LISTEN had its answer, though the capture has not") {
  const auto iss = any_numbers();
  const Segment our_syn = segment(End::client, syn, iss.client);
  const Segment our_ack = segment(End::client, ack, iss.client + 1, iss.server + 1);
  EndTracker client(State::closed);
  client.sent(our_syn);
  client.sent(our_ack);
  CHECK(client.state() == State::established);
  const Segment answer = segment(End::server, syn | ack, iss.server, iss.client + 1);
  EndTracker server(State::listen);
  server.sent(answer);
  CHECK(server.state() == State::syn_received);
}

TEST_CASE("who sends or acknowledges data is beyond SYN-RECEIVED, though the ACK of its SYN was not captured") {
  const auto iss = any_numbers();
  EndTracker server(State::listen);
  server.sent(segment(End::server, syn | ack, iss.server, iss.client + 1));
  SECTION("data") {
    server.sent(segment(End::server, psh | ack, iss.server + 1, iss.client + 1, 5));
    CHECK(server.state() == State::established);
  }
  SECTION("an acknowledgment of data") {
    server.sent(segment(End::server, ack, iss.server + 1, iss.client + 1));
    CHECK(server.state() == State::syn_received);
    server.sent(segment(End::server, ack, iss.server + 1, iss.client + 6));
    CHECK(server.state() == State::established);
  }
}

TEST_CASE("in Fast Open an end in SYN-RECEIVED may send data") {
  const auto iss = any_numbers();
  EndTracker server(State::listen);
  server.received(segment(End::client, syn, iss.client, {}, 5));
  server.sent(segment(End::server, syn | ack, iss.server, iss.client + 6));
  server.sent(segment(End::server, psh | ack, iss.server + 1, iss.client + 6, 5));
  CHECK(server.state() == State::syn_received);
}

TEST_CASE("an RST with a number that we never reached is not ours") {
  Established established(any_numbers());
  established.end.sent(established.from_us(rst, 700, 0));
  CHECK(established.end.state() == State::established);
}

TEST_CASE("a segment without an ACK is dropped") {
  Established established(any_numbers());
  established.end.received(established.from_peer(fin, 0, 0));
  CHECK(established.end.state() == State::established);
}
