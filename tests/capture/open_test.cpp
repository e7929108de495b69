// Opening: files, pipes and standard input, and what is said of files that are no captures.
#include <filesystem>
#include <stdexcept>
#include <system_error>

#ifndef _WIN32
#include <unistd.h>
#endif

#include "files.hpp"
#include "support/catch.hpp"
#include "temporary_file.hpp"

using namespace tcplab::test;
using tcplab::CaptureReader;

namespace {

const Bytes three = hex("010203");

std::string message_for(const Bytes& bytes) {
  try {
    CaptureReader::from_memory(bytes, "x.pcap");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a file longer than the buffer is read record by record") {
  const Writer w;
  const bool ng = GENERATE(false, true);
  Bytes file = ng ? join({w.section(), w.interface()}) : w.pcap_header();
  std::vector<std::size_t> sizes = {1,       100000, 3,      700000, 65535, 0,
                                    5000000, 17,     511984, 4,      524288};  // across its borders
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Bytes bytes(sizes[i], static_cast<std::uint8_t>(i + 1));
    const Bytes record = ng ? w.enhanced(0, i, bytes) : w.pcap_record(0, static_cast<std::uint32_t>(i), bytes);
    file.insert(file.end(), record.begin(), record.end());
  }
  const TemporaryFile held(file);
  CaptureReader reader = CaptureReader::open(held.path());
  const auto records = read_all(reader);
  CHECK_FALSE(reader.problem());
  CHECK(reader.name() == held.path());
  REQUIRE(records.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    CHECK(records[i].nanoseconds == static_cast<std::int64_t>(1000 * i));
    CHECK((records[i].bytes == Bytes(sizes[i], static_cast<std::uint8_t>(i + 1))));
  }
}

TEST_CASE("a length that lies is found out by the file's end") {
  const Writer w;
  const TemporaryFile held(join({w.pcap_header(), w.u32(0), w.u32(0), w.u32(16 * 1024 * 1024), w.u32(0), three}));
  CaptureReader reader = CaptureReader::open(held.path());
  CHECK(read_all(reader).empty());
  REQUIRE(reader.problem());
  CHECK(reader.problem()->what == "record is cut off (3 of 16777216 bytes)");
}

TEST_CASE("a reader may be moved while reading") {
  const Writer w;
  const Bytes file = join({w.pcap_header(), w.pcap_record(1, 1, three), w.pcap_record(2, 2, three)});
  CaptureReader before = CaptureReader::from_memory(file, "x.pcap");
  REQUIRE(before.next());
  CaptureReader after = std::move(before);
  CHECK(after.next());
  CHECK_FALSE(after.next());
  CHECK(after.name() == "x.pcap");
}

TEST_CASE("a file that cannot be opened is named with the reason") {
  try {
    CaptureReader::open("/nowhere/x.pcap");
    FAIL("it was opened");
  } catch (const std::system_error& error) {
    CHECK(std::string(error.what()).rfind("cannot open capture /nowhere/x.pcap", 0) == 0);
    CHECK(error.code() == std::errc::no_such_file_or_directory);
  }
}

TEST_CASE("a file that is no capture is named for what it is") {
  const auto [beginning, what] = GENERATE(table<Bytes, std::string>({
      {Bytes(), "it is empty"},
      {hex("1f8b 0800"), "it is compressed with gzip; unpack it first with gunzip"},
      {hex("28b5 2ffd"), "it is compressed with zstd; unpack it first with unzstd"},
      {hex("fd37 7a58 5a00"), "it is compressed with xz; unpack it first with unxz"},
      {text_bytes("BZh9"), "it is compressed with bzip2; unpack it first with bunzip2"},
      {hex("504b 0304"), "it is a zip archive; unpack it first with unzip"},
      {hex("736e 6f6f 7000 0000"), "it is a snoop capture; convert it with editcap -F pcap"},
      {text_bytes("#separator \\x09"), "it is a Zeek log; give the capture that Zeek read"},
      {text_bytes("{\"client\":1}"), "it is JSON text, not a capture"},
      {text_bytes("10:00:00 IP 10.0.0.1 > 10.0.0.2: Flags [S]\n"), "it is text, not a capture"},
      {hex("7f45 4c46 0201"), "it is neither pcap nor pcapng (it begins with 7f454c46)"},
      {hex("d4c3 b2"), "it is neither pcap nor pcapng (it begins with d4c3b2)"},
  }));
  CHECK(message_for(beginning) == "cannot read capture x.pcap: " + what);
}

TEST_CASE("a capture whose first header is cut off is one that cannot be read further") {
  const auto read = read_file(first(Writer().pcap_header(), 10));
  REQUIRE(read.problem);
  CHECK(read.problem->offset == 0);
  CHECK(read.problem->what == "file header is cut off (10 of 24 bytes)");
}

TEST_CASE("a folder is no capture") {
  CHECK_THROWS_AS(CaptureReader::open(std::filesystem::temp_directory_path().string()), std::system_error);
}

#ifndef _WIN32
TEST_CASE("standard input is read as far as it has arrived") {
  const Writer w;
  const Bytes header = w.pcap_header(), record = w.pcap_record(1, 1, three);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int kept = dup(STDIN_FILENO);
  REQUIRE(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  const auto send = [&](const Bytes& bytes) {
    REQUIRE(write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  };

  // The writer's end stays open, as with tcpdump -U -w - | tcplab show -: whoever waits for more waits for ever.
  send(header);
  CaptureReader reader = CaptureReader::open("-");
  CHECK(reader.name() == "standard input");
  send(record);
  CHECK(reader.next());
  send(record);
  close(ends[1]);
  CHECK(reader.next());
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.problem());
  dup2(kept, STDIN_FILENO);
  close(kept);
  close(ends[0]);
}
#endif
