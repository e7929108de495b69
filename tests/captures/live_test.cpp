// The installed tshark and tcpdump read the project's own reference recordings, and say of each segment what tcplab
// says.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "capture/fragmented.hpp"
#include "installed.hpp"
#include "shared.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"
#include "tally.hpp"
#include "tcpdump_text.hpp"

using namespace tcplab;
using namespace tcplab::test;
namespace fs = std::filesystem;

namespace {

/// All reference recordings in one capture, so that each program need only start once. Each recording gets addresses
/// of its own, 10.n.0.1 and 10.n.0.2, so that none is taken for the continuation of another.
class Recordings {
 public:
  /// With `piece_bytes` every packet that is longer comes in fragments, mixed with those of the next three.
  explicit Recordings(std::optional<std::size_t> piece_bytes = std::nullopt) {
    std::vector<fs::path> files;
    for (const auto& lab : fs::directory_iterator(TCPLAB_LABS_SOURCE))
      for (const char* host : {"client", "server"})
        if (const fs::path file = lab.path() / "reference" / (host + std::string(".pcap")); fs::exists(file))
          files.push_back(file);
    std::ranges::sort(files);
    for (std::size_t i = 0; i < files.size(); ++i) append(files[i], static_cast<std::uint8_t>(i + 1));
    constexpr std::size_t longer_than_any = 65'536, lag = 3;
    const Bytes all = fragmented_pcap(records_, piece_bytes.value_or(longer_than_any), piece_bytes ? lag : 0);
    path = folder_.write("all.pcap", std::string(all.begin(), all.end())).string();
    capture = read_capture(path);
    if (piece_bytes) names_.clear();
  }

  /// Of a frame: "hello/client frame 3".
  [[nodiscard]] std::string name_of(std::uint64_t frame) const {
    const auto found = names_.find(frame);
    return found != names_.end() ? found->second : "frame " + std::to_string(frame);
  }

  std::string path;
  Capture capture;

 private:
  /// Right behind what is there, whenever it was recorded: fragments are not awaited for long.
  void append(const fs::path& file, std::uint8_t n) {
    CaptureReader reader = CaptureReader::open(file.string());
    const std::string name = (file.parent_path().parent_path().filename() / file.stem()).string();
    const std::int64_t behind = records_.empty() ? 0 : records_.back().nanoseconds;
    std::optional<std::int64_t> later;
    while (const auto record = reader.next()) {
      Record copy = copy_of(*record);
      if (!later) later = behind == 0 ? 0 : behind - copy.nanoseconds;
      copy.nanoseconds += *later;
      Bytes& frame = copy.bytes;
      constexpr std::size_t ethertype = 12, source = 14 + 12, destination = source + 4;
      REQUIRE(record->link == LinkType::ethernet);
      if (frame.size() > destination + 4 && frame[ethertype] == 0x08 && frame[ethertype + 1] == 0x00)
        frame[source + 1] = frame[destination + 1] = n;
      records_.push_back(copy);
      names_[records_.size()] = name + " frame " + std::to_string(record->number);
    }
  }

  TemporaryDirectory folder_;
  std::vector<Record> records_;
  std::map<std::uint64_t, std::string> names_;  ///< of whole packets' frames
};

void compare_with_tshark(const Recordings& recordings, const std::string& what) {
  const std::string tshark = installed("tshark");
  const bool may_compare_analysis = has_rules_we_follow(tshark);
  const auto theirs = said_by_tshark(tshark, recordings.path), ours = said_by_us(recordings.capture);
  Tally tally({"live_completeness", "live_analysis"});
  CHECK(theirs.size() == ours.size());
  for (const auto& [frame, said] : theirs) {
    const std::string name = recordings.name_of(frame);
    const auto found = ours.find(frame);
    const Said us = found == ours.end() ? Said{"none", "none"} : found->second;
    tally.compare({"labs", name, "live_completeness", said.completeness, us.completeness});
    if (may_compare_analysis)
      tally.compare({"labs", name, "live_analysis", said.analysis, us.analysis});
    else
      tally.leave_out("analysis: the installed tshark is not 4.0, whose rules tcplab follows");
  }
  tally.conclude(what + ", against the installed tshark");
}

}  // namespace

TEST_CASE("tshark says of each segment of the reference recordings what tcplab thinks it would") {
  compare_with_tshark(Recordings(), "the reference recordings");
}

TEST_CASE("tshark says the same of them in fragments, each segment at the frame that completes it") {
  compare_with_tshark(Recordings(GENERATE(8U, 24U)), "the reference recordings in fragments");
}

TEST_CASE("tcpdump prints of each segment of the reference recordings what tcplab would") {
  const std::string tcpdump = installed("tcpdump");
  const Recordings recordings;
  const auto theirs = read_tcpdump(output_of(tcpdump, {"-n", "-S", "--number", "-r", recordings.path, "tcp"}));
  const auto ours = by_frame(recordings.capture);
  TcpdumpPrinter printer({.absolute = true});
  Tally tally({"live_tcpdump_numbers", "live_tcpdump_options"});
  CHECK(theirs.size() == ours.size());
  auto line = theirs.begin();  // --number counts what the filter lets through
  for (const auto& [frame, seen] : ours) {
    if (line == theirs.end()) break;
    const TcpdumpLine us = printer.line_of(*seen.connection, *seen.segment);
    const std::string name = recordings.name_of(frame);
    const std::string between = ": ";
    tally.compare({"labs", name, "live_tcpdump_numbers", line->second.ends + between + line->second.numbers,
                   us.ends + between + us.numbers});
    tally.compare({"labs", name, "live_tcpdump_options", line->second.options, us.options});
    ++line;
  }
  tally.conclude("the reference recordings, against the installed tcpdump");
}
