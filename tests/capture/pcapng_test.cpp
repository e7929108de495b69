// pcapng files: sections, interfaces, every kind of packet block, comments, and damage that can be stepped over.
#include "files.hpp"
#include "support/catch.hpp"

using namespace tcplab::test;
using tcplab::LinkType;

namespace {
const Bytes one = hex("01"), three = hex("010203"), syn = frame({.flags = tcplab::TcpFlags::syn});
}

TEST_CASE("a pcapng file is read in either byte order") {
  const Writer w{GENERATE(false, true)};
  const Bytes front = join({w.section(), w.interface()});
  const auto read = read_file(join({front, w.enhanced(0, 1700000000'250000, syn), w.enhanced(0, 3, three, {}, 97)}));
  CHECK_FALSE(read.problem);
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].nanoseconds == 1700000000'250000000);
  CHECK(read.records[0].link == LinkType::ethernet);
  CHECK(read.records[0].bytes == syn);
  CHECK(read.records[0].offset == front.size());
  CHECK(read.records[0].number == 1);
  CHECK(read.records[1].bytes == three);
  CHECK(read.records[1].original_length_bytes == 100);
  CHECK(read.records[1].number == 2);
}

TEST_CASE("sections of different byte orders follow each other, and interfaces are counted through") {
  const Writer little{false}, big{true};
  const auto read =
      read_file(join({little.section(), little.interface(1), little.interface(113), little.enhanced(1, 1, one),
                      big.section(), big.interface(101), big.enhanced(0, 2, three)}));
  CHECK_FALSE(read.problem);
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].link == LinkType::linux_sll);
  CHECK(read.records[0].interface == 1);
  CHECK(read.records[1].link == LinkType::raw);
  CHECK(read.records[1].interface == 2);
  CHECK(read.records[1].nanoseconds == 2000);
}

TEST_CASE("each interface has a link type and a clock of its own") {
  const Writer w{GENERATE(false, true)};
  const auto read = read_file(join(
      {w.section(), w.interface(1), w.interface(0, w.option(9, {9})), w.enhanced(1, 5, one), w.enhanced(0, 5, one)}));
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].link == LinkType::null);
  CHECK(read.records[0].nanoseconds == 5);
  CHECK(read.records[1].link == LinkType::ethernet);
  CHECK(read.records[1].nanoseconds == 5000);
}

TEST_CASE("times are read in any resolution") {
  const auto [resolution, units, nanoseconds] = GENERATE(table<unsigned, std::uint64_t, std::int64_t>({
      {0, 7, 7'000000000},
      {3, 1234, 1'234000000},
      {6, 1234567, 1'234567000},
      {9, 1234567891, 1'234567891},
      {12, 1'234567891'999, 1'234567891},
      {27, 1'000000000'000000000, 1},
      {40, ~std::uint64_t{0}, 0},
      {0x7f, ~std::uint64_t{0}, 0},
      {0x80, 7, 7'000000000},
      {0x81, 3, 1'500000000},
      {0x8a, 1025, 1'000976562},
      {0xa0, 0x1'80000000, 1'500000000},
      {0xa1, 0x3'00000000, 1'500000000},
      {0xbf, 0xc000000000000000, 1'500000000},
      {0xc0, 0x8000000000000000, 500000000},
      {0xff, ~std::uint64_t{0}, 0},
  }));
  CAPTURE(resolution, units);
  const Writer w{GENERATE(false, true)};
  const Bytes clock = w.option(9, {static_cast<std::uint8_t>(resolution)});
  const auto read = read_file(join({w.section(), w.interface(1, clock), w.enhanced(0, units, one)}));
  CHECK(read.records.at(0).nanoseconds == nanoseconds);
}

TEST_CASE("an interface's clock may be set off by seconds in either direction") {
  const Writer w{GENERATE(false, true)};
  const std::int64_t seconds = GENERATE(1700000000, -3600);
  const Bytes clock = join({w.option(14, w.u64(static_cast<std::uint64_t>(seconds))), w.option(0, {})});
  const auto read = read_file(join({w.section(), w.interface(1, clock), w.enhanced(0, 5, one)}));
  CHECK(read.records.at(0).nanoseconds == seconds * 1000000000 + 5000);
}

TEST_CASE("the difference of two times is a number, however damaged their clock") {
  const Writer w;
  const auto time = [&](std::uint64_t offset_seconds, std::uint64_t nanoseconds) {
    const Bytes clock = join({w.option(9, {9}), w.option(14, w.u64(offset_seconds))});
    return read_file(join({w.section(), w.interface(1, clock), w.enhanced(0, nanoseconds, one)}))
        .records.at(0)
        .nanoseconds;
  };
  constexpr std::uint64_t end_of_pcap = std::uint64_t{0xffffffff} * 1'000'000'000 + 999'999'999;
  CHECK(time(0, end_of_pcap) == end_of_pcap);
  const std::int64_t latest = time(0, 0x7fffffffffffffff), earliest = time(0, 0x8000000000000000);
  CHECK(latest > static_cast<std::int64_t>(end_of_pcap));
  CHECK(earliest < 0);
  CHECK(latest - earliest == (std::int64_t{1} << 62) - 1);
}

TEST_CASE("an obsolete packet block is read as an enhanced one is") {
  const Writer w{GENERATE(false, true)};
  const auto read = read_file(join({w.section(), w.interface(), w.interface(101), w.old(1, 5, three)}));
  REQUIRE(read.records.size() == 1);
  CHECK(read.records[0].link == LinkType::raw);
  CHECK(read.records[0].nanoseconds == 5000);
  CHECK(read.records[0].bytes == three);
}

TEST_CASE("a simple packet block is as long as it was, but for the snap length and its block") {
  const Writer w{GENERATE(false, true)};
  const Bytes eight = hex("0102030405060708");
  const auto read = read_file(join({w.section(), w.interface(1, {}, 6), w.simple(3, three), w.simple(100, eight)}));
  CHECK_FALSE(read.problem);
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].bytes == three);
  CHECK(read.records[0].nanoseconds == 0);
  CHECK(read.records[1].bytes == first(eight, 6));
  CHECK(read.records[1].original_length_bytes == 100);
  const auto unbounded = read_file(join({w.section(), w.interface(1, {}, 0), w.simple(100, eight)}));
  CHECK(unbounded.records.at(0).bytes == eight);
}

TEST_CASE("the first comment of a packet is given") {
  const Writer w{GENERATE(false, true)};
  const Bytes options =
      join({w.option(2, w.u32(0)), w.option(1, text_bytes("the FIN")), w.option(1, text_bytes("again")),
            w.option(0, {}), w.option(1, text_bytes("behind the end"))});
  const auto read =
      read_file(join({w.section(), w.interface(), w.enhanced(0, 1, three, options), w.enhanced(0, 2, three)}));
  CHECK_FALSE(read.problem);
  CHECK(read.records.at(0).comment == "the FIN");
  CHECK(read.records.at(1).comment.empty());
}

TEST_CASE("unknown blocks are passed over, however long") {
  const Writer w{GENERATE(false, true)};
  const std::uint32_t length = 17 * 1024 * 1024;
  const Bytes huge = join({w.u32(0x0bad), w.u32(length), Bytes(length - 12), w.u32(length)});
  const auto read = read_file(join({w.section(), w.block(5, Bytes(16)), w.interface(), w.block(0x80000001, three), huge,
                                    w.enhanced(0, 1, three), w.block(4, {})}));
  CHECK_FALSE(read.problem);
  CHECK(read.records.size() == 1);
}

TEST_CASE("a bad body in a block of trustworthy length is told, and reading goes on") {
  const Writer w{GENERATE(false, true)};
  const Bytes front = join({w.section(), w.interface()}), good = w.enhanced(0, 1, three);
  const auto [bad, what] = GENERATE_COPY(table<Bytes, std::string>({
      {w.enhanced(9, 1, three), "packet of interface 9, which is not described"},
      {w.block(6, Bytes(16)), "packet block is too short"},
      {w.block(3, {}), "packet block is too short"},
      {w.block(6, join({Bytes(12), w.u32(65536), w.u32(65536)})),
       "packet claims 65536 bytes, more than its block holds"},
      {w.block(1, Bytes(4)), "interface block is too short"},
  }));
  const auto read = read_file(join({front, bad, good}));
  REQUIRE(read.problem);
  CHECK(read.problem->offset == front.size());
  CHECK(read.problem->what == what);
  REQUIRE(read.records.size() == 1);
  CHECK(read.records[0].bytes == three);
  CHECK(read.records[0].number == 1);
}

TEST_CASE("a packet with broken options is still given") {
  const Writer w;
  const auto read =
      read_file(join({w.section(), w.interface(), w.enhanced(0, 1, three, join({w.u16(1), w.u16(400)}))}));
  REQUIRE(read.problem);
  CHECK(read.problem->what == "option goes beyond its block");
  CHECK(read.records.size() == 1);
}

TEST_CASE("a block whose length cannot be trusted ends the reading") {
  const Writer w{GENERATE(false, true)};
  const Bytes front = join({w.section(), w.interface(), w.enhanced(0, 1, three)}), good = w.enhanced(0, 2, three);
  const auto [bad, at, what] = GENERATE_COPY(table<Bytes, std::size_t, std::string>({
      {join({w.u32(6), w.u32(8), Bytes(24)}), 4, "block length 8 is impossible"},
      {join({w.u32(6), w.u32(33), Bytes(24)}), 4, "block length 33 is impossible"},
      {join({w.u32(5), w.u32(16), Bytes(4), w.u32(20)}), 12, "block length is 16 in front but 20 behind"},
      {join({w.u32(6), w.u32(0xfffffff0), Bytes(8)}), 4, "block claims 4294967280 bytes, more than any packet has"},
      {join({w.u32(5), w.u32(0xfffffff0), Bytes(8)}), 0,
       "block is cut off (" + std::to_string(16 + good.size()) + " of 4294967280 bytes)"},
      {join({w.u32(0x0a0d0d0a), w.u32(28), Bytes(20)}), 8, "byte-order magic of the section is unknown"},
  }));
  const auto read = read_file(join({front, bad, good}));
  CHECK(read.records.size() == 1);
  REQUIRE(read.problem);
  CHECK(read.problem->what == what);
  CHECK(read.problem->offset == front.size() + at);
}

TEST_CASE("a section of another version ends the reading") {
  const Writer w;
  const auto read = read_file(join({w.section(2), w.interface(), w.enhanced(0, 1, three)}));
  CHECK(read.records.empty());
  REQUIRE(read.problem);
  CHECK(read.problem->what == "pcapng version 2 is unknown");
}

TEST_CASE("a packet of the section before cannot use this section's interfaces") {
  const Writer w;
  const auto read = read_file(join({w.section(), w.interface(), w.section(), w.enhanced(0, 1, three)}));
  CHECK(read.records.empty());
  CHECK(read.problem);
}
