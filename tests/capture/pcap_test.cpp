// pcap files in every byte order and time resolution, whole and damaged.
#include "files.hpp"
#include "support/catch.hpp"

using namespace tcplab::test;
using tcplab::LinkType;

namespace {
const Bytes one = hex("01"), three = hex("010203"), syn = frame({.flags = tcplab::TcpFlags::syn});
}

TEST_CASE("a pcap file is read in either byte order") {
  const Writer w{GENERATE(false, true)};
  const auto read =
      read_file(join({w.pcap_header(), w.pcap_record(1700000000, 250000, syn), w.pcap_record(1, 2, three, 97)}));
  CHECK_FALSE(read.problem);
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[0].nanoseconds == 1700000000'250000000);
  CHECK(read.records[0].link == LinkType::ethernet);
  CHECK(read.records[0].bytes == syn);
  CHECK(read.records[0].original_length_bytes == syn.size());
  CHECK(read.records[0].offset == 24);
  CHECK(read.records[0].number == 1);
  CHECK(read.records[1].nanoseconds == 1'000002000);
  CHECK(read.records[1].bytes == three);
  CHECK(read.records[1].original_length_bytes == 100);
  CHECK(read.records[1].offset == 24 + 16 + syn.size());
  CHECK(read.records[1].number == 2);
}

TEST_CASE("the magic number tells microseconds from nanoseconds") {
  const Writer w{GENERATE(false, true)};
  CHECK(read_file(join({w.pcap_header(0xa1b2c3d4), w.pcap_record(1, 5, one)})).records.at(0).nanoseconds ==
        1'000005000);
  CHECK(read_file(join({w.pcap_header(0xa1b23c4d), w.pcap_record(1, 5, one)})).records.at(0).nanoseconds ==
        1'000000005);
}

TEST_CASE("times up to the end of 32-bit seconds are read") {
  const Writer w;
  const auto read = read_file(join({w.pcap_header(), w.pcap_record(0xffffffff, 999999, one)}));
  CHECK(read.records.at(0).nanoseconds == 4294967295'999999000);
}

TEST_CASE("Kuznetzov's records are longer by eight bytes") {
  const Writer w{GENERATE(false, true)};
  const Bytes extra = hex("0000 0002 0800 00 00");
  Bytes record = w.pcap_record(1, 5, three);
  record.insert(record.begin() + 16, extra.begin(), extra.end());
  const auto read = read_file(join({w.pcap_header(0xa1b2cd34), record, record}));
  CHECK_FALSE(read.problem);
  REQUIRE(read.records.size() == 2);
  CHECK(read.records[1].bytes == three);
  CHECK(read.records[1].nanoseconds == 1'000005000);
}

TEST_CASE("link types are passed on, known or not, without what stands in the upper half") {
  const Writer w{GENERATE(false, true)};
  const auto link = [&](std::uint32_t field) {
    return read_file(join({w.pcap_header(0xa1b2c3d4, field), w.pcap_record(1, 1, one)})).records.at(0).link;
  };
  CHECK(link(276) == LinkType::linux_sll2);
  CHECK(link(147) == LinkType{147});
  CHECK(link(0x24000001) == LinkType::ethernet);
  CHECK(link(12) == LinkType::raw);  // DLT_RAW of Linux and BSD, OpenBSD's
  CHECK(link(14) == LinkType::raw);
}

TEST_CASE("a capture of nothing is no problem") {
  const auto read = read_file(Writer().pcap_header());
  CHECK(read.records.empty());
  CHECK_FALSE(read.problem);
}

TEST_CASE("a pcap record that is cut off is told with its offset") {
  const Writer w;
  const Bytes whole = join({w.pcap_header(), w.pcap_record(1, 1, three), w.pcap_record(2, 2, Bytes(74))});
  const auto body = read_file(first(whole, whole.size() - 34));
  REQUIRE(body.problem);
  CHECK(body.records.size() == 1);
  CHECK(body.problem->offset == 43);
  CHECK(body.problem->what == "record is cut off (40 of 74 bytes)");
  const auto header = read_file(first(whole, 50));
  REQUIRE(header.problem);
  CHECK(header.problem->offset == 43);
  CHECK(header.problem->what == "record header is cut off (7 of 16 bytes)");
}

TEST_CASE("a pcap record of a length that no frame has ends the reading") {
  const Writer w{GENERATE(false, true)};
  const Bytes liar = join({w.u32(1), w.u32(1), w.u32(0xfffffff0), w.u32(0xfffffff0), Bytes(100)});
  const auto read = read_file(join({w.pcap_header(), w.pcap_record(1, 1, three), liar}));
  CHECK(read.records.size() == 1);
  REQUIRE(read.problem);
  CHECK(read.problem->offset == 43 + 8);
  CHECK(read.problem->what == "record claims 4294967280 bytes, more than any frame has");
}
