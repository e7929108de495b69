// The installed tshark and tcpdump read the project's own reference recordings, and say of each segment what tcplab
// says.
#include <algorithm>
#include <filesystem>

#include "capture/files.hpp"
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
  Recordings() {
    std::vector<fs::path> files;
    for (const auto& lab : fs::directory_iterator(TCPLAB_LABS_SOURCE))
      for (const char* host : {"client", "server"})
        if (const fs::path file = lab.path() / "reference" / (host + std::string(".pcap")); fs::exists(file))
          files.push_back(file);
    std::ranges::sort(files);
    constexpr std::uint32_t nanoseconds = 0xa1b23c4d;
    Bytes all = Writer{}.pcap_header(nanoseconds);
    for (std::size_t i = 0; i < files.size(); ++i) append(files[i], static_cast<std::uint8_t>(i + 1), all);
    path = folder_.write("all.pcap", std::string(all.begin(), all.end())).string();
    capture = read_capture(path);
  }

  std::string path;
  Capture capture;
  std::map<std::uint64_t, std::string> names;  ///< of frames: "hello/client frame 3"

 private:
  void append(const fs::path& file, std::uint8_t n, Bytes& all) {
    CaptureReader reader = CaptureReader::open(file.string());
    const std::string name = (file.parent_path().parent_path().filename() / file.stem()).string();
    while (const auto record = reader.next()) {
      Bytes frame(record->bytes.begin(), record->bytes.end());
      constexpr std::size_t ethertype = 12, source = 14 + 12, destination = source + 4;
      REQUIRE(record->link == LinkType::ethernet);
      if (frame.size() > destination + 4 && frame[ethertype] == 0x08 && frame[ethertype + 1] == 0x00)
        frame[source + 1] = frame[destination + 1] = n;
      const auto time = record->time.time_since_epoch().count();
      const Bytes written = Writer{}.pcap_record(static_cast<std::uint32_t>(time / 1'000'000'000),
                                                 static_cast<std::uint32_t>(time % 1'000'000'000), frame);
      all.insert(all.end(), written.begin(), written.end());
      names[names.size() + 1] = name + " frame " + std::to_string(record->number);
    }
  }

  TemporaryDirectory folder_;
};

}  // namespace

TEST_CASE("tshark says of each segment of the reference recordings what tcplab thinks it would") {
  const std::string tshark = installed("tshark");
  const bool may_compare_analysis = has_rules_we_follow(tshark);
  const Recordings recordings;
  const auto theirs = said_by_tshark(tshark, recordings.path), ours = said_by_us(recordings.capture);
  Tally tally({"live_completeness", "live_analysis"});
  for (const auto& [frame, said] : theirs) {
    const std::string& name = recordings.names.at(frame);
    const auto found = ours.find(frame);
    const Said us = found == ours.end() ? Said{"none", "none"} : found->second;
    tally.compare({"labs", name, "live_completeness", said.completeness, us.completeness});
    if (may_compare_analysis)
      tally.compare({"labs", name, "live_analysis", said.analysis, us.analysis});
    else
      tally.leave_out("analysis: the installed tshark is not 4.0, whose rules tcplab follows");
  }
  tally.conclude("the reference recordings, against the installed tshark");
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
    const std::string& name = recordings.names.at(frame);
    const std::string between = ": ";
    tally.compare({"labs", name, "live_tcpdump_numbers", line->second.ends + between + line->second.numbers,
                   us.ends + between + us.numbers});
    tally.compare({"labs", name, "live_tcpdump_options", line->second.options, us.options});
    ++line;
  }
  tally.conclude("the reference recordings, against the installed tcpdump");
}
