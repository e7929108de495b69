// Capture files cut at every byte and with every byte changed: what stood whole before is still given.
#include <stdexcept>

#include "files.hpp"
#include "support/catch.hpp"

using namespace tcplab::test;

namespace {

const Bytes syn = frame({.flags = tcplab::TcpFlags::syn});

/// A file and where each of its records ends.
struct Sample {
  Bytes file;
  std::vector<std::size_t> ends;
};

Sample pcap(const Writer& w) {
  Sample sample{w.pcap_header(), {}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    sample.file = join({sample.file, w.pcap_record(i, 0, syn)});
    sample.ends.push_back(sample.file.size());
  }
  return sample;
}

Sample pcapng(const Writer& w) {
  Sample sample{join({w.section(), w.interface(1, w.option(9, {9}))}), {}};
  for (const Bytes& packet :
       {w.enhanced(0, 1, syn, w.option(1, text_bytes("a comment"))), w.simple(syn.size(), syn), w.old(0, 1, syn)}) {
    sample.file = join({sample.file, packet});
    sample.ends.push_back(sample.file.size());
  }
  return sample;
}

std::size_t whole_records(const Sample& sample, std::size_t size) {
  std::size_t count = 0;
  while (count < sample.ends.size() && sample.ends[count] <= size) ++count;
  return count;
}

}  // namespace

TEST_CASE("a file cut at any byte gives the records before the cut, and says where it is cut") {
  const Writer w{GENERATE(false, true)};
  const Sample sample = GENERATE(false, true) ? pcapng(w) : pcap(w);
  for (std::size_t size = 4; size < sample.file.size(); ++size) {
    const auto read = read_file(first(sample.file, size));
    CAPTURE(size);
    CHECK(read.records.size() == whole_records(sample, size));
    for (const Record& record : read.records) CHECK(record.bytes == syn);
    if (read.problem) CHECK(read.problem->offset <= size);
  }
  CHECK(read_file(sample.file).records.size() == 3);
}

TEST_CASE("a cut between records is not noticed, any other is") {
  const Writer w;
  const Sample sample = pcap(w);
  for (std::size_t size = 4; size <= sample.file.size(); ++size) {
    const bool between = size == 24 || (size > 24 && (size - 24) % (16 + syn.size()) == 0);
    CAPTURE(size);
    CHECK(read_file(first(sample.file, size)).problem.has_value() != between);
  }
}

TEST_CASE("a file with any byte changed is read within its bounds") {
  const Writer w{GENERATE(false, true)};
  const Sample sample = GENERATE(false, true) ? pcapng(w) : pcap(w);
  for (std::size_t at = 0; at < sample.file.size(); ++at) {
    for (const unsigned value : {0x00U, 0x01U, 0x0aU, 0x7fU, 0x80U, 0xffU}) {
      Bytes changed = sample.file;
      changed[at] = static_cast<std::uint8_t>(value);
      try {
        const auto read = read_file(changed);
        for (const Record& record : read.records) CHECK(record.offset + record.bytes.size() <= changed.size());
      } catch (const std::runtime_error&) {
        CHECK(at < 4);  // only the magic number decides that a file is none
      }
    }
  }
}
