// Wireshark's completeness, held against tshark's, stream by stream.
#include "tcp/completeness.hpp"

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

std::vector<const Segment*> segments_of(const Connection& connection) {
  std::vector<const Segment*> segments;
  for (const Segment& segment : connection.segments)
    if (segment.protocol == Protocol::tcp) segments.push_back(&segment);
  return segments;
}

/// What tshark prints beside a stream's last segment when it reads a capture once: it prints before it counts, and it
/// counts nothing of a stream's first segment unless that is a SYN.
std::string as_printed_in_one_pass(const std::vector<const Segment*>& segments) {
  Completeness shown;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    shown.saw(i > 0 || is_plain_syn(segments[i]->flags) ? *segments[i] : Segment{});
  }
  return std::to_string(shown.value());
}

}  // namespace

TEST_CASE("completeness is what tshark says of each stream") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"completeness"});
  std::string path;
  Capture capture;
  std::map<std::string, std::size_t> streams;  ///< of this capture, by their ends
  for (const TableRow& row : read_table(*folder + "/expected/tshark_streams.tsv")) {
    if (row.at("corpus_path") != path) {
      path = row.at("corpus_path");
      capture = read_capture(*folder + "/files/" + path);
      streams.clear();
    }
    const auto candidates = between(capture, row.at("a"), row.at("b"));
    const std::string ends = std::min(row.at("a"), row.at("b")) + " " + std::max(row.at("a"), row.at("b"));
    const std::size_t which = streams[ends]++;
    if (row.at("tshark_completeness").empty()) {
      tally.leave_out("tshark prints none");
      continue;
    }
    std::string ours = "none";
    if (which < candidates.size()) {
      const auto segments = segments_of(*candidates[which]);
      const bool is_same = std::to_string(segments.size()) == row.at("packets");
      ours = is_same ? as_printed_in_one_pass(segments) : "other segments";
    }
    tally.compare({.capture = row.at("id"),
                   .connection = row.at("a") + ">" + row.at("b"),
                   .field = "completeness",
                   .theirs = row.at("tshark_completeness"),
                   .ours = ours});
  }
  tally.conclude("completeness, against tshark");
}
