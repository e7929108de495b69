// Whole captures, from their bytes to the reports: one alone, and two of the same connections merged.
#include <algorithm>

#include "fuzz/analysis_check.hpp"
#include "fuzz/captures.hpp"
#include "fuzz/targets.hpp"
#include "tcp/merge.hpp"

namespace tcplab::fuzz {
namespace {

void check_all(const std::vector<Connection>& connections, std::size_t frames) {
  for (const Connection& connection : connections) check_analysis(analyse(connection), frames);
}

}  // namespace

void fuzz_tracker(ByteView input) {
  const std::vector<ByteView> captures = captures_in(input, 2);
  const ReadCapture one = read_capture(captures[0]);
  check_all(one.connections, one.frames);
  if (captures.size() == 1) return;
  const ReadCapture other = read_capture(captures[1]);
  for (const Points points : {Points::unknown, Points::client_and_server}) {
    const auto merged = merge(one.connections, other.connections, points);
    require(segments_in(merged) <= segments_in(one.connections) + segments_in(other.connections),
            "a merge with more segments than both captures");
    require(merged.size() >= std::max(one.connections.size(), other.connections.size()), "a merge loses connections");
    check_all(merged, one.frames + other.frames);
  }
}

}  // namespace tcplab::fuzz
