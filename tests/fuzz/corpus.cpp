#include "fuzz/corpus.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "capture/files.hpp"
#include "capture/fragmented.hpp"
#include "lesson/lesson.hpp"

namespace tcplab::fuzz {
namespace {

namespace fs = std::filesystem;
using namespace test;

Bytes bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Seeds are numbered within each target.
class Corpora {
 public:
  explicit Corpora(fs::path directory) : directory_(std::move(directory)) {}

  void add(const std::string& target, const std::string& origin, const Bytes& seed) {
    const fs::path folder = directory_ / target;
    fs::create_directories(folder);
    std::ofstream stream(folder / (origin + "-" + std::to_string(++counts_[target])), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    if (!stream.flush()) throw std::runtime_error("cannot write a seed of " + folder.string());
  }

 private:
  fs::path directory_;
  std::map<std::string, unsigned> counts_;
};

/// The frames as one section of pcapng, with a comment, options and a block that is to be passed over.
Bytes as_pcapng(const std::vector<Record>& records, bool big_endian) {
  const Writer w{big_endian};
  const Bytes resolution = w.option(9, {9}), offset = w.option(14, w.u64(1));
  Bytes file =
      join({w.section(), w.interface(1, join({resolution, offset, w.option(0, {})})), w.block(0x0bad, w.u32(7))});
  for (const Record& record : records) {
    const auto units = static_cast<std::uint64_t>(record.nanoseconds);
    file = join({file, w.enhanced(0, units, record.bytes, w.option(1, text_bytes("a comment")))});
  }
  if (!records.empty()) file = join({file, w.old(0, 1, records.back().bytes), w.simple(60, records.front().bytes)});
  return file;
}

/// Each frame as the link types that can hold it would have it.
void add_frames(Corpora& corpora, const std::string& lab, const std::vector<Record>& records) {
  constexpr std::size_t ethernet_bytes = 14;
  const auto seed = [](std::uint16_t link, const Bytes& frame) {
    return join({be16_bytes(link), be32_bytes(static_cast<std::uint32_t>(frame.size())), frame});
  };
  for (const Record& record : records) {
    const Bytes packet(record.bytes.begin() + ethernet_bytes, record.bytes.end());
    corpora.add("decode", lab, seed(1, record.bytes));
    corpora.add("decode", lab, seed(101, packet));
    corpora.add("decode", lab, seed(0, join({hex("02000000"), packet})));
    corpora.add("decode", lab, seed(113, join({hex("0000 0001 0006 020000000001 0000 0800"), packet})));
    corpora.add("decode", lab, seed(276, join({hex("0800 0000 00000001 0001 00 06 0200000000010000"), packet})));
  }
}

/// The IP packets in fragments, and some of them in fragments of a tunnel's.
void add_fragments(Corpora& corpora, const std::string& lab, const std::vector<Record>& records) {
  constexpr std::ptrdiff_t ethernet_bytes = 14;
  for (const std::size_t piece_bytes : {8U, 24U, 65'536U}) {
    Bytes frames;
    std::uint16_t identification = 0;
    for (const Record& record : records) {
      for (const Bytes& frame : fragmented_frames(record.bytes, piece_bytes, ++identification)) {
        const Bytes packet(frame.begin() + ethernet_bytes, frame.end());
        for (const Bytes& outer : fragments_of(ipv4_packet({.protocol = 4}, packet), 32, ++identification))
          frames = join({frames, {1}, be16_bytes(outer.size()), outer});
        frames = join({frames, {1}, be16_bytes(packet.size()), packet});
      }
    }
    corpora.add("reassembly", lab, frames);
  }
}

void add_captures(Corpora& corpora, const std::string& lab, const fs::path& reference) {
  const Bytes client = bytes_of(reference / "client.pcap"), server = bytes_of(reference / "server.pcap");
  for (const Bytes& capture : {client, server}) {
    const auto records = read_file(capture).records;
    corpora.add("capture", lab, capture);
    for (const bool big_endian : {false, true}) corpora.add("capture", lab, as_pcapng(records, big_endian));
    for (const char* target : {"tracker", "flows"}) corpora.add(target, lab, as_pcapng(records, false));
    corpora.add("flows", lab, capture);
    for (const char* target : {"tracker", "flows"}) corpora.add(target, lab, fragmented_pcap(records, 24, 1));
  }
  corpora.add("tracker", lab, join({client, server}));
  add_frames(corpora, lab, read_file(client).records);
  add_fragments(corpora, lab, read_file(client).records);
}

/// A recording against what one of its ends shows, and against another lab's; a capture against another.
void add_comparisons(Corpora& corpora, const fs::path& lab, const fs::path& other) {
  const auto of = [](const fs::path& folder, const char* end) { return bytes_of(folder / "reference" / end); };
  const Bytes client = of(lab, "client.pcap"), server = of(lab, "server.pcap");
  const Bytes recording = join({client, server});
  const std::string name = lab.filename().string();
  corpora.add("compare", name, recording);
  corpora.add("compare", name, join({recording, client}));
  corpora.add("compare", name, join({client, of(other, "client.pcap")}));
  corpora.add("compare", name, join({recording, of(other, "client.pcap"), of(other, "server.pcap")}));
}

}  // namespace

void make_corpora(const fs::path& labs, const fs::path& directory) {
  Corpora corpora(directory);
  std::set<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(labs)) {
    if (entry.is_directory()) folders.insert(entry.path());
  }
  fs::path before = *folders.rbegin();
  for (const fs::path& folder : folders) {
    const std::string lab = folder.filename().string();
    add_captures(corpora, lab, folder / "reference");
    add_comparisons(corpora, folder, std::exchange(before, folder));
    corpora.add("ladder", lab, bytes_of(folder / "ladder.txt"));
    corpora.add("lab_toml", lab, bytes_of(folder / "lab.toml"));
    corpora.add("events", lab, join({text_bytes(lab + "\n"), bytes_of(folder / "reference/events.ndjson")}));
    for (const Rule& rule : load_lesson(folder).rules) corpora.add("rule", lab, text_bytes(rule.text));
  }
}

}  // namespace tcplab::fuzz
