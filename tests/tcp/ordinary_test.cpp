// What Flow and ZeekRecord do shortly with what opens a connection and with ordinary segments is what they would do at
// length with any.
#include <random>
#include <string>
#include <tuple>

#include "packet/tcp_flags.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/flow.hpp"
#include "tcp/zeek.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

/// Two ends that mostly follow the rules, so that much is ordinary, and often do not.
class Ends {
 public:
  Ends(std::uint32_t seed, const test::InitialNumbers& iss)
      : random_(seed), next_{iss.client, iss.server}, is_seen_from_start_(!happens(8)) {}

  SegmentHeader next_segment() {
    SegmentHeader segment;
    segment.from = happens(2) ? End::client : End::server;
    segment.flags = flags();
    segment.length = segment.has(syn) ? 0 : below(3) * below(3) * below(400);
    if (happens(12)) segment.length = 1;
    SeqNum& own = next_[index_of(segment.from)];
    const SeqNum others = next_[index_of(peer_of(segment.from))];
    segment.seq = strayed(own);
    if (segment.has(ack)) segment.ack = happens(4) ? strayed(acked_) : others;
    if (happens(3)) acked_ = others;
    if (segment.seq == own || happens(2)) own = segment.sequence_end();
    segment.window = static_cast<std::uint16_t>(happens(15) ? 0 : 64000 + below(2));
    segment.ip_identification = below(4);
    segment.hop_limit = static_cast<std::uint8_t>(happens(30) ? 40 : 64);
    segment.has_whole_header = !happens(80);
    ++count_;
    return segment;
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool happens(std::uint32_t once_in) { return below(once_in) == 0; }
  TcpFlags flags() {
    if (is_seen_from_start_ && count_ < 2 && !happens(8)) return count_ == 0 ? TcpFlags(syn) : syn | ack;
    if (happens(12)) return fin | ack;
    if (happens(40)) return happens(2) ? TcpFlags(rst) : rst | ack;
    if (happens(40)) return happens(2) ? TcpFlags(syn) : syn | ack;
    if (happens(60)) return TcpFlags(static_cast<std::uint16_t>(below(0x200)));
    return ack;
  }
  SeqNum strayed(SeqNum number) {
    if (!happens(6)) return number;
    if (happens(20)) return number + (happens(2) ? 0x70000000U : 0x90000000U);
    return happens(2) ? number + below(3000) : number - below(3000);
  }

  std::mt19937 random_;
  std::array<SeqNum, 2> next_;
  SeqNum acked_;
  bool is_seen_from_start_;
  unsigned count_ = 0;
};

auto all_of(const Flow::Notes& notes) {
  return std::tuple(bool(notes.client_syn), bool(notes.server_syn), bool(notes.completes), bool(notes.first_fin),
                    bool(notes.second_fin), bool(notes.acks_first_fin), bool(notes.acks_second_fin),
                    bool(notes.is_reset), bool(notes.takes_reset_back), bool(notes.foreign_syn),
                    bool(notes.stray_reset), bool(notes.challenge), bool(notes.duplicate_ack), bool(notes.after_hole),
                    notes.again);
}

auto all_of(const Flow& flow, End end) {
  return std::tuple(flow.in_time_wait(end), flow.segments(end), flow.bytes(end), flow.retransmissions(end),
                    flow.iss(end));
}

std::string reset_of(const Flow& flow) {
  const auto reset = flow.reset();
  if (!reset) return "none";
  return std::string(to_string(reset->by)) + ' ' + std::string(to_string(reset->cause)) + ' ' +
         std::to_string(reset->evidence) + (reset->after_close ? " after close" : "");
}

auto all_of(const Flow& flow) {
  return std::tuple(flow.opening(), flow.ending(), flow.closed_first(), reset_of(flow), flow.certainty(),
                    flow.is_over(), flow.spoke(), flow.accepted());
}

}  // namespace

TEST_CASE("an opening or ordinary segment changes a flow, and what Zeek calls it, as it would the long way") {
  const auto iss = GENERATE(from_range(std::begin(test::initial_numbers), std::end(test::initial_numbers)));
  constexpr unsigned conversations = 3000, segments_each = 40;
  for (unsigned seed = 0; seed < conversations; ++seed) {
    Ends ends(seed, iss);
    Flow flow, long_flow;
    ZeekRecord zeek, long_zeek;
    Timestamp now{std::chrono::hours(1)};
    bool is_same = true;
    unsigned count = 0;
    for (; count < segments_each && is_same; ++count) {
      const SegmentHeader segment = ends.next_segment();
      const Timestamp before = now;
      now += std::chrono::microseconds(300 + 900 * (seed % 5));
      is_same = all_of(flow.saw(segment, now, before)) == all_of(long_flow.saw_any(segment, now, before));
      zeek.saw(segment);
      long_zeek.saw_any(segment);
      is_same = is_same && all_of(flow) == all_of(long_flow);
      for (const End end : {End::client, End::server}) is_same = is_same && all_of(flow, end) == all_of(long_flow, end);
      is_same = is_same && zeek.history() == long_zeek.history() && zeek.conn_state() == long_zeek.conn_state();
    }
    INFO("conversation " << seed << ", segment " << count);
    REQUIRE(is_same);
  }
}
