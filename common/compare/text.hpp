// A comparison as a person reads it in a terminal, and as one JSON object for programs.
#pragma once

#include <string>
#include <vector>

#include "compare/compare.hpp"

namespace tcplab {

/// Two recordings that were compared, and what a person calls them.
struct ComparedRecordings {
  std::string a_name, b_name;
  const std::vector<Analysis>*a, *b;
};

/// Connections that are the same are only counted. At most 80 columns wide unless a row or a name needs more. Ends with
/// a newline.
std::string comparison_text(const Comparison& comparison, const ComparedRecordings& recordings);

/// One line, without a newline. Rows count from 1, as `show` prints them.
std::string comparison_json(const Comparison& comparison, const ComparedRecordings& recordings);

}  // namespace tcplab
