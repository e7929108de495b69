#include "tally.hpp"

#include <algorithm>
#include <iostream>

#include "shared.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

std::string line_of(const Tally::Comparison& of) {
  return of.capture + "\t" + of.connection + "\t" + of.field + "\t" + of.theirs + "\t" + of.ours;
}

}  // namespace

Tally::Tally(std::vector<std::string> fields) : fields_(std::move(fields)) {
  for (const TableRow& row : read_table(TCPLAB_DISAGREEMENTS)) {
    const Comparison listed{row.at("capture"), row.at("connection"), row.at("field"), row.at("theirs"), row.at("ours")};
    if (std::ranges::find(fields_, listed.field) != fields_.end()) reasons_[listed] = row.at("reason");
  }
}

void Tally::compare(const Comparison& comparison) {
  if (comparison.theirs == comparison.ours)
    ++agreeing_[comparison.field];
  else
    ++disagreements_[comparison];
}

void Tally::conclude(const std::string& title) const {
  unsigned unlisted = 0, gone = 0;
  std::map<std::string, unsigned> listed, by_reason;
  for (const auto& [disagreement, times] : disagreements_) {
    const auto reason = reasons_.find(disagreement);
    if (reason == reasons_.end()) {
      std::cout << "not listed: " << line_of(disagreement) << '\n';
      ++unlisted;
      continue;
    }
    listed[disagreement.field] += times;
    by_reason[reason->second] += times;
  }
  for (const auto& [disagreement, reason] : reasons_) {
    CHECK_FALSE(reason.empty());
    if (disagreements_.contains(disagreement)) continue;
    std::cout << "listed, but gone: " << line_of(disagreement) << '\n';
    ++gone;
  }
  std::cout << title << '\n';
  for (const std::string& field : fields_) {
    const auto count = [&](const auto& counts) { return counts.contains(field) ? counts.at(field) : 0; };
    std::cout << "  " << field << ": agree " << count(agreeing_) << ", listed " << count(listed) << '\n';
  }
  for (const auto& [reason, times] : by_reason) std::cout << "  listed " << times << ": " << reason << '\n';
  for (const auto& [rule, times] : left_out_) std::cout << "  left out by rule " << times << ": " << rule << '\n';
  std::cout << std::flush;
  CHECK(unlisted == 0);
  CHECK(gone == 0);
  CHECK(!agreeing_.empty());
}

}  // namespace tcplab::test
