// What Wireshark flags, rule by rule: each flag, what earns it, and what comes close without earning it.
#include "tcp/wireshark.hpp"

#include <numeric>

#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;
using namespace std::chrono_literals;

namespace {

/// Says what it saw in numbers relative to each end's initial one. Time passes only by after().
class Wire {
 public:
  explicit Wire(const test::InitialNumbers& iss, bool ports_were_used = false, Timestamp start = Timestamp{1h})
      : iss_(iss), flags_(ports_were_used), now_(start) {}

  struct Numbers {
    std::uint32_t seq = 0, ack = 0, length = 0;
    std::uint16_t window = 1000;
    std::vector<std::uint8_t> options{};
  };
  Wire& client(TcpFlags flags, const Numbers& numbers) { return saw(End::client, flags, numbers); }
  Wire& server(TcpFlags flags, const Numbers& numbers) { return saw(End::server, flags, numbers); }
  /// From here on the capture has not all bytes of a header.
  Wire& without_whole_header() { return has_whole_header_ = false, *this; }
  Wire& with_whole_header() { return has_whole_header_ = true, *this; }
  Wire& after(std::chrono::nanoseconds passed) {
    now_ += passed;
    return *this;
  }

  /// The handshake, which takes 20 ms.
  Wire& opens() {
    client(syn, {}).server(syn | ack, {.ack = 1}).after(20ms).client(ack, {.seq = 1, .ack = 1});
    return *this;
  }
  /// What the latest segment is flagged as.
  [[nodiscard]] std::string flagged() const {
    const auto names = opinion_.names();
    return std::accumulate(names.begin(), names.end(), std::string(), [](std::string all, std::string_view name) {
      return all + (all.empty() ? "" : " ") + std::string(name);
    });
  }
  [[nodiscard]] std::uint32_t duplicate_ack_number() const { return opinion_.duplicate_ack_number; }

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
    segment.options = numbers.options;
    segment.has_whole_header = has_whole_header_;
    segment.departed = segment.arrived = Sighting{now_, ++frame_};
    opinion_ = flags_.saw(segment);
    return *this;
  }

  test::InitialNumbers iss_;
  WiresharkFlags flags_;
  WiresharkOpinion opinion_;
  Timestamp now_;
  std::uint64_t frame_ = 0;
  bool has_whole_header_ = true;
};

const TcpFlags data = psh | ack;

}  // namespace

TEST_CASE("Wireshark flags nothing in a connection where all goes well") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    CHECK(wire.client(syn, {}).flagged().empty());
    CHECK(wire.server(syn | ack, {.ack = 1}).flagged().empty());
    CHECK(wire.client(ack, {.seq = 1, .ack = 1}).flagged().empty());
    CHECK(wire.client(data, {.seq = 1, .ack = 1, .length = 5}).flagged().empty());
    CHECK(wire.server(ack, {.seq = 1, .ack = 6}).flagged().empty());
    CHECK(wire.client(fin | ack, {.seq = 6, .ack = 1}).flagged().empty());
    CHECK(wire.server(fin | ack, {.seq = 1, .ack = 7}).flagged().empty());
    CHECK(wire.client(ack, {.seq = 7, .ack = 2}).flagged().empty());
  }
}

TEST_CASE("to Wireshark what comes again late is a retransmission, and soon after later numbers out of order") {
  for (const auto& iss : test::initial_numbers) {
    const auto sent = [&](std::chrono::nanoseconds passed) {
      Wire wire(iss);
      wire.opens().client(data, {.seq = 1, .ack = 1, .length = 5}).client(data, {.seq = 6, .ack = 1, .length = 5});
      return wire.after(passed).client(data, {.seq = 1, .ack = 1, .length = 5}).flagged();
    };
    CHECK(sent(20ms) == "retransmission");
    CHECK(sent(20ms - 1ns) == "out_of_order");
    CHECK(sent(-1ns) == "retransmission");  // the clock went backwards
    Wire last(iss);
    last.opens().client(data, {.seq = 1, .ack = 1, .length = 5});
    CHECK(last.client(data, {.seq = 1, .ack = 1, .length = 5}).flagged() == "retransmission");
  }
}

TEST_CASE("to Wireshark a SYN at the time zero tells no round trip") {
  for (const auto& iss : test::initial_numbers) {
    const auto flagged = [&](Timestamp start) {
      Wire wire(iss, false, start);
      wire.client(syn, {}).after(1us).client(ack, {.seq = 41, .ack = 1, .length = 2});
      return wire.after(5us).client(ack, {.seq = 1, .ack = 1, .length = 38}).flagged();
    };
    CHECK(flagged(Timestamp{}) == "out_of_order");
    CHECK(flagged(Timestamp{1h}) == "retransmission");
  }
}

TEST_CASE("to Wireshark a repeated SYN and a repeated FIN are retransmissions") {
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss).client(syn, {}).client(syn, {}).flagged() == "retransmission");
    Wire wire(iss);
    wire.opens().client(fin | ack, {.seq = 1, .ack = 1});
    CHECK(wire.client(fin | ack, {.seq = 1, .ack = 1}).flagged() == "retransmission");
    CHECK(wire.client(rst | ack, {.seq = 1, .ack = 1}).flagged().empty());
  }
}

TEST_CASE("to Wireshark what was acknowledged and comes again is a spurious retransmission") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(data, {.seq = 1, .ack = 1, .length = 5}).server(ack, {.seq = 1, .ack = 6});
    CHECK(wire.client(data, {.seq = 1, .ack = 1, .length = 5}).flagged() == "retransmission spurious_retransmission");
  }
}

TEST_CASE("to Wireshark a retransmission is fast within 20 ms of the second duplicate ACK") {
  for (const auto& iss : test::initial_numbers) {
    const auto sent = [&](int duplicates, std::chrono::nanoseconds passed) {
      Wire wire(iss);
      wire.opens();
      wire.client(data, {.seq = 1, .ack = 1, .length = 5}).client(data, {.seq = 6, .ack = 1, .length = 5}).after(1s);
      for (int i = 0; i < duplicates; ++i) wire.server(ack, {.seq = 1, .ack = 1});
      CHECK(wire.duplicate_ack_number() == static_cast<std::uint32_t>(duplicates));
      return wire.after(passed).client(data, {.seq = 1, .ack = 1, .length = 5}).flagged();
    };
    CHECK(sent(2, 19ms) == "retransmission fast_retransmission");
    CHECK(sent(2, 20ms) == "retransmission");
    CHECK(sent(1, 1ms) == "retransmission");
  }
}

TEST_CASE(
    "to Wireshark a retransmission is fast, too, soon after an ACK from an end whose own segments were not seen") {
  for (const auto& iss : test::initial_numbers) {
    const auto sent = [&](std::uint32_t servers_next) {
      Wire wire(iss);
      wire.opens().client(data, {.seq = 1, .ack = 1, .length = 5}).after(1s).server(ack, {.seq = 1, .ack = 1});
      return wire.client(data, {.seq = 1, .ack = servers_next, .length = 5}).flagged();
    };
    CHECK(sent(1) == "retransmission");
    CHECK(sent(30) == "retransmission fast_retransmission");
  }
}

TEST_CASE("to Wireshark a SYN that comes again forgets what was seen behind a hole") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(data, {.seq = 21, .ack = 1, .length = 5}).after(1s);
    CHECK(wire.client(syn, {}).flagged() == "retransmission");
    CHECK(wire.client(data, {.seq = 26, .ack = 1, .length = 5}).flagged() == "lost_segment");
  }
}

TEST_CASE("to Wireshark a hole before a segment is a lost one, and its ACK is that of an unseen segment") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens();
    CHECK(wire.client(data, {.seq = 6, .ack = 1, .length = 5}).flagged() == "lost_segment");
    CHECK(wire.server(ack, {.seq = 1, .ack = 11}).flagged() == "ack_lost_segment");
    CHECK(wire.server(data, {.seq = 1, .ack = 11, .length = 5}).flagged().empty());
    CHECK(Wire(iss).opens().client(rst, {.seq = 9}).flagged().empty());
  }
}

TEST_CASE("to Wireshark an ACK beyond all that was seen is told once, until its end goes on") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens();
    CHECK(wire.server(ack, {.seq = 1, .ack = 50}).flagged() == "ack_lost_segment");
    CHECK(wire.server(ack, {.seq = 1, .ack = 60}).flagged().empty());
    CHECK(wire.client(ack, {.seq = 60, .ack = 1}).flagged() == "lost_segment");
    CHECK(wire.server(ack, {.seq = 1, .ack = 70}).flagged() == "ack_lost_segment");
    wire.client(ack, {.seq = 60, .ack = 2});
    CHECK(wire.server(ack, {.seq = 1, .ack = 80}).flagged() == "ack_lost_segment");
  }
}

TEST_CASE("to Wireshark an ACK with a new window is a window update, and with the same one a duplicate") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().server(ack, {.seq = 1, .ack = 1, .window = 2000});
    CHECK(wire.flagged() == "window_update");
    CHECK(wire.server(ack, {.seq = 1, .ack = 1, .window = 2000}).flagged() == "duplicate_ack");
    CHECK(wire.server(ack, {.seq = 1, .ack = 1, .window = 2000}).duplicate_ack_number() == 2);
    CHECK(wire.server(fin | ack, {.seq = 1, .ack = 1, .window = 2000}).flagged().empty());
  }
}

TEST_CASE("Wireshark's names for a closed window, its probes and its opening") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(data, {.seq = 1, .ack = 1, .length = 5});
    CHECK(wire.server(ack, {.seq = 1, .ack = 6, .window = 0}).flagged() == "zero_window");
    CHECK(wire.client(ack, {.seq = 6, .ack = 1, .length = 1}).flagged() == "zero_window_probe");
    CHECK(wire.server(ack, {.seq = 1, .ack = 6, .window = 0}).flagged() == "zero_window zero_window_probe_ack");
    CHECK(wire.server(ack, {.seq = 1, .ack = 6, .window = 900}).flagged() == "window_update");
    CHECK(wire.client(data, {.seq = 6, .ack = 1, .length = 4}).flagged().empty());
    CHECK(wire.server(rst | ack, {.seq = 1, .ack = 10, .window = 0}).flagged().empty());
  }
}

TEST_CASE("to Wireshark data up to the edge of the window fills it, by the scale that the SYN told") {
  const std::vector<std::uint8_t> by_four = {3, 3, 2};
  for (const auto& iss : test::initial_numbers) {
    Wire unscaled(iss);
    unscaled.opens().server(ack, {.seq = 1, .ack = 1, .window = 100});
    CHECK(unscaled.client(data, {.seq = 1, .ack = 1, .length = 99}).flagged().empty());
    CHECK(unscaled.client(data, {.seq = 100, .ack = 1, .length = 1}).flagged() == "window_full");
    Wire scaled(iss);
    scaled.client(syn, {.options = by_four}).server(syn | ack, {.ack = 1, .options = by_four});
    scaled.client(ack, {.seq = 1, .ack = 1}).server(ack, {.seq = 1, .ack = 1, .window = 100});
    CHECK(scaled.client(data, {.seq = 1, .ack = 1, .length = 400}).flagged() == "window_full");
    scaled.client(syn, {}).server(ack, {.seq = 1, .ack = 401, .window = 100});
    CHECK(scaled.client(data, {.seq = 401, .ack = 1, .length = 400}).flagged() == "window_full");
    Wire one_sided(iss);
    one_sided.client(syn, {}).server(syn | ack, {.ack = 1, .options = by_four});
    one_sided.client(ack, {.seq = 1, .ack = 1}).server(ack, {.seq = 1, .ack = 1, .window = 100});
    CHECK(one_sided.client(data, {.seq = 1, .ack = 1, .length = 100}).flagged() == "window_full");
    Wire unknown(iss);
    unknown.server(ack, {.seq = 1, .ack = 1, .window = 100});
    CHECK(unknown.client(data, {.seq = 1, .ack = 1, .length = 100}).flagged().empty());
  }
}

TEST_CASE("to Wireshark one number before the next is a keep-alive, whose answer is none of the duplicate ACKs") {
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.opens().client(data, {.seq = 1, .ack = 1, .length = 5}).server(ack, {.seq = 1, .ack = 6});
    CHECK(wire.client(ack, {.seq = 5, .ack = 1}).flagged() == "keep_alive");
    CHECK(wire.server(ack, {.seq = 1, .ack = 6}).flagged() == "keep_alive_ack");
    CHECK(wire.client(ack, {.seq = 5, .ack = 1, .length = 1}).flagged() == "keep_alive");
    CHECK(wire.client(ack, {.seq = 4, .ack = 1}).flagged().empty());
  }
}

TEST_CASE("Wireshark flags ports that are used again, at a SYN with another number") {
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss, true).client(syn, {}).flagged() == "reused_ports");
    CHECK(Wire(iss, true).client(ack, {.seq = 1, .ack = 1}).flagged().empty());
    Wire wire(iss);
    wire.opens();
    CHECK(wire.client(syn, {.seq = 1000}).flagged() == "reused_ports");
    CHECK(wire.server(syn | ack, {.seq = 77, .ack = 1001}).flagged().empty());
    CHECK(wire.server(syn | ack, {.seq = 99, .ack = 1001}).flagged() == "lost_segment reused_ports");
  }
}

TEST_CASE("Wireshark tells whether data of a Fast Open SYN was taken") {
  const std::vector<std::uint8_t> cookie = {34, 6, 1, 2, 3, 4}, request = {34, 2},
                                  experimental = {254, 8, 0xf9, 0x89, 1, 2, 3, 4};
  for (const auto& iss : test::initial_numbers) {
    CHECK(Wire(iss).client(syn, {.options = request}).flagged().empty());
    CHECK(Wire(iss).client(syn, {.length = 3, .options = experimental}).flagged() == "tfo_syn");
    Wire taken(iss);
    CHECK(taken.client(syn, {.length = 3, .options = cookie}).flagged() == "tfo_syn");
    CHECK(taken.server(syn | ack, {.ack = 4}).flagged() == "tfo_ack");
    Wire ignored(iss);
    ignored.client(syn, {.length = 3, .options = cookie});
    CHECK(ignored.server(syn | ack, {.ack = 1}).flagged() == "tfo_ignored");
  }
}

TEST_CASE("times are compared without their sign: a gap further back than the round trip is shorter") {
  for (const auto& iss : test::initial_numbers) {
    const auto late_segment = [&](std::chrono::nanoseconds gap) {
      Wire wire(iss);
      wire.client(syn, {}).server(syn | ack, {.ack = 1}).after(-10ms).client(ack, {.seq = 1, .ack = 1});
      wire.client(data, {.seq = 11, .ack = 1, .length = 10}).after(gap);
      return wire.client(data, {.seq = 1, .ack = 1, .length = 10}).flagged();
    };
    CHECK(late_segment(-20ms) == "out_of_order");
    CHECK(late_segment(-1ms) == "retransmission");
  }
}

TEST_CASE("the latest SYN that offers a window scale tells it, and one whose options were cut off tells nothing") {
  const std::vector<std::uint8_t> scale = {1, 3, 3, 4}, scale_by_one = {1, 3, 3, 0};
  for (const auto& iss : test::initial_numbers) {
    Wire later(iss);
    later.client(syn, {.options = scale}).server(syn | ack, {.ack = 1, .options = scale});
    later.client(ack, {.seq = 1, .ack = 1}).server(syn | ack, {.ack = 1, .options = scale_by_one});
    later.server(ack, {.seq = 1, .ack = 1, .window = 20});
    CHECK(later.client(data, {.seq = 1, .ack = 1, .length = 20}).flagged() == "window_full");
    Wire cut(iss);
    cut.without_whole_header().client(syn, {}).server(syn | ack, {.ack = 1});
    cut.with_whole_header().client(ack, {.seq = 1, .ack = 1}).server(ack, {.seq = 1, .ack = 1, .window = 20});
    CHECK(cut.client(data, {.seq = 1, .ack = 1, .length = 20}).flagged().empty());
  }
}

TEST_CASE("Fast Open data of one end is ignored by whoever sends a SYN,ACK that does not acknowledge it") {
  const std::vector<std::uint8_t> cookie = {34, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  for (const auto& iss : test::initial_numbers) {
    Wire wire(iss);
    wire.client(syn, {.length = 5, .options = cookie});
    CHECK(wire.client(syn | ack, {.ack = 1}).flagged().find("tfo_ignored") != std::string::npos);
  }
}
