// `tcplab doctor`: whether this machine can record, and the exact remedy for each thing that is missing.
#include "rig/doctor.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "json/json_text.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {

void add_doctor_options(cxxopts::OptionAdder add) {
  add("json", "one JSON array, an object a finding");
}

namespace {

std::string_view word(Finding::Level level) {
  switch (level) {
    case Finding::Level::good:
      return "good";
    case Finding::Level::degraded:
      return "degraded";
    case Finding::Level::missing:
      return "missing";
  }
  return {};
}

void print_json(const std::vector<Finding>& findings) {
  auto json = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    json.push_back({{"subject", finding.subject},
                    {"level", word(finding.level)},
                    {"detail", finding.detail},
                    {"remedy", finding.remedy}});
  }
  std::cout << json_text(json, 2) << "\n";
}

void print_text(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    std::string level(word(finding.level));
    level.resize(10, ' ');
    std::cout << level << finding.subject << "\n" << wrapped(finding.detail, 10);
    if (!finding.remedy.empty()) std::cout << "          remedy: " << finding.remedy << "\n";
  }
}

}  // namespace

int run_doctor(const Arguments& arguments) {
  const std::vector<Finding> findings = examine_machine();
  const bool can_record =
      std::ranges::none_of(findings, [](const Finding& finding) { return finding.level == Finding::Level::missing; });
  if (arguments.has("json")) {
    print_json(findings);
  } else {
    print_text(findings);
    std::cout << (can_record
                      ? "\nThis machine can record.\n"
                      : "\nThis machine cannot record yet. `tcplab show` and `tcplab run` work without the rig.\n");
  }
  return can_record ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
