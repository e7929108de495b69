#include "tcp/flow.hpp"

#include "packet/tcp_flags.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

/// A segment with numbers relative to both ends' initial ones; a millisecond behind the one before it.
struct Said {
  End from;
  TcpFlags flags;
  std::uint32_t seq, length = 0, ack_number = 0;
  std::uint16_t window = 64240;
  std::uint8_t hop_limit = 64;
  int later_ms = 1;
  int later_us = 0;
};

constexpr End client = End::client, server = End::server;
const TcpFlags S = syn, SA = syn | TcpFlags(ack), A = ack, FA = fin | TcpFlags(ack), R = rst, RA = rst | TcpFlags(ack);

class Watched {
 public:
  explicit Watched(const test::InitialNumbers& iss = test::initial_numbers[0]) : iss_(iss) {}

  Watched& say(const Said& said) {
    SegmentHeader segment;
    segment.from = said.from;
    segment.flags = said.flags;
    segment.length = said.length;
    segment.seq = own(said.from) + said.seq;
    if (said.flags.has(ack)) segment.ack = own(peer_of(said.from)) + said.ack_number;
    segment.window = said.window;
    segment.hop_limit = said.hop_limit;
    segment.ip_identification = !has_identifications ? 0 : has_one_identification ? 1 : ++identification_;
    const Timestamp before = now_;
    now_ += std::chrono::microseconds(said.later_us) + std::chrono::milliseconds(said.later_ms);
    notes = flow.saw(segment, now_, before);
    return *this;
  }
  /// The latest segment again as it was, identification and all.
  Watched& again(const Said& said) {
    --identification_;
    return say(said);
  }
  /// A packet is not captured yet.
  Watched& skip() {
    ++identification_;
    return *this;
  }
  /// What was said so many segments ago, again as it was.
  Watched& late_copy(const Said& said, unsigned ago) {
    const std::uint32_t latest = identification_;
    identification_ -= ago + 1;
    say(said);
    identification_ = latest;
    return *this;
  }
  Watched& opened() { return say({client, S, 0}).say({server, SA, 0, 0, 1}).say({client, A, 1, 0, 1}); }

  Flow flow;
  Flow::Notes notes;  ///< of the latest segment
  bool has_identifications = true;
  bool has_one_identification = false;  ///< all packets the same, as of those who make packets by hand

 private:
  [[nodiscard]] SeqNum own(End end) const { return end == client ? iss_.client : iss_.server; }
  test::InitialNumbers iss_;
  std::uint32_t identification_ = 0;
  Timestamp now_{std::chrono::hours(1)};
};

Watched any_opened() {
  const auto iss = GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers)));
  Watched watched(iss);
  watched.opened();
  return watched;
}

std::string words(std::uint16_t evidence) {
  std::string text;
  for (const ResetEvidence one : evidence_in(evidence)) text += (text.empty() ? "" : " ") + std::string(to_string(one));
  return text;
}

}  // namespace

TEST_CASE("in a simultaneous open each end sends a SYN,ACK, in a split handshake only the client") {
  Watched both;
  both.say({client, S, 0}).say({server, S, 0}).say({client, SA, 0, 0, 1}).say({server, SA, 0, 0, 1});
  CHECK(both.flow.opening() == Opening::simultaneous);
  CHECK(both.flow.retransmissions(server) == 0);
  Watched split;
  split.say({client, S, 0}).say({server, S, 0}).say({client, SA, 0, 0, 1}).say({server, A, 1, 0, 1});
  CHECK(split.flow.opening() == Opening::split);
  CHECK(split.flow.retransmissions(client) == 0);
  Watched acked_first;
  acked_first.say({client, S, 0}).say({server, A, 0, 0, 1}).say({server, S, 0}).say({client, SA, 0, 0, 1});
  CHECK_FALSE(acked_first.notes.foreign_syn);
  acked_first.say({server, A, 1, 0, 1});
  CHECK(acked_first.flow.opening() == Opening::split);
}

TEST_CASE("data in a SYN makes a fast open only if the SYN,ACK acknowledges it") {
  Watched taken;
  taken.say({client, S, 0, 10}).say({server, SA, 0, 0, 11}).say({client, A, 11, 0, 1});
  CHECK(taken.flow.opening() == Opening::fast_open);
  Watched refused;
  refused.say({client, S, 0, 10}).say({server, SA, 0, 0, 1}).say({client, A, 1, 10, 1});
  CHECK(refused.flow.opening() == Opening::three_way);
  CHECK(refused.flow.retransmissions(client) == 1);
}

TEST_CASE("an end has vanished once the other has sent again twice for nothing") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
  CHECK(watched.flow.ending() == Ending::open);
  watched.say({client, A, 1, 5, 1, 64240, 64, 600});
  CHECK(watched.flow.ending() == Ending::vanished);
  watched.say({server, A, 1, 0, 6});
  CHECK(watched.flow.ending() == Ending::open);
}

TEST_CASE("several segments that are sent again once each do not show that the peer has vanished") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1});
  watched.say({client, A, 1, 5, 1, 64240, 64, 300}).say({client, A, 6, 5, 1});
  CHECK(watched.flow.retransmissions(client) == 2);
  CHECK(watched.flow.ending() == Ending::open);
}

TEST_CASE("keep-alives that nobody answers show that the peer has vanished, and are no retransmissions") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6});
  watched.say({client, A, 5, 0, 1, 64240, 64, 1000}).say({client, A, 5, 1, 1, 64240, 64, 1000});
  CHECK(watched.notes.again == SentAgain::keep_alive);
  CHECK(watched.flow.ending() == Ending::vanished);
  CHECK(watched.flow.retransmissions(client) == 0);
}

TEST_CASE("a bare ACK of the number before that says something new, or comes at once, is no keep-alive") {
  for (const bool says_new : {false, true}) {
    for (const int later_us : {200, 3000}) {
      Watched watched = any_opened();
      watched.say({client, A, 1, 5, 1}).say({server, A, 1, 5, 6});
      if (!says_new) watched.say({client, A, 6, 0, 6}).say({server, A, 6, 0, 6});
      watched.say({client, A, 5, 0, 6, 64240, 64, 0, later_us});
      CHECK((watched.notes.again == SentAgain::keep_alive) == (!says_new && later_us == 3000));
    }
  }
}

TEST_CASE("where the client's first data was not captured, its numbers begin at its SYN all the same") {
  for (const auto& iss : test::initial_numbers) {
    Watched watched(iss);
    watched.say({client, S, 0}).say({server, SA, 0, 0, 1}).say({server, A, 1, 0, 110}).say({client, A, 110, 5, 1});
    CHECK(watched.flow.iss(client) == iss.client);
    CHECK(watched.flow.certainty() == Certainty::inferred);
  }
}

TEST_CASE("before and behind a router, what is behind may be captured first") {
  Watched watched;
  watched.say({client, S, 0, 0, 0, 64240, 63}).again({client, S, 0, 0, 0, 64240, 64, 0});
  watched.say({server, SA, 0, 0, 1}).say({client, A, 1, 0, 1}).say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1});
  watched.say({server, A, 1, 0, 6}).late_copy({client, A, 1, 5, 1, 64240, 63}, 2);
  CHECK(watched.notes.again == SentAgain::copy);
  CHECK(watched.flow.retransmissions(client) == 0);
}

TEST_CASE("a segment that is cut up right behind is captured twice, and what follows in pieces is sent again") {
  for (const int later_us : {5, 2000}) {
    Watched watched = any_opened();
    const auto piece = [&](std::uint32_t seq) { return Said{client, A, seq, 1000, 1, 64240, 63, 0, later_us}; };
    watched.say({client, A, 1, 10, 1}).say({client, A, 11, 3000, 1}).again(piece(11));
    CHECK((watched.notes.again == SentAgain::copy) == (later_us == 5));
    watched.say(piece(1011)).say(piece(2011));
    CHECK((watched.notes.again == SentAgain::copy) == (later_us == 5));
    CHECK(watched.flow.retransmissions(client) == (later_us == 5 ? 0 : 3));
  }
}

TEST_CASE("a bare ACK of another connection opens none, whatever its number") {
  for (const std::uint32_t number : {1000000000U, 0U - 1000000000U}) {
    Watched watched;
    watched.say({client, S, 0}).say({server, A, 77, 0, number});
    CHECK(watched.flow.opening() == Opening::unanswered);
  }
}

TEST_CASE("a FIN that crosses an RST does not close first") {
  Watched watched = any_opened();
  watched.say({server, RA, 1, 0, 1}).say({client, FA, 1, 0, 1});
  CHECK(watched.flow.closed_first() == server);
}

TEST_CASE("one byte beyond a window of zero is a probe") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6, 0}).say({client, A, 6, 1, 1});
  CHECK(watched.notes.again == SentAgain::window_probe);
  watched.say({server, A, 1, 0, 6, 0}).say({client, A, 6, 1, 1});
  CHECK(watched.notes.again == SentAgain::window_probe);
  CHECK(watched.flow.retransmissions(client) == 0);
}

TEST_CASE("why a segment was sent again is told by what came before it") {
  SECTION("nothing came: a timeout") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
    CHECK(watched.notes.again == SentAgain::after_timeout);
  }
  SECTION("three duplicate acknowledgments: fast") {
    Watched watched = any_opened();
    for (std::uint32_t i = 0; i < 4; ++i) watched.say({client, A, 1 + i * 5, 5, 1});
    watched.say({server, A, 1, 0, 1}).say({server, A, 1, 0, 1});
    CHECK(watched.notes.duplicate_ack);
    watched.say({server, A, 1, 0, 1}).say({client, A, 1, 5, 1});
    CHECK(watched.notes.again == SentAgain::fast);
  }
  SECTION("it was acknowledged already: spurious") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6}).say({client, A, 1, 5, 1});
    CHECK(watched.notes.again == SentAgain::spurious);
  }
  SECTION("it fills a hole within a round trip: it was overtaken") {
    Watched watched = any_opened();
    watched.skip().say({client, A, 6, 5, 1});
    CHECK(watched.notes.after_hole);
    CHECK(watched.flow.certainty() == Certainty::inferred);
    watched.late_copy({client, A, 1, 5, 1}, 1);
    CHECK(watched.notes.again == SentAgain::out_of_order);
    CHECK(watched.flow.certainty() == Certainty::seen);
    CHECK(watched.flow.retransmissions(client) == 0);
  }
  SECTION("it fills a hole within a round trip, but left behind what came before it: it was sent again") {
    Watched watched = any_opened();
    watched.skip().say({client, A, 6, 5, 1}).say({client, A, 1, 5, 1});
    CHECK(watched.notes.again == SentAgain::after_timeout);
    CHECK(watched.flow.retransmissions(client) == 1);
  }
  SECTION("it fills the middle of a hole: what is on either side is missing still") {
    Watched watched = any_opened();
    for (int packet = 0; packet < 3; ++packet) watched.skip();
    watched.say({client, A, 16, 5, 1}).late_copy({client, A, 6, 5, 1, 64240, 64, 0}, 2);
    CHECK(watched.notes.again == SentAgain::out_of_order);
    watched.late_copy({client, A, 11, 5, 1, 64240, 64, 0}, 1);
    CHECK(watched.notes.again == SentAgain::out_of_order);
    CHECK(watched.flow.certainty() == Certainty::inferred);
    watched.late_copy({client, A, 1, 5, 1, 64240, 64, 0}, 3);
    CHECK(watched.notes.again == SentAgain::out_of_order);
    CHECK(watched.flow.certainty() == Certainty::seen);
  }
  SECTION("without identifications it was overtaken, as far as one knows") {
    Watched watched;
    watched.has_identifications = false;
    watched.opened().say({client, A, 6, 5, 1}).say({client, A, 1, 5, 1});
    CHECK(watched.notes.again == SentAgain::out_of_order);
  }
  SECTION("it fills a hole much later: what was sent first was lost on the way here") {
    Watched watched = any_opened();
    watched.say({client, A, 6, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
    CHECK(watched.notes.again == SentAgain::after_timeout);
  }
}

TEST_CASE("without identification a packet that comes again at once is a copy, and later a retransmission") {
  Watched watched;
  watched.has_identifications = false;
  const auto at_once = [](Said said, int later_us) {
    said.later_ms = 0;
    said.later_us = later_us;
    return said;
  };
  const auto twice = [&](const Said& said, int later_us) { watched.say(said).say(at_once(said, later_us)); };
  const auto is_copy = [&] { return watched.notes.again == SentAgain::copy; };
  twice({client, S, 0}, 5);
  CHECK(is_copy());
  twice({server, SA, 0, 0, 1}, 999);
  CHECK(is_copy());
  watched.say({client, A, 1, 0, 1});
  SECTION("data, a FIN and what is sent again") {
    twice({client, A, 1, 5, 1}, 20);
    watched.say(at_once({client, A, 1, 5, 1}, 20));
    CHECK(is_copy());
    CHECK(watched.flow.ending() == Ending::open);
    twice({client, A, 1, 5, 1, 64240, 64, 300}, 20);
    CHECK(is_copy());
    CHECK(watched.flow.retransmissions(client) == 1);
    watched.say({server, A, 1, 0, 6});
    twice({client, FA, 6, 0, 1}, 20);
    CHECK(is_copy());
    twice({server, FA, 1, 0, 7}, 20);
    CHECK(is_copy());
    CHECK(watched.flow.retransmissions(client) == 1);
    CHECK(watched.flow.retransmissions(server) == 0);
    watched.say({client, A, 7, 0, 2});
    CHECK(watched.flow.ending() == Ending::three_segment);
  }
  SECTION("a keep-alive does not show that the peer has vanished") {
    watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6});
    twice({client, A, 5, 0, 1, 64240, 64, 7000}, 20);
    CHECK(is_copy());
    CHECK(watched.flow.ending() == Ending::open);
  }
  SECTION("not once a millisecond has passed, with another window, or when the peer has spoken") {
    watched.say({client, A, 1, 5, 1}).say(at_once({client, A, 1, 5, 1}, 1000));
    CHECK(watched.notes.again == SentAgain::after_timeout);
    watched.say({client, A, 6, 5, 1}).say(at_once({client, A, 6, 5, 1, 64000}, 20));
    CHECK(watched.notes.again == SentAgain::after_timeout);
    watched.say({client, A, 11, 5, 1}).say(at_once({server, A, 1, 0, 11}, 20));
    watched.say(at_once({client, A, 11, 5, 1}, 20));
    CHECK(watched.notes.again == SentAgain::after_timeout);
  }
}

TEST_CASE("what is sent again, or fills a hole, and was captured twice, was sent again once") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1});
  watched.say({client, A, 1, 5, 1, 64240, 64, 300}).again({client, A, 1, 5, 1, 64240, 64, 0, 10});
  CHECK(watched.notes.again == SentAgain::copy);
  CHECK(watched.flow.retransmissions(client) == 1);
  watched.say({client, A, 1, 5, 1, 64240, 64, 0, 10});
  CHECK(watched.notes.again == SentAgain::after_timeout);
}

TEST_CASE("an acknowledgment that was captured four times is no duplicate one") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({server, A, 1, 0, 6});
  for (int i = 0; i < 3; ++i) {
    watched.again({server, A, 1, 0, 6});
    CHECK_FALSE(watched.notes.duplicate_ack);
  }
  watched.say({client, A, 6, 5, 1, 64240, 64, 300});
  CHECK(watched.notes.again == SentAgain::after_timeout);
}

TEST_CASE("the same packet twice is a copy, another with the same identification is not") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).again({client, A, 1, 5, 1});
  CHECK(watched.notes.again == SentAgain::copy);
  watched.say({client, A, 6, 5, 1}).again({client, A, 1, 5, 1});
  CHECK(watched.notes.again == SentAgain::after_timeout);
  CHECK(watched.flow.retransmissions(client) == 1);
}

TEST_CASE("who gives a packet its identification again when it sends it again has sent it again all the same") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).again({client, A, 1, 5, 1, 64240, 64, 310});
  CHECK(watched.notes.again == SentAgain::after_timeout);
  watched.again({client, A, 1, 5, 1, 64240, 64, 99});
  CHECK(watched.notes.again == SentAgain::copy);
  CHECK(watched.flow.retransmissions(client) == 1);
}

TEST_CASE("without identification, what ends where the latest did and is of another length is no copy") {
  Watched watched;
  watched.has_identifications = false;
  watched.opened().say({client, A, 1, 15, 1}).say({client, A, 11, 5, 1, 64240, 64, 0, 20});
  CHECK(watched.notes.again == SentAgain::after_timeout);
}

TEST_CASE("what is captured before and behind a router is captured twice, though other packets come between") {
  Watched watched = any_opened();
  watched.say({server, A, 1, 0, 1});
  SECTION("an ACK and data") {
    watched.say({client, A, 1, 0, 1}).say({client, A, 1, 5, 1});
    watched.late_copy({client, A, 1, 0, 1, 64240, 63, 0, 300}, 1);
    watched.late_copy({client, A, 1, 5, 1, 64240, 63, 0, 300}, 0);
    CHECK(watched.notes.again == SentAgain::copy);
  }
  SECTION("data and data") {
    watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({client, A, 11, 5, 1});
    watched.late_copy({client, A, 1, 5, 1, 64240, 63, 0, 300}, 2);
    CHECK(watched.notes.again == SentAgain::copy);
    watched.late_copy({client, A, 11, 5, 1, 64240, 63, 0, 300}, 0);
    CHECK(watched.notes.again == SentAgain::copy);
  }
  SECTION("ACKs of the other end") {
    watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({server, A, 1, 0, 6}).say({server, A, 1, 0, 6});
    watched.late_copy({server, A, 1, 0, 6, 64240, 63, 0, 300}, 1);
    CHECK_FALSE(watched.notes.duplicate_ack);
  }
  SECTION("a FIN, behind an older ACK of its end") {
    watched.say({client, A, 1, 0, 1}).say({client, FA, 1, 0, 1});
    watched.late_copy({client, A, 1, 0, 1, 64240, 63, 0, 300}, 1);
    watched.late_copy({client, FA, 1, 0, 1, 64240, 63, 0, 300}, 0);
    CHECK(watched.notes.again == SentAgain::copy);
  }
  SECTION("data and a FIN, behind a later ACK of their end") {
    watched.say({client, A, 1, 5, 1}).say({client, FA, 6, 0, 1}).say({client, A, 7, 0, 1});
    watched.late_copy({client, A, 1, 5, 1, 64240, 63, 0, 300}, 2);
    CHECK(watched.notes.again == SentAgain::copy);
    watched.late_copy({client, FA, 6, 0, 1, 64240, 63, 0, 300}, 1);
    CHECK(watched.notes.again == SentAgain::copy);
  }
  CHECK(watched.flow.retransmissions(client) == 0);
}

TEST_CASE("an older packet is no copy if its numbers are new, or it comes late, or while its sender sends again") {
  SECTION("it fills a hole") {
    Watched watched = any_opened();
    watched.say({client, A, 6, 5, 1}).late_copy({client, A, 1, 5, 1, 64240, 64, 0, 300}, 1);
    CHECK(watched.notes.again == SentAgain::out_of_order);
  }
  SECTION("the capture began behind it") {
    Watched watched;
    watched.say({server, A, 1, 0, 1}).say({client, A, 101, 5, 1}).late_copy({client, A, 96, 5, 1}, 1);
    CHECK(watched.notes.again == SentAgain::out_of_order);
    CHECK(watched.flow.retransmissions(client) == 0);
    watched.say({server, A, 1, 0, 96, 64240, 64, 300}).say({client, A, 96, 5, 1, 64240, 64, 0, 300});
    watched.say({client, A, 91, 5, 1, 64240, 64, 0, 300});
    CHECK(watched.flow.retransmissions(client) == 2);
  }
  SECTION("it comes late, so its identification is one by chance") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).late_copy({client, A, 1, 5, 1, 64240, 64, 300}, 1);
    CHECK(watched.notes.again == SentAgain::after_timeout);
  }
  SECTION("the peer has spoken, and may have asked for it") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({server, A, 1, 0, 1});
    Watched behind_router = watched;
    watched.late_copy({client, A, 1, 5, 1, 64240, 64, 0, 300}, 2);
    CHECK(watched.notes.again == SentAgain::after_timeout);
    behind_router.late_copy({client, A, 1, 5, 1, 64240, 63, 0, 300}, 2);
    CHECK(behind_router.notes.again == SentAgain::copy);
  }
  SECTION("two that are sent again change places") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({client, A, 11, 5, 1});
    watched.skip().say({client, A, 1, 5, 1, 64240, 64, 300}).late_copy({client, A, 6, 5, 1, 64240, 64, 0, 300}, 1);
    CHECK(watched.notes.again == SentAgain::after_timeout);
  }
}

TEST_CASE("what is sent again does not hide that other packets are captured twice") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({client, A, 11, 5, 1});
  watched.say({client, A, 1, 5, 1, 64240, 64, 300}).say({client, A, 16, 5, 1}).say({client, A, 21, 5, 1});
  watched.late_copy({client, A, 1, 5, 1, 64240, 63, 0, 300}, 2);
  CHECK(watched.notes.again == SentAgain::copy);
  watched.late_copy({client, A, 16, 5, 1, 64240, 63, 0, 300}, 1);
  CHECK(watched.notes.again == SentAgain::copy);
  CHECK(watched.flow.retransmissions(client) == 1);
}

TEST_CASE("behind a router and its long queue, and beside a counter that begins anew, copies are still copies") {
  Watched watched = any_opened();
  for (std::uint32_t i = 0; i < 300; ++i) watched.say({client, A, 1 + 5 * i, 5, 1, 64240, 64, 0, 100});
  for (std::uint32_t i = 0; i < 300; ++i) {
    watched.late_copy({client, A, 1 + 5 * i, 5, 1, 64240, 63, 0, 100}, 299 - i);
    REQUIRE(watched.notes.again == SentAgain::copy);
  }
}

TEST_CASE("an identification that all packets of an end have tells none of them from another") {
  Watched watched;
  watched.has_one_identification = true;
  SECTION("a SYN") {
    watched.say({client, S, 0}).say({client, S, 0, 0, 0, 64240, 64, 1000});
    CHECK(watched.notes.again == SentAgain::after_timeout);
    watched.say({client, S, 0, 0, 0, 64240, 64, 5});
    CHECK(watched.notes.again == SentAgain::copy);
  }
  SECTION("data, after a timeout") {
    watched.opened().say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
    CHECK(watched.notes.again == SentAgain::after_timeout);
    watched.say({client, A, 1, 5, 1, 64240, 64, 0, 20});
    CHECK(watched.notes.again == SentAgain::copy);
  }
  SECTION("duplicate ACKs, and what they bring about") {
    watched.opened().say({client, A, 1, 5, 1}).say({client, A, 6, 5, 1}).say({server, A, 1, 0, 6});
    for (int i = 0; i < 3; ++i) {
      watched.say({server, A, 1, 0, 6});
      CHECK(watched.notes.duplicate_ack);
    }
    watched.say({client, A, 6, 5, 1});
    CHECK(watched.notes.again == SentAgain::fast);
  }
}

TEST_CASE("who acknowledges more was answered, though the capture sees only one direction") {
  Watched watched;
  watched.say({client, S, 0}).say({client, S, 0, 0, 0, 64240, 64, 1000}).say({client, A, 1, 0, 1});
  watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300}).say({client, A, 6, 0, 101});
  watched.say({client, FA, 6, 0, 101}).say({client, R, 7});
  CHECK(watched.flow.retransmissions(client) == 2);
  CHECK(words(watched.flow.reset()->evidence) == "had-closed");
}

TEST_CASE("a SYN that comes again is acknowledged by no ACK of another connection") {
  Watched watched;
  watched.say({client, S, 0}).say({server, A, 300, 0, 777}).say({client, R, 777});
  watched.say({client, S, 0, 0, 0, 64240, 64, 1000});
  CHECK(watched.notes.again == SentAgain::after_timeout);
}

TEST_CASE("an RST that has an ACK flag for want of one in what it answers was not sent of its own accord") {
  Watched watched;
  watched.say({client, TcpFlags(fin), 1}).say({server, RA, 0, 0, 2});
  CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
  CHECK(words(watched.flow.reset()->evidence) == "no-data-had-come");
}

TEST_CASE("every cause of an RST is told from the others by what speaks for it") {
  SECTION("nobody listens") {
    Watched watched;
    watched.say({client, S, 0}).say({server, RA, 0, 0, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::closed_port);
    CHECK(words(watched.flow.reset()->evidence) == "answers-syn has-ack no-data-had-come");
    CHECK(watched.flow.ending() == Ending::refused);
    CHECK_FALSE(watched.flow.closed_first());
  }
  SECTION("it acknowledges what was never sent, and the handshake goes on behind it") {
    Watched watched;
    watched.say({client, S, 100}).say({server, SA, 300, 0, 91}).say({client, R, 91});
    REQUIRE(watched.flow.reset());
    CHECK(watched.flow.reset()->cause == ResetCause::bad_ack);
    watched.say({server, SA, 400, 0, 101});
    CHECK(watched.notes.takes_reset_back);
    watched.say({client, A, 101, 0, 401});
    CHECK_FALSE(watched.flow.reset());
    CHECK(watched.flow.opening() == Opening::three_way);
  }
  SECTION("its sender had closed") {
    Watched watched = any_opened();
    watched.say({server, FA, 1, 0, 1}).say({client, A, 1, 0, 2}).say({client, A, 1, 5, 2}).say({server, R, 2});
    CHECK(watched.flow.reset()->cause == ResetCause::write_after_close);
    CHECK(words(watched.flow.reset()->evidence) == "answers-segment data-had-come had-closed");
  }
  SECTION("its sender does not have the connection") {
    Watched watched = any_opened();
    watched.say({client, A, 1, 5, 1}).say({server, R, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
  }
  SECTION("its sender gave it up, with or without data to read") {
    Watched watched = any_opened();
    watched.say({client, RA, 1, 0, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::linger_or_unread_data);
    CHECK(words(watched.flow.reset()->evidence) == "has-ack no-data-had-come");
  }
  SECTION("its sender waited in vain") {
    Watched watched = any_opened();
    for (int i = 0; i < 3; ++i) watched.say({client, A, 1, 5, 1});
    watched.say({client, RA, 6, 0, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::timed_out);
  }
  SECTION("it meets TIME-WAIT") {
    Watched watched = any_opened();
    watched.say({client, FA, 1, 0, 1}).say({server, FA, 1, 0, 2}).say({client, A, 2, 0, 2});
    CHECK(watched.flow.in_time_wait(client));
    watched.say({server, R, 2});
    CHECK(watched.flow.reset()->cause == ResetCause::time_wait_killed);
    CHECK(watched.flow.ending() == Ending::three_segment);
    CHECK_FALSE(watched.flow.in_time_wait(client));
  }
  SECTION("it comes from another distance than its sender") {
    Watched watched = any_opened();
    watched.say({server, A, 1, 5, 1}).say({server, R, 6, 0, 0, 0, 200});
    CHECK(watched.flow.reset()->cause == ResetCause::forged);
  }
  SECTION("its sender goes on, and so does the other: it ended nothing") {
    Watched watched = any_opened();
    watched.say({server, R, 1}).say({server, A, 1, 5, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::forged);
    CHECK(watched.flow.ending() == Ending::abort);
    watched.say({client, A, 1, 5, 6}).say({server, A, 6, 5, 6});
    CHECK_FALSE(watched.flow.reset());
  }
}

TEST_CASE("a SYN,ACK behind an RST that refused shows that it refused nothing") {
  Watched watched;
  watched.say({client, S, 0}).say({server, RA, 1, 0, 1});
  CHECK(watched.flow.opening() == Opening::refused);
  watched.say({server, SA, 0, 0, 1}).say({client, A, 1, 0, 1});
  CHECK(watched.flow.opening() == Opening::three_way);
  CHECK_FALSE(watched.flow.reset());
}

TEST_CASE("an answer that acknowledges something else opens nothing") {
  Watched watched;
  watched.say({client, S, 1000}).say({server, A, 5000, 0, 300});
  CHECK(watched.flow.opening() == Opening::unanswered);
}

TEST_CASE("an RST without ACK does not refuse a SYN") {
  Watched watched;
  watched.say({client, S, 0}).say({server, R, 0});
  CHECK(watched.notes.stray_reset);
  CHECK(watched.flow.opening() == Opening::unanswered);
}

TEST_CASE("an RST ahead of the number expected is taken back by the challenge ACK that answers it") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 20, 1}).say({server, A, 1, 0, 21}).say({client, R, 500});
  CHECK(watched.notes.is_reset);
  watched.say({server, A, 1, 0, 21});
  CHECK(watched.notes.takes_reset_back);
  CHECK(watched.notes.challenge);
  watched.say({client, R, 21});
  CHECK(watched.notes.is_reset);
}

TEST_CASE("an RST at the number expected takes the place of one that was ahead of it") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 20, 1}).say({server, A, 1, 0, 21}).say({client, R, 500}).say({client, R, 21});
  CHECK(watched.notes.is_reset);
  CHECK(words(watched.flow.reset()->evidence).find("number-not-expected") == std::string::npos);
}

TEST_CASE("an RST far beyond any window is none of this connection") {
  Watched watched = any_opened();
  watched.say({server, A, 1, 0, 1, 100}).say({client, R, 500000000});
  CHECK(watched.notes.stray_reset);
}

TEST_CASE("an RST that answers a bare FIN is of a connection that is gone, not of a write that came too late") {
  Watched watched = any_opened();
  watched.say({server, FA, 1, 0, 1}).say({client, A, 1, 0, 2}).say({client, FA, 1, 0, 2}).say({server, R, 2});
  CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
}

TEST_CASE("an RST on its sender's own account, behind its FIN, is an abort") {
  Watched watched = any_opened();
  watched.say({server, FA, 1, 0, 1}).say({server, RA, 2, 0, 1});
  CHECK(watched.flow.reset()->cause == ResetCause::linger_or_unread_data);
}

TEST_CASE("an RST of which nothing else was seen has no known cause") {
  Watched watched;
  watched.say({client, R, 1});
  CHECK(watched.flow.reset()->cause == ResetCause::unknown);
}

TEST_CASE("a segment without ACK is answered by an RST that has one") {
  Watched watched;
  watched.say({client, TcpFlags(fin), 1}).say({server, RA, 0, 0, 2});
  CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
}

TEST_CASE("a FIN that comes again to acknowledge the peer's is no retransmission") {
  Watched watched = any_opened();
  watched.say({client, FA, 1, 0, 1}).say({server, FA, 1, 0, 1}).say({client, FA, 1, 0, 2}).say({server, FA, 1, 0, 2});
  CHECK(watched.flow.retransmissions(client) == 0);
  CHECK(watched.flow.retransmissions(server) == 0);
  CHECK(watched.flow.ending() == Ending::simultaneous);
}

TEST_CASE("a window probe that was taken leaves no hole") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6, 0}).say({client, A, 6, 1, 1});
  watched.say({server, A, 1, 0, 7, 1000}).say({client, A, 7, 5, 1});
  CHECK(watched.flow.certainty() == Certainty::seen);
  CHECK_FALSE(watched.notes.after_hole);
}

TEST_CASE("a handshake of which a segment is missing is inferred") {
  Watched watched;
  watched.say({client, S, 0}).say({client, A, 1, 0, 1}).say({client, A, 1, 5, 1});
  CHECK(watched.flow.opening() == Opening::three_way);
  CHECK(watched.flow.certainty() == Certainty::inferred);
}

TEST_CASE("an RST or a SYN that does not fit is answered with a challenge ACK and ends nothing") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6}).say({client, R, 3});
  CHECK(watched.notes.stray_reset);
  watched.say({server, A, 1, 0, 6});
  CHECK(watched.notes.challenge);
  watched.say({client, S, 5000});
  CHECK(watched.notes.foreign_syn);
  watched.say({server, A, 1, 0, 6});
  CHECK(watched.notes.challenge);
  CHECK(watched.flow.ending() == Ending::open);
}

TEST_CASE("what a capture missed makes its verdict inferred, and a guessed client a guess") {
  Watched watched = any_opened();
  CHECK(watched.flow.certainty() == Certainty::seen);
  watched.say({server, A, 1, 0, 100});
  CHECK(watched.flow.certainty() == Certainty::inferred);
  watched.flow.set_client_is_guess();
  CHECK(watched.flow.certainty() == Certainty::guess);
}

TEST_CASE("ends that are swapped keep all that is known of them") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300}).say({client, RA, 6, 0, 1});
  watched.flow.swap_ends();
  CHECK(watched.flow.retransmissions(server) == 1);
  CHECK(watched.flow.bytes(server) == 10);
  CHECK(watched.flow.reset()->by == server);
  CHECK(watched.flow.closed_first() == server);
}

TEST_CASE("a copy of a flow is one of its own") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
  Flow before = watched.flow;
  watched.say({client, A, 1, 5, 1, 64240, 64, 300});
  CHECK(before.retransmissions(client) == 1);
  CHECK(watched.flow.retransmissions(client) == 2);
  before = watched.flow;
  CHECK(before.retransmissions(client) == 2);
}

TEST_CASE("each word of a verdict is a word of its own") {
  for (const Opening one : all_openings()) CHECK_FALSE(to_string(one).empty());
  for (const Ending one : all_endings()) CHECK_FALSE(to_string(one).empty());
  for (const ResetCause one : all_reset_causes()) CHECK_FALSE(to_string(one).empty());
  CHECK(words(0xffff).find("sender-went-on") != std::string::npos);
}

TEST_CASE("a host behind several others, whose TTLs differ, does not seem forged") {
  Watched watched;
  watched.say({client, S, 0}).say({server, SA, 0, 0, 1, 64240, 39}).say({client, A, 1, 0, 1});
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 5, 6, 64240, 231});
  watched.say({server, RA, 6, 0, 6, 0, 231});
  REQUIRE(watched.flow.reset());
  CHECK(watched.flow.reset()->cause == ResetCause::linger_or_unread_data);
}

TEST_CASE("who makes segments by itself goes on behind its kernel's RST, which is not forged") {
  Watched watched;
  watched.say({client, S, 0}).say({server, SA, 0, 0, 1}).say({client, R, 1});
  watched.say({client, A, 1, 0, 1, 64240, 64, 15'000}).say({client, A, 1, 5, 1});
  REQUIRE(watched.flow.reset());
  CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
}

TEST_CASE("of several RSTs that answer what came after a close, the one whose number fits is it") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, FA, 1, 0, 6}).say({client, A, 6, 5, 1}).say({client, A, 11, 5, 2});
  watched.say({server, R, 1});
  REQUIRE(watched.flow.reset());
  CHECK(watched.flow.reset()->cause == ResetCause::write_after_close);
  watched.say({server, R, 2});
  CHECK(watched.notes.is_reset);
  CHECK(watched.flow.reset()->cause == ResetCause::write_after_close);
  watched.say({server, R, 2});
  CHECK_FALSE(watched.notes.is_reset);
}

TEST_CASE("an acknowledgment of what no window has room for does not complete the handshake") {
  Watched watched;
  watched.say({client, S, 0}).say({server, SA, 0, 0, 1}).say({client, A, 1, 5, 1'767'847'797});
  CHECK(watched.flow.opening() == Opening::half_open);
}

TEST_CASE("of a capture with SYN, FIN and RST alone, the numbers of the RST tell that data went either way") {
  const auto reset = GENERATE(Said{server, RA, 1, 0, 61}, Said{client, RA, 61, 0, 61});
  for (const auto& iss : test::initial_numbers) {
    Watched watched(iss);
    watched.say({client, S, 0}).say({server, SA, 0, 0, 1}).say(reset);
    CHECK(watched.flow.opening() == Opening::three_way);
    CHECK(watched.flow.ending() == Ending::abort);
    CHECK(watched.flow.certainty() == Certainty::inferred);
    REQUIRE(watched.flow.reset());
    CHECK(watched.flow.reset()->cause == ResetCause::linger_or_unread_data);
    CHECK((watched.flow.reset()->evidence & bit(ResetEvidence::data_had_come)) != 0);
  }
}

TEST_CASE("an RST whose ACK is not of this connection proves nothing of its peer") {
  Watched watched;
  watched.say({client, S, 0}).say({server, SA, 1000, 0, 1}).say({server, RA, 0, 0, 2001});
  CHECK_FALSE(watched.flow.reset());
  CHECK(watched.flow.opening() == Opening::half_open);
}

TEST_CASE("who acknowledges what the client sent unseen has answered it, also where no SYN,ACK was captured") {
  const bool has_syn_ack = GENERATE(true, false);
  for (const auto& iss : test::initial_numbers) {
    Watched watched(iss);
    watched.say({client, S, 0});
    if (has_syn_ack) watched.say({server, SA, 0, 0, 1});
    watched.say({server, A, 1, has_syn_ack ? 0U : 500U, 4});
    CHECK(watched.flow.opening() == Opening::three_way);
    CHECK(watched.flow.certainty() == Certainty::inferred);
    CHECK(watched.say({server, FA, 1, 0, 4}).flow.closed_first() == server);
  }
}

TEST_CASE("who sends again after its RST did not send that") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 7, 6}).say({client, A, 6, 9, 8}).say({server, R, 8});
  CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
  SECTION("long after it") {
    watched.say({server, A, 1, 7, 6, 64240, 64, 205});
    CHECK(watched.flow.reset()->cause == ResetCause::forged);
    CHECK((watched.flow.reset()->evidence & bit(ResetEvidence::sender_went_on)) != 0);
  }
  SECTION("but what comes at once may have changed places with it") {
    watched.say({server, A, 1, 7, 6});
    CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
  }
}

TEST_CASE("an ACK with its sender's latest identification is that packet, captured twice") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6}).again({server, A, 1, 0, 6});
  CHECK(watched.notes.again == SentAgain::copy);
  watched.say({server, A, 1, 0, 6});
  CHECK(watched.notes.again == SentAgain::no);
  CHECK(watched.flow.retransmissions(server) == 0);
}

TEST_CASE("a burst of RSTs with numbers that their end has not reached is somebody else's") {
  for (const auto& iss : test::initial_numbers) {
    Watched watched(iss);
    watched.opened().say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6}).say({server, R, 1, 0, 0, 64240, 64, 70});
    CHECK(watched.flow.reset()->cause == ResetCause::unknown);
    watched.say({server, R, 64});
    CHECK(watched.flow.reset()->cause == ResetCause::forged);
    CHECK((watched.flow.reset()->evidence & bit(ResetEvidence::in_burst)) != 0);
  }
}

TEST_CASE("RSTs are no burst where the capture lacks what their end had sent, or that answer each its own") {
  Watched watched;
  SECTION("begun in the middle") {
    watched.say({client, A, 100, 5, 3'000'000'000}).say({client, A, 105, 5, 3'000'000'000});
    watched.say({server, R, 3'000'000'000}).say({server, R, 3'000'000'001});
    CHECK(watched.flow.reset()->cause != ResetCause::forged);
  }
  SECTION("with a hole") {
    watched.opened().say({server, A, 1001, 5, 1}).say({client, A, 1, 0, 1}).say({server, R, 1, 0, 0, 64240, 64, 70});
    CHECK(watched.say({server, R, 3000}).flow.reset()->cause != ResetCause::forged);
  }
  SECTION("one packet, captured twice") {
    watched.opened().say({client, A, 1, 5, 1}).say({server, A, 1, 0, 6}).say({server, R, 900, 0, 0, 64240, 64, 70});
    CHECK(watched.say({server, R, 900}).flow.reset()->cause != ResetCause::forged);
  }
}

TEST_CASE("a SYN,ACK by the timer and one in answer to a SYN are two, however close together") {
  Watched watched;
  watched.has_identifications = false;
  watched.say({client, S, 0}).say({server, SA, 0, 0, 1}).say({server, SA, 0, 0, 1, 64240, 64, 1000});
  watched.say({client, S, 0, 0, 0, 64240, 64, 0, 100}).say({server, SA, 0, 0, 1, 64240, 64, 0, 4});
  CHECK(watched.notes.again == SentAgain::syn_came_again);
  CHECK(watched.flow.retransmissions(server) == 2);
}

TEST_CASE("a FIN that is of another connection closes nothing") {
  Watched watched;
  watched.say({client, S, 0});
  SECTION("since it acknowledges something else") {
    watched.say({server, FA, 900, 0, 700'000'000});
  }
  SECTION("since the SYN behind it has another number") {
    watched.say({server, FA, 900, 0, 1}).say({server, SA, 0, 0, 1}).say({client, A, 1, 0, 1});
  }
  CHECK_FALSE(watched.flow.closed_first());
}

TEST_CASE("behind an RST that ended nothing, who sent the first FIN closed first") {
  Watched watched = any_opened();
  SECTION("both ends go on") {
    watched.say({server, R, 1, 0, 0, 0, 200}).say({client, FA, 1, 0, 1});
    CHECK(watched.flow.closed_first() == server);
    watched.say({server, FA, 1, 0, 2});
    CHECK(watched.say({client, A, 2, 0, 2}).flow.ending() == Ending::three_segment);
  }
  SECTION("a challenge ACK asks whether it is meant") {
    watched.say({server, R, 2}).say({client, FA, 1, 0, 1});
    CHECK(watched.flow.closed_first() == server);
    watched.say({client, A, 2, 0, 1});
  }
  CHECK_FALSE(watched.flow.reset());
  CHECK(watched.flow.closed_first() == client);
}

TEST_CASE("an RST without ACK is an answer only if it comes at once") {
  Watched watched = any_opened();
  watched.say({client, A, 1, 5, 1});
  SECTION("at once") {
    watched.say({server, R, 1});
    CHECK(watched.flow.reset()->cause == ResetCause::half_open_peer);
  }
  SECTION("long after") {
    watched.say({server, R, 1, 0, 0, 0, 64, 1300});
    CHECK(watched.flow.reset()->cause == ResetCause::unknown);
  }
}

TEST_CASE("an answer for what was closed may have the TTL of the host instead of the connection's") {
  Watched watched;
  watched.say({client, S, 0}).say({server, SA, 0, 0, 1, 64240, 255}).say({client, A, 1, 0, 1});
  SECTION("behind a close") {
    watched.say({server, FA, 1, 0, 1, 64240, 255}).say({client, A, 1, 5, 2}).say({server, R, 2, 0, 0, 0, 64});
    CHECK(watched.flow.reset()->cause == ResetCause::write_after_close);
  }
  SECTION("without one it may be forged") {
    watched.say({server, A, 1, 5, 1, 64240, 255}).say({client, A, 1, 5, 6}).say({server, R, 6, 0, 0, 0, 64});
    CHECK(watched.flow.reset()->cause == ResetCause::forged);
  }
}

TEST_CASE("what an end acknowledged before its SYN,ACK was of another connection") {
  Watched watched;
  watched.say({client, S, 0}).say({server, A, 700, 0, 4'999'002}).say({client, R, 0});
  watched.say({client, S, 0, 0, 0, 64240, 64, 1000}).say({server, SA, 0, 0, 1}).say({client, A, 1, 0, 1});
  watched.say({client, A, 1, 5, 1}).say({client, A, 1, 5, 1, 64240, 64, 300});
  CHECK(watched.notes.again == SentAgain::after_timeout);
}
