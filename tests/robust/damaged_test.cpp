// Captures that are cut off anywhere, or have any bit wrong, from their bytes to the reports: each gives a report or
// the error that main() prints, within memory that its size bounds. A hang would be ctest's timeout.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <typeinfo>

#include "capture/files.hpp"
#include "capture/fragmented.hpp"
#include "capture/reader.hpp"
#include "packet/reassembly.hpp"
#include "report/json.hpp"
#include "report/text.hpp"
#include "robust/counted_memory.hpp"
#include "support/catch.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/merge.hpp"

using namespace tcplab;
using namespace tcplab::test;
namespace fs = std::filesystem;

namespace {

/// A frame of 54 bytes, the shortest with TCP, becomes a segment, a row, and its text in JSON: what those hold at once,
/// for each byte of input, and what there is beside them.
constexpr std::size_t held_per_byte = 16, held_anyhow = 18 * 1024;

/// A sanitizer takes ten times as long: of the wrong bits it gets every seventh, which are as often the first as the
/// last of a byte.
#ifdef TCPLAB_SANITIZED
constexpr std::size_t bit_step = 7;
#else
constexpr std::size_t bit_step = 1;
#endif

Bytes bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> references() {
  std::vector<fs::path> files;
  for (const auto& lab : fs::directory_iterator(TCPLAB_LABS_SOURCE)) {
    for (const char* name : {"client.pcap", "server.pcap"}) {
      if (const fs::path file = lab.path() / "reference" / name; fs::exists(file)) files.push_back(file);
    }
  }
  std::ranges::sort(files);
  return files;
}

struct Seen {
  std::vector<Connection> connections;
  std::uint64_t frames = 0;
};

Seen read(std::span<const std::uint8_t> file) {
  CaptureReader reader = CaptureReader::from_memory(file, "damaged.pcap");
  ConnectionTable table;
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole;
  Seen seen;
  while (const auto record = reader.next()) {
    seen.frames = record->number;
    reassembly.decode(record->link, record->bytes, record->original_length_bytes, record->time, record->number, packet,
                      whole);
    table.add(record->time, packet, record->number);
  }
  seen.connections = table.take();
  return seen;
}

/// The file as the other end captured it, whole.
struct OtherEnd {
  explicit OtherEnd(const Bytes& file) : connections(read(file).connections), bytes(file.size()) {}
  OtherEnd() = default;
  std::vector<Connection> connections{};
  std::size_t bytes = 0;
};

/// What `show` prints, with and without --json; how much it is.
std::size_t report(const std::vector<Connection>& connections) {
  std::size_t printed_bytes = 0;
  for (const Connection& connection : connections) {
    const Analysis analysis = analyse(connection);
    printed_bytes += show_text(analysis).size() + show_json(analysis).size();
  }
  return printed_bytes;
}

/// Gives damaged files to the reports, one after the other.
class Trial {
 public:
  explicit Trial(OtherEnd other) : other_(std::move(other)) {}

  std::size_t inputs = 0, errors = 0, printed_bytes = 0;
  std::size_t most_per_byte = 0;  ///< held at once, beside what is held anyhow

  /// `again`: it cannot differ from the file before but in where it is cut off, so that a report of as many frames is
  /// the same report.
  void run(std::span<const std::uint8_t> file, bool again) {
    ++inputs;
    const PeakMemory memory;
    std::string unexpected;
    try {
      const Seen seen = read(file);
      if (!again || seen.frames != frames_) report_all(seen);
      frames_ = seen.frames;
    } catch (const std::exception& error) {
      ++errors;
      if (typeid(error) != typeid(std::runtime_error)) unexpected = error.what();
    }
    check(unexpected, memory.bytes(), file.size() + other_.bytes);
  }

 private:
  void report_all(const Seen& seen) {
    printed_bytes += report(seen.connections);
    if (other_.bytes > 0)
      printed_bytes += report(merge(seen.connections, other_.connections, Points::client_and_server));
  }

  void check(const std::string& unexpected, std::size_t held_bytes, std::size_t input_bytes) {
    if (!unexpected.empty()) FAIL("an error that is none of the reader's: " << unexpected);
    if (held_bytes <= held_anyhow) return;
    const std::size_t per_byte = (held_bytes - held_anyhow) / std::max<std::size_t>(input_bytes, 1);
    most_per_byte = std::max(most_per_byte, per_byte);
    if (per_byte >= held_per_byte) FAIL(held_bytes << " bytes were held for " << input_bytes);
  }

  OtherEnd other_;
  std::optional<std::uint64_t> frames_;  ///< in the file before
};

Trial truncate_everywhere(const Bytes& file, OtherEnd other) {
  Trial trial(std::move(other));
  for (std::size_t size = 0; size < file.size(); ++size) {
    INFO("cut off at byte " << size);
    trial.run(std::span(file).first(size), true);
  }
  return trial;
}

Trial flip_bits(Bytes file, OtherEnd other) {
  Trial trial(std::move(other));
  for (std::size_t bit = 0; bit < 8 * file.size(); bit += bit_step) {
    INFO("bit " << bit % 8 << " of byte " << bit / 8 << " is wrong");
    const auto flip = [&] { file[bit / 8] = static_cast<std::uint8_t>(file[bit / 8] ^ 1U << bit % 8); };
    flip();
    trial.run(file, false);
    flip();
  }
  return trial;
}

/// How many of the first `bits` are tried.
constexpr std::size_t tried(std::size_t bits) {
  return (bits + bit_step - 1) / bit_step;
}

/// As one section of pcapng that has all that the reader looks at.
Bytes as_pcapng(const Bytes& pcap, bool big_endian) {
  const Writer w{big_endian};
  const Bytes options = join({w.option(9, {9}), w.option(14, w.u64(1)), w.option(0, {})});
  Bytes file = join({w.section(), w.interface(1, options), w.block(5, w.u32(7))});
  for (const Record& record : read_file(pcap).records) {
    const auto units = static_cast<std::uint64_t>(record.nanoseconds);
    file = join({file, w.enhanced(0, units, record.bytes, w.option(1, text_bytes("a comment")))});
  }
  return file;
}

fs::path reference_of(const std::string& lab, const char* end) {
  return fs::path(TCPLAB_LABS_SOURCE) / lab / "reference" / (std::string(end) + ".pcap");
}

}  // namespace

// Without a magic number it is no capture, which is an error; with one, all damage is a warning.
constexpr std::size_t magic_bytes = 4;

TEST_CASE("every reference recording, cut off at any byte, gives a report or an error") {
  const auto files = references();
  CHECK(files.size() >= 58);
  std::size_t inputs = 0, most_per_byte = 0;
  for (const fs::path& file : files) {
    INFO(file);
    const Bytes whole = bytes_of(file);
    const Bytes other = bytes_of(file.parent_path() / (file.stem() == "client" ? "server.pcap" : "client.pcap"));
    const Trial trial = truncate_everywhere(whole, OtherEnd(other));
    CHECK(trial.errors == magic_bytes);
    inputs += trial.inputs;
    most_per_byte = std::max(most_per_byte, trial.most_per_byte);
  }
  std::cout << inputs << " inputs; at most " << most_per_byte << " bytes held per byte of input\n";
}

TEST_CASE("a reference recording with any one bit wrong gives a report or an error") {
  const Bytes whole = bytes_of(reference_of("simultaneous-close", "client"));
  const Trial trial = flip_bits(whole, OtherEnd(bytes_of(reference_of("simultaneous-close", "server"))));
  CHECK(trial.inputs == tried(8 * whole.size()));
  CHECK(trial.printed_bytes > 0);
  CHECK(trial.errors == tried(8 * magic_bytes));
  std::cout << trial.inputs << " inputs; at most " << trial.most_per_byte << " bytes held per byte of input\n";
}

TEST_CASE("a pcapng file, cut off at any byte or with any one bit wrong, gives a report or an error") {
  const Bytes file = as_pcapng(bytes_of(reference_of("refused", "client")), GENERATE(false, true));
  CHECK(truncate_everywhere(file, {}).errors == magic_bytes);
  CHECK(flip_bits(file, {}).errors == tried(8 * magic_bytes));
}

TEST_CASE("a capture of fragments, cut off at any byte or with any one bit wrong, gives a report or an error") {
  const Bytes whole = bytes_of(reference_of("simultaneous-close", "client"));
  const Bytes file = fragmented_pcap(read_file(whole).records, 24, 1);
  const Trial cut = truncate_everywhere(file, {}), flipped = flip_bits(file, {});
  CHECK(cut.errors == magic_bytes);
  CHECK(flipped.errors == tried(8 * magic_bytes));
  CHECK(flipped.printed_bytes > 0);
  std::cout << cut.inputs + flipped.inputs << " inputs; at most " << std::max(cut.most_per_byte, flipped.most_per_byte)
            << " bytes held per byte of input\n";
}
