// What the command line makes otherwise than a lab has it: its delay, its rules, its kernels' settings.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "lesson/lesson.hpp"

namespace tcplab::cli {

struct LabChanges {
  std::optional<std::chrono::milliseconds> delay;
  bool without_own_rules = false;
  std::vector<Rule> rules;
  std::map<std::string, std::string> client_sysctls, server_sysctls;
  std::string options;  ///< as they can be typed: "--delay 5, --rule \"drop the client's 1st F.\""; empty: no changes

  void apply_to(Lesson& lab) const;
};

void add_change_options(cxxopts::OptionAdder add);

/// Throws UsageError for what cannot be read, and for what loopback does not have.
LabChanges changes_asked_for(const Arguments& arguments, bool on_loopback);

}  // namespace tcplab::cli
