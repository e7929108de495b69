// Why something was sent again: what the peer asked for by duplicate, partial and selective acknowledgments, and what
// the timer did.
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/flow.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

constexpr std::uint32_t mss = 1000;

/// A client that sends and a server that acknowledges; numbers are whole segments of the client's data, from 0.
class Transfer {
 public:
  explicit Transfer(const test::InitialNumbers& iss) : iss_(iss) {
    saw(segment(End::client, syn, iss.client));
    saw(segment(End::server, syn | ack, iss.server, iss.client + 1));
    saw(segment(End::client, ack, iss.server + 1, iss.server + 1));
  }

  Transfer& sends(unsigned number) { return sends(number, number); }
  Transfer& sends(unsigned first, unsigned last) {
    for (unsigned number = first; number <= last; ++number) {
      Segment data = segment(End::client, ack, of(number), iss_.server + 1);
      data.length = mss;
      saw(data);
    }
    return *this;
  }
  /// Everything before `number` came, and the blocks [first, second) besides.
  using Blocks = std::initializer_list<std::pair<unsigned, unsigned>>;
  Transfer& acks(unsigned number, Blocks blocks = {}, std::uint16_t window = 60000) {
    Segment answer = segment(End::server, ack, iss_.server + 1, of(number));
    std::vector<std::uint8_t> options;
    if (blocks.size() > 0) options = {1, 1, 5, static_cast<std::uint8_t>(2 + 8 * blocks.size())};
    const auto put = [&](SeqNum edge) {
      for (unsigned shift = 32; shift > 0; shift -= 8)
        options.push_back(static_cast<std::uint8_t>(edge.value() >> (shift - 8)));
    };
    for (const auto& [first, end] : blocks) put(of(first)), put(of(end));
    answer.options = options;
    answer.window = window;
    return saw(answer);
  }
  /// An ICMP error about what the client sent.
  Transfer& is_told(IcmpKind kind) {
    Segment error = segment(End::server, {}, {});
    error.protocol = Protocol::icmp;
    error.icmp = kind;
    return saw(error);
  }
  Transfer& after(std::chrono::milliseconds time) {
    now_ += time;
    return *this;
  }

  Flow flow;
  Flow::Notes notes;  ///< of the latest segment

 private:
  [[nodiscard]] SeqNum of(unsigned number) const { return iss_.client + 1 + number * mss; }
  static Segment segment(End from, TcpFlags flags, SeqNum seq, SeqNum acknowledgment = {}) {
    Segment segment;
    segment.from = from;
    segment.flags = flags;
    segment.seq = seq;
    segment.ack = acknowledgment;
    segment.window = 60000;
    return segment;
  }
  Transfer& saw(Segment segment) {
    segment.ip_identification = ++identification_;
    const Timestamp before = now_;
    now_ += std::chrono::milliseconds(1);
    notes = flow.saw(segment, now_, before);
    return *this;
  }

  test::InitialNumbers iss_;
  Timestamp now_{std::chrono::hours(1)};
  std::uint32_t identification_ = 0;
};

Transfer any_transfer() {
  return Transfer(GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers))));
}

}  // namespace

TEST_CASE("what a SACK block shows to be missing is sent again because of that, without three duplicate ACKs") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1).acks(1, {{4, 5}});
  CHECK(transfer.sends(1).notes.again == SentAgain::by_sack);
  CHECK(transfer.sends(2).notes.again == SentAgain::by_sack);
  CHECK(transfer.flow.retransmissions(End::client) == 2);
}

TEST_CASE("what three duplicate ACKs ask for is sent again because of them, SACK or no SACK") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1);
  SECTION("with") {
    transfer.acks(1, {{2, 3}}).acks(1, {{2, 4}}).acks(1, {{2, 5}});
  }
  SECTION("without") {
    transfer.acks(1).acks(1).acks(1);
  }
  CHECK(transfer.sends(1).notes.again == SentAgain::fast);
}

TEST_CASE(
    "in a recovery, the loss of what was sent since it began is told by SACK too, though no block lies beyond it") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1, {{4, 6}}).sends(1, 3).sends(6, 7).acks(4, {{4, 6}}).acks(6);
  CHECK(transfer.sends(6).notes.again == SentAgain::by_sack);
}

TEST_CASE(
    "what is sent again long after the last SACK block is due to the timer, and so is what follows upon answers") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1, {{5, 6}}).sends(1).after(std::chrono::milliseconds(200));
  CHECK(transfer.sends(1).notes.again == SentAgain::after_timeout);
  CHECK(transfer.acks(2, {{5, 6}}).sends(2).notes.again == SentAgain::after_timeout);
  SECTION("until all that was outstanding is acknowledged") {
    transfer.sends(3, 4).acks(6).sends(6, 9).acks(6, {{8, 9}});
    CHECK(transfer.sends(6).notes.again == SentAgain::by_sack);
  }
}

TEST_CASE("a probe of the tail is no timeout: what SACK asks for behind it is asked for") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1).after(std::chrono::milliseconds(20));
  CHECK(transfer.sends(5).notes.again == SentAgain::after_timeout);
  CHECK(transfer.acks(1, {{5, 6}}).sends(1).notes.again == SentAgain::by_sack);
}

TEST_CASE("a partial ACK behind a fast retransmit asks for the next, and one without it for nothing") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 7).acks(1);
  SECTION("behind it") {
    transfer.acks(1).acks(1).acks(1).sends(1).acks(3);
    CHECK(transfer.sends(3).notes.again == SentAgain::partial_ack);
    CHECK(transfer.acks(5).sends(5).notes.again == SentAgain::partial_ack);
  }
  SECTION("without") {
    transfer.acks(1).acks(3);
    CHECK(transfer.sends(3).notes.again == SentAgain::after_timeout);
  }
}

TEST_CASE("three duplicate ACKs of long ago do not ask for what the timer sends") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1).acks(1).acks(1).acks(1).sends(1).after(std::chrono::milliseconds(300));
  CHECK(transfer.sends(1).notes.again == SentAgain::after_timeout);
}

TEST_CASE("with SACK, an ACK of a new block is a duplicate ACK whatever its window") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(1);
  CHECK(transfer.acks(1, {{2, 3}}, 50000).notes.duplicate_ack);
  CHECK_FALSE(transfer.acks(1, {{2, 3}}, 40000).notes.duplicate_ack);
  CHECK_FALSE(transfer.acks(1, {}, 30000).notes.duplicate_ack);
}

TEST_CASE("a block of what came twice asks for nothing") {
  Transfer transfer = any_transfer();
  transfer.sends(0, 5).acks(3, {{0, 1}});
  CHECK(transfer.sends(3).notes.again == SentAgain::after_timeout);
}

TEST_CASE("ACKs that tell only of what came twice ask for nothing") {
  Transfer transfer = any_transfer().sends(1, 6).acks(1);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(transfer.acks(1, {{0, 1}}).notes.duplicate_ack);
  CHECK(transfer.sends(1).notes.again == SentAgain::after_timeout);
  CHECK(transfer.acks(1, {{3, 4}}).notes.duplicate_ack);
}

TEST_CASE("what ICMP says to be too big is sent again because of that, until what was sent by then is acknowledged") {
  const IcmpKind too_big = GENERATE(IcmpKind{3, 4}, IcmpKind{2, 0});
  Transfer transfer = any_transfer().sends(1, 6).is_told(too_big);
  CHECK(transfer.sends(1).notes.again == SentAgain::path_mtu);
  CHECK(transfer.sends(2).notes.again == SentAgain::path_mtu);
  CHECK(transfer.acks(2).sends(3).notes.again == SentAgain::path_mtu);
  CHECK(transfer.sends(7).notes.again == SentAgain::no);
  CHECK(transfer.after(std::chrono::seconds(1)).sends(7).notes.again == SentAgain::after_timeout);
  CHECK(is_retransmission(SentAgain::path_mtu));
}

TEST_CASE("an ICMP error of another kind, or long ago, asks for nothing") {
  CHECK(any_transfer().sends(1, 3).is_told({3, 1}).sends(1).notes.again == SentAgain::after_timeout);
  CHECK(any_transfer().sends(1, 3).is_told({3, 4}).after(std::chrono::seconds(1)).sends(1).notes.again ==
        SentAgain::after_timeout);
}

/// Why the ladder's last segment was sent again.
SentAgain last_again(const std::string& ladder, const test::InitialNumbers& iss) {
  Flow flow;
  Flow::Notes notes;
  Timestamp before;
  for (const Segment& segment : test::connection_from(ladder.c_str(), iss).segments) {
    notes = flow.saw(segment, segment.sighting().time, before);
    before = segment.sighting().time;
  }
  return notes.again;
}

TEST_CASE("data of a SYN that the SYN,ACK leaves out is sent again because of that") {
  for (const auto& iss : test::initial_numbers) {
    const auto again = [&](const std::string& ladder) { return last_again(ladder, iss); };
    const std::string refused = "--> S 0:11(11) -->\n<-- S. 0:0(0) ack 1 <--\n", data = "--> P. 1:12(11) ack 1 -->\n";
    CHECK(again(refused + data) == SentAgain::refused_early);
    CHECK(again(refused + "--> . 1:1(0) ack 1 -->\n" + data) == SentAgain::refused_early);
    // The timer sends it once more.
    CHECK(again(refused + data + data) == SentAgain::after_timeout);
    CHECK(again("--> S 0:11(11) -->\n<-- S. 0:0(0) ack 12 <--\n" + data) == SentAgain::spurious);
  }
}

TEST_CASE("a SYN,ACK is sent again because the SYN was, or by its timer") {
  for (const auto& iss : test::initial_numbers) {
    const auto again = [&](const std::string& ladder) { return last_again(ladder, iss); };
    const std::string syn = "--> S 0:0(0) -->\n", syn_ack = "<-- S. 0:0(0) ack 1 <--\n",
                      ack = "--> . 1:1(0) ack 1 -->\n";
    CHECK(again(syn + syn_ack + syn + syn_ack) == SentAgain::syn_came_again);
    CHECK(again(syn + syn_ack + syn + syn_ack + syn + syn_ack) == SentAgain::syn_came_again);
    CHECK(again(syn + syn_ack + syn_ack) == SentAgain::after_timeout);
    CHECK(again(syn + syn_ack + syn + syn_ack + syn_ack) == SentAgain::after_timeout);
    CHECK(again(syn + syn_ack + ack + syn_ack) == SentAgain::spurious);
    // Another segment of the client's is no SYN.
    CHECK(again(syn + syn_ack + syn + syn_ack + "--> R 1:1(0) -->\n" + syn_ack) == SentAgain::after_timeout);
  }
}
