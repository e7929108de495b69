// The reference recordings with what they know beside their segments. Needs no privilege.
#include <algorithm>

#include "ladder/parse.hpp"
#include "ladder/print.hpp"
#include "lesson/observation.hpp"
#include "lesson/syllabus.hpp"
#include "lesson/timeline.hpp"
#include "support/catch.hpp"

using namespace tcplab;

namespace {

std::vector<Lesson> all_labs() {
  return Syllabus::find(TCPLAB_BUILD_DIRECTORY).labs();
}

std::vector<Analysis> annotated(const Lesson& lab) {
  std::vector<Analysis> analyses;
  for (Connection& connection : observe_recording(lab.reference()).connections)
    analyses.push_back(analyse(std::move(connection)));
  annotate(analyses, lab.reference());
  return analyses;
}

/// The text of the latest remark on `end` above the first row where it sends a segment with these flags.
std::string remark_above(const std::string& lab, End end, const std::string& flags) {
  for (const Analysis& analysis : annotated(Syllabus::find(TCPLAB_BUILD_DIRECTORY).lab(lab))) {
    for (const Row& row : analysis.ladder.rows) {
      if (row.from != end || to_string(row.flags) != flags) continue;
      const auto remark = std::find_if(row.remarks.rbegin(), row.remarks.rend(),
                                       [&](const Remark& candidate) { return candidate.end == end; });
      return remark == row.remarks.rend() ? "no remark" : remark->text;
    }
  }
  return "no such row";
}

}  // namespace

TEST_CASE("in the references each call stands directly above the segment it causes") {
  for (const char* lab : {"hello", "half-close", "four-segment-close", "three-segment-close", "rst-abort", "refused"})
    CHECK(remark_above(lab, End::client, "S") == "connect");
  CHECK(remark_above("half-close", End::client, "P.") == "send");
  CHECK(remark_above("half-close", End::client, "F.") == "shutdown");
  CHECK(remark_above("half-close", End::server, "P.") == "send");
  CHECK(remark_above("half-close", End::server, "F.") == "shutdown");
  CHECK(remark_above("rst-abort", End::client, "R.") == "close");
  CHECK(remark_above("rst-unread", End::server, "R.") == "close");
}

TEST_CASE("a reference with its remarks and notes fits 80 columns and is read back as the same rows") {
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    for (Analysis& analysis : annotated(lab)) {
      const std::string text = print(analysis.ladder);
      const auto has_remarks = [](const Row& row) { return !row.remarks.empty(); };
      CHECK(std::ranges::any_of(analysis.ladder.rows, has_remarks));
      for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) CHECK(text.find('\n', at) - at <= 80);
      for (Row& row : analysis.ladder.rows) row.remarks.clear();
      analysis.ladder.closing.clear();
      Ladder again = parse_ladder(text);
      again.comments.clear();
      CHECK(print(again) == print(analysis.ladder));
    }
  }
}
