// Reads other projects' captures and holds the number of packets against what tshark counted.
// Those files are no part of tcplab: TCPLAB_CAPTURES names a folder that holds them under files/, described by
// MANIFEST.tsv. So even where nothing may be skipped (TCPLAB_REQUIRE_ALL), a machine without them passes, with a
// warning.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "files.hpp"
#include "support/catch.hpp"

using tcplab::CaptureReader;

namespace {

struct Disagreement {
  std::string_view path;
  std::size_t packets;  ///< that we read
  std::string_view reason;
};
constexpr std::string_view not_numbered = "tshark numbers custom blocks, which hold no packet";
constexpr std::string_view reserved_bits = "tshark refuses reserved bits beside the link type";
constexpr std::string_view unknown_link = "tshark refuses the link type, which is for decode() to judge";
constexpr std::array disagreements = {
    Disagreement{"hadrielk+pcapng-test-generator/output_be/advanced/test102.pcapng", 5, not_numbered},
    Disagreement{"hadrielk+pcapng-test-generator/output_le/advanced/test102.pcapng", 5, not_numbered},
    Disagreement{"hadrielk+pcapng-test-generator/output_le/difficult/test202.pcapng", 8, not_numbered},
    Disagreement{"seladb+PcapPlusPlus/Tests/Fuzzers/RegressionTests/regression_samples/"
                 "clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216",
                 1, reserved_bits},
    Disagreement{"seladb+PcapPlusPlus/Tests/Fuzzers/RegressionTests/regression_samples/"
                 "clusterfuzz-testcase-minimized-FuzzTarget-5752969003008000",
                 1, reserved_bits},
    Disagreement{"the-tcpdump-group+libpcap/tests/filter/brcm-tag-stp.pcap", 4, unknown_link},
    Disagreement{"the-tcpdump-group+libpcap/tests/pcapng-invalid-vers-2.pcapng", 1, "tshark refuses minor version 1"},
    Disagreement{"the-tcpdump-group+tcpdump/tests/dsa.pcap", 8, unknown_link},
    Disagreement{"the-tcpdump-group+tcpdump/tests/edsa-high-vid.pcap", 4, unknown_link},
    Disagreement{"the-tcpdump-group+tcpdump/tests/juniper_es_oobr.pcap", 1, unknown_link},
    Disagreement{"the-tcpdump-group+tcpdump/tests/kday6.pcap", 1, unknown_link},
    Disagreement{"the-tcpdump-group+tcpdump/tests/vtp_asan-3.pcap", 1, unknown_link},
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
  return cells;
}

/// Each capture's path, and how many packets tshark counted.
std::vector<std::pair<std::string, std::size_t>> manifest(const std::string& folder) {
  std::ifstream file(folder + "/MANIFEST.tsv");
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + folder + "/MANIFEST.tsv");
  const auto titles = split(line);
  const auto column = [&](std::string_view title) {
    return static_cast<std::size_t>(std::ranges::find(titles, title) - titles.begin());
  };
  const std::size_t path = column("corpus_path"), packets = column("packets");
  std::vector<std::pair<std::string, std::size_t>> captures;
  while (std::getline(file, line)) {
    const auto cells = split(line);
    captures.emplace_back(cells.at(path), std::stoul(cells.at(packets)));
  }
  return captures;
}

}  // namespace

TEST_CASE("as many packets are read from other projects' captures as tshark counts") {
  const auto folder = tcplab::test::shared_captures();
  if (!folder) return;
  for (const auto& [path, counted] : manifest(*folder)) {
    CaptureReader reader = CaptureReader::open(*folder + "/files/" + path);
    std::size_t packets = 0;
    while (const auto record = reader.next()) {
      ++packets;
      verify_checksum(tcplab::decode(record->link, record->bytes, record->original_length_bytes));
    }
    const auto known = std::ranges::find(disagreements, path, &Disagreement::path);
    CAPTURE(path, counted);
    CHECK(packets == (known != disagreements.end() ? known->packets : counted));
  }
}
