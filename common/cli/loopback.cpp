#include "cli/loopback.hpp"

namespace tcplab::cli {

UsageError wire_needed(const Lesson& lab) {
  const std::string why = lab.rules.empty()
                              ? "its ladder is that of two hosts on a wire, and loopback shows another"
                              : "its rules are obeyed by the wire between two hosts, and loopback has none";
  return UsageError(lab.name + " cannot be done on loopback: " + why,
                    "record it on the wire: tcplab record " + lab.name);
}

}  // namespace tcplab::cli
