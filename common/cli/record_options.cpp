// The options of `tcplab record`, which are the same where it cannot record.
#include "cli/command.hpp"
#include "cli/lab_changes.hpp"

namespace tcplab::cli {

void add_record_options(cxxopts::OptionAdder add) {
  add("all", "record every lab");
  add("out", "the folder for the recordings", cxxopts::value<std::string>()->default_value("recordings"), "DIR");
  add("times", "record each lab N times; keep the first of each distinct ladder",
      cxxopts::value<unsigned>()->default_value("1"), "N");
  add("jobs", "how many recordings may run at once (default: four a core; they mostly wait)",
      cxxopts::value<unsigned>(), "N");
  add("link", "wire: two hosts with a delay between them; loopback: one host's lo",
      cxxopts::value<std::string>()->default_value("wire"), "wire|loopback");
  add("json", "one JSON object a line for each recording kept: its folder, and what recording.json says");
  add_change_options(add);
}

}  // namespace tcplab::cli
