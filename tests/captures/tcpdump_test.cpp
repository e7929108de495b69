// What is printed of each segment, held against the outputs that tcpdump's own tests expect, line by line.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"
#include "tcpdump_text.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

/// What tcpdump was told of how to print; to sample is to number absolutely.
TcpdumpPrinter::Options options_of(const std::string& arguments) {
  const auto says = [&](const char* option) { return arguments.find(option) != std::string::npos; };
  return {.absolute = says("-S") || says("--print-sampling"), .every_number = says("-vv")};
}

}  // namespace

TEST_CASE("each segment's flags, numbers, window, options and length are what tcpdump prints") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"tcpdump_numbers", "tcpdump_options"});
  for (const TableRow& row : read_table(*folder + "/expected/tcpdump_text.tsv")) {
    if (row.at("tcpdump_args").find("-- ") != std::string::npos) {
      tally.leave_out("tcpdump was told to pass over packets, and numbers the rest");
      continue;
    }
    std::ifstream output(*folder + "/" + row.at("expected_output_file"));
    REQUIRE(output);
    const auto theirs = read_tcpdump({std::istreambuf_iterator<char>(output), {}});
    if (theirs.empty()) tally.leave_out("tcpdump prints no TCP segment of the capture");
    const auto frames = by_frame(shared_capture(*folder, row));
    TcpdumpPrinter printer(options_of(row.at("tcpdump_args")));
    for (const auto& [frame, line] : theirs) {
      const auto found = frames.find(frame);
      TcpdumpLine ours;
      if (found != frames.end()) ours = printer.line_of(*found->second.connection, *found->second.segment);
      if (ours.ends != line.ends) {
        tally.leave_out("tcplab has no segment between these ends in the frame");
        continue;
      }
      if (line.is_cut_off) {
        tally.leave_out("tcpdump says that the capture has not all of the header");
        continue;
      }
      const std::string name = row.at("test") + " frame " + std::to_string(frame);
      tally.compare({row.at("id"), name, "tcpdump_numbers", line.numbers, ours.numbers});
      if (ours.options.find("unknown-") != std::string::npos)
        tally.leave_out("an option that tcplab calls by its number");
      else
        tally.compare({row.at("id"), name, "tcpdump_options", line.options, ours.options});
    }
  }
  tally.conclude("each line, against tcpdump");
}
