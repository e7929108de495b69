// Records taken several at a time, and out of the file in chunks: they are those that come one by one.
#include <algorithm>
#include <thread>

#include "files.hpp"
#include "support/catch.hpp"
#include "temporary_file.hpp"

using namespace tcplab::test;
using tcplab::CaptureChunk, tcplab::CaptureReader, tcplab::CaptureRecord;

namespace {

Bytes numbered(std::size_t number) {
  return Bytes(number % 200, static_cast<std::uint8_t>(number));
}

Bytes long_pcap() {
  const Writer w;
  Bytes file = w.pcap_header();
  for (std::size_t i = 0; i < 10000; ++i) {
    const Bytes record =
        w.pcap_record(static_cast<std::uint32_t>(i), 0, i == 7000 ? Bytes(700000) : numbered(i), i % 3);
    file.insert(file.end(), record.begin(), record.end());
  }
  return file;
}

/// Sections in both byte orders, interfaces that come late, blocks that hold no packet, packets that cannot be read.
Bytes varied_pcapng() {
  Bytes file;
  for (std::size_t section = 0; section < 6; ++section) {
    const Writer w{section % 2 == 1};
    std::vector<Bytes> blocks = {w.section(), w.interface(1), w.interface(113)};
    for (std::size_t i = 0; i < 500; ++i) {
      const Bytes options = i % 4 == 0 ? w.option(1, text_bytes("a comment")) : Bytes();
      blocks.push_back(w.enhanced(i % 2, i, numbered(i), options));
      if (i % 5 == 0) blocks.push_back(w.simple(i, numbered(i)));
      if (i % 7 == 0) blocks.push_back(w.old(1, i, numbered(i)));
      if (i % 50 == 0) blocks.push_back(w.block(0x0bad, Bytes(i)));
      if (i % 100 == 0) blocks.push_back(w.enhanced(99, i, numbered(i)));
      if (i == 250) blocks.push_back(w.interface(101));
    }
    for (const Bytes& block : blocks) file.insert(file.end(), block.begin(), block.end());
  }
  return file;
}

Bytes with_end_missing(Bytes file) {
  file.resize(file.size() - 30);
  return file;
}

/// A capture in memory and on disk.
struct Opened {
  explicit Opened(const Bytes& content) : bytes(content), file(content) {}
  [[nodiscard]] std::vector<CaptureReader> readers() const {
    std::vector<CaptureReader> all;
    all.push_back(CaptureReader::from_memory(bytes, "x.pcap"));
    all.push_back(CaptureReader::open(file.path()));
    return all;
  }
  Bytes bytes;
  TemporaryFile file;
};

std::vector<Bytes> files() {
  return {long_pcap(), varied_pcapng(), with_end_missing(long_pcap()), with_end_missing(varied_pcapng()),
          Writer().pcap_header()};
}

void check_problem(const CaptureReader& reader, const ReadFile& expected) {
  REQUIRE(reader.problem().has_value() == expected.problem.has_value());
  if (!expected.problem) return;
  CHECK(reader.problem()->offset == expected.problem->offset);
  CHECK(reader.problem()->what == expected.problem->what);
}

}  // namespace

TEST_CASE("batches hold the records that come one by one") {
  const std::size_t size = GENERATE(as<std::size_t>(), 1, 3, 64);
  for (const Bytes& file : files()) {
    const Opened opened(file);
    const ReadFile expected = read_file(file);
    for (CaptureReader& reader : opened.readers()) {
      std::vector<Record> records;
      std::vector<CaptureRecord> batch(size);
      while (const std::size_t count = reader.next(std::span(batch))) {
        REQUIRE(count <= size);
        for (std::size_t i = 0; i < count; ++i) records.push_back(copy_of(batch[i]));
      }
      CHECK((records == expected.records));
      check_problem(reader, expected);
    }
  }
}

TEST_CASE("chunks hold the records that come one by one, and are read in other threads") {
  const std::size_t max_bytes = GENERATE(as<std::size_t>(), 1, 5000, 512 * 1024);
  for (const Bytes& file : files()) {
    const Opened opened(file);
    const ReadFile expected = read_file(file);
    for (CaptureReader& reader : opened.readers()) {
      std::vector<CaptureChunk> chunks(1);
      while (reader.next_chunk(chunks.back(), max_bytes)) chunks.emplace_back();
      check_problem(reader, expected);
      std::vector<Record> records;
      std::size_t counted = 0;
      std::thread([&] {
        CaptureRecord record;
        for (CaptureChunk& chunk : chunks) {
          while (chunk.next(record)) records.push_back(copy_of(record));
          counted += chunk.record_count();
        }
      }).join();
      CHECK((records == expected.records));
      CHECK(counted == expected.records.size());
    }
  }
}

TEST_CASE("a chunk that is used again holds the new records only") {
  for (const Bytes& file : files()) {
    const Opened opened(file);
    const ReadFile expected = read_file(file);
    for (CaptureReader& reader : opened.readers()) {
      CaptureChunk chunk;
      std::vector<Record> records;
      std::vector<CaptureRecord> batch(64);
      while (reader.next_chunk(chunk)) {
        while (const std::size_t count = chunk.next(std::span(batch))) {
          for (std::size_t i = 0; i < count; ++i) records.push_back(copy_of(batch[i]));
        }
      }
      CHECK((records == expected.records));
      CHECK(chunk.record_count() == 0);
      CaptureRecord record;
      CHECK_FALSE(chunk.next(record));
    }
  }
}

TEST_CASE("records, batches and chunks may be taken in turn") {
  for (const Bytes& file : files()) {
    const Opened opened(file);
    const ReadFile expected = read_file(file);
    for (CaptureReader& reader : opened.readers()) {
      std::vector<Record> records;
      CaptureChunk chunk;
      std::vector<CaptureRecord> batch(10);
      CaptureRecord record;
      for (bool more = true; more;) {
        more = reader.next(record);
        if (more) records.push_back(copy_of(record));
        const std::size_t count = reader.next(std::span(batch));
        for (std::size_t i = 0; i < count; ++i) records.push_back(copy_of(batch[i]));
        reader.next_chunk(chunk, 3000);
        while (chunk.next(record)) records.push_back(copy_of(record));
      }
      CHECK((records == expected.records));
      check_problem(reader, expected);
    }
  }
}

TEST_CASE("a record that was used before keeps nothing of that") {
  const Writer w;
  const Bytes file = join({w.section(), w.interface(1), w.interface(113),
                           w.enhanced(1, 5, numbered(9), w.option(1, text_bytes("hello"))), w.simple(4, numbered(4))});
  CaptureReader reader = CaptureReader::from_memory(file, "x.pcapng");
  CaptureRecord record;
  REQUIRE(reader.next(record));
  CHECK(record.comment == "hello");
  REQUIRE(reader.next(record));
  CHECK(record.comment.empty());
  CHECK(record.interface == 0);
  CHECK(record.time.time_since_epoch().count() == 0);
}
