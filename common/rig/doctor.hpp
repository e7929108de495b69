// What this machine has of what the rig needs, found by trying each thing once.
// It changes nothing.
#pragma once

#include <string>
#include <vector>

namespace tcplab {

struct Finding {
  enum class Level { good, degraded, missing };
  Level level = Level::good;
  std::string subject;  ///< "user namespaces"
  std::string detail;   ///< what was found, in a sentence
  std::string remedy;   ///< the exact command or setting that helps; empty when good
};

/// Every finding, in the order the rig would meet them. `missing` ones keep `record` from working at all.
std::vector<Finding> examine_machine();

}  // namespace tcplab
