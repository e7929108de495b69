// The installed tshark flags segments that nobody would send as tcplab thinks it would: connections made by chance,
// with holes, repetitions, closed windows, wrong ACKs and second SYNs.
#include <algorithm>
#include <array>
#include <random>

#include "capture/files.hpp"
#include "installed.hpp"
#include "packet/tcp_flags.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::test;
using enum TcpFlags::Bit;

namespace {

/// What an end has sent so far.
struct Talker {
  std::uint32_t first = 0, next = 0, last_ack = 0;
  std::uint16_t window = 1000;
};

/// Makes connections, one behind the other, into one capture.
class Chance {
 public:
  /// With the same seed it makes the same on every machine.
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  void connection(std::uint8_t n) {
    n_ = n;
    now_ += 1'000'000'000'000;
    for (Talker& end : ends_) {
      end = {};
      end.first = pick<std::uint32_t>({0, 1000, drawn(), 0xfffffff0});
      end.next = end.first + 1;
    }
    ends_[0].last_ack = ends_[1].next;
    ends_[1].last_ack = ends_[0].next;
    if (!one_in(5)) handshake();
    const unsigned count = 3 + below(22);
    for (unsigned i = 0; i < count; ++i) segment();
  }
  [[nodiscard]] std::string file() const {
    const Bytes header = Writer{}.pcap_header(0xa1b23c4d, 101);
    return std::string(header.begin(), header.end()) + std::string(records_.begin(), records_.end());
  }

 private:
  [[nodiscard]] std::uint32_t drawn() { return static_cast<std::uint32_t>(random_()); }
  [[nodiscard]] std::uint32_t below(std::uint32_t limit) { return drawn() % limit; }
  [[nodiscard]] bool one_in(std::uint32_t times) { return below(times) == 0; }
  template <typename T>
  [[nodiscard]] T pick(std::initializer_list<T> from) {
    return *(from.begin() + below(static_cast<std::uint32_t>(from.size())));
  }

  void handshake() {
    put(0, syn, ends_[0].first, 0, 0, scale());
    wait(below(30'000'000));
    if (!one_in(10)) put(1, syn | ack, ends_[1].first, ends_[0].next, 0, scale());
    wait(below(30'000'000));
    if (!one_in(10)) put(0, ack, ends_[0].next, ends_[1].next, 0, {});
  }
  [[nodiscard]] Bytes scale() { return one_in(2) ? Bytes{} : Bytes{3, 3, static_cast<std::uint8_t>(below(9)), 1}; }

  void segment() {
    wait(pick<std::uint32_t>({0, 1000, below(5'000'000), below(60'000'000), below(1'000'000'000)}));
    if (one_in(50)) now_ -= below(5'000'000);
    const std::size_t from = below(2);
    Talker &own = ends_[from], &peer = ends_[1 - from];
    TcpFlags flags = one_in(3) ? psh | ack : TcpFlags(ack);
    if (one_in(14)) flags = flags | fin;
    if (one_in(33)) flags = flags | rst;
    if (one_in(33)) flags = one_in(2) ? TcpFlags(syn) : syn | ack;
    if (one_in(50)) flags = psh;
    std::uint32_t length = pick<std::uint32_t>({0, 0, 0, 1, 1, 5, 10, 20, 100});
    if (length > 0 && one_in(10)) length = std::max<std::uint32_t>(1, peer.window);
    const std::int32_t step = one_in(2) ? 0 : pick<std::int32_t>({-1, -1, 5, -5, -10, 10, 20});
    std::uint32_t seq = own.next + static_cast<std::uint32_t>(step);
    if (flags.has(syn) && !one_in(3)) seq = own.first;
    own.last_ack =
        pick<std::uint32_t>({own.last_ack, own.last_ack, peer.next, peer.next, peer.next + 10, peer.next - 5});
    own.window = pick<std::uint16_t>({own.window, own.window, own.window, own.window, 0, 0, 20, 100, 2000});
    put(from, flags, seq, own.last_ack, length, {});
    const std::uint32_t end = seq + length + (flags.has(syn) || flags.has(fin) ? 1 : 0);
    if (end - own.next < 0x80000000) own.next = end;
  }

  void wait(std::uint32_t nanoseconds) { now_ += nanoseconds; }
  void put(std::size_t from, TcpFlags flags, std::uint32_t seq, std::uint32_t ack_number, std::uint32_t length,
           const Bytes& options) {
    const Writer big{true};
    const auto port = [](std::size_t end) { return end == 0 ? 40000U : 80U; };
    const auto address = [&](std::size_t end) { return Bytes{10, 9, n_, static_cast<std::uint8_t>(end + 1)}; };
    const Bytes tcp = join({big.u16(port(from)), big.u16(port(1 - from)), big.u32(seq), big.u32(ack_number),
                            big.u16(((5 + options.size() / 4) << 12) | flags.bits()), big.u16(ends_[from].window),
                            big.u32(0), options, Bytes(length, 'x')});
    const Bytes packet = join({Bytes{0x45, 0}, big.u16(20 + tcp.size()), Bytes{0, 1, 0, 0, 64, 6, 0, 0}, address(from),
                               address(1 - from), tcp});
    const Bytes record = Writer{}.pcap_record(static_cast<std::uint32_t>(now_ / 1'000'000'000),
                                              static_cast<std::uint32_t>(now_ % 1'000'000'000), packet);
    records_.insert(records_.end(), record.begin(), record.end());
  }

  std::mt19937 random_;
  std::array<Talker, 2> ends_;
  std::uint8_t n_ = 0;
  std::uint64_t now_ = 1'700'000'000'000'000'000;
  Bytes records_;
};

}  // namespace

TEST_CASE("tshark flags the segments of connections made by chance as tcplab thinks it would") {
  const std::string tshark = installed("tshark");
  Chance chance(20261120);
  for (unsigned n = 0; n < 250; ++n) chance.connection(static_cast<std::uint8_t>(n));
  const TemporaryDirectory folder;
  const std::string path = folder.write("chance.pcap", chance.file()).string();
  const auto theirs = said_by_tshark(tshark, path), ours = said_by_us(read_capture(path));
  const bool may_compare_analysis = has_rules_we_follow(tshark);
  REQUIRE(theirs.size() > 2000);
  REQUIRE(theirs.size() == ours.size());
  for (const auto& [frame, said] : theirs) {
    INFO("frame " << frame);
    CHECK(ours.at(frame).completeness == said.completeness);
    if (may_compare_analysis) CHECK(ours.at(frame).analysis == said.analysis);
  }
}
