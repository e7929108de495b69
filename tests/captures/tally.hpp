// What became of each comparison with another tool: they agree, disagree as listed in disagreements.tsv, or could not
// be compared by a rule. An unlisted disagreement fails, and so does a listed one that has gone.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tcplab::test {

class Tally {
 public:
  /// Judges the listed disagreements about these fields.
  explicit Tally(std::vector<std::string> fields);

  struct Comparison {
    std::string capture, connection, field, theirs, ours;
    friend auto operator<=>(const Comparison&, const Comparison&) = default;
  };
  void compare(const Comparison& comparison);
  void leave_out(const std::string& rule) { ++left_out_[rule]; }

  /// Prints the table, and checks that nothing is unlisted and nothing listed has gone.
  void conclude(const std::string& title) const;

 private:
  std::vector<std::string> fields_;
  std::map<Comparison, std::string> reasons_;
  std::map<std::string, unsigned> agreeing_, left_out_;
  std::map<Comparison, unsigned> disagreements_;
};

}  // namespace tcplab::test
