// `tcplab check`: holds a capture against a lab's ladder.
#include "lesson/check.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "ladder/print.hpp"
#include "lesson/syllabus.hpp"
#include "report/difference_text.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {

void add_check_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object: whether it matches, and the first difference");
}

namespace {

std::string_view view_text(View view) {
  if (view == View::both_ends) return "as seen at both ends";
  return "as seen at one end (from one point, the other end's order is not known)";
}

void print_json(const Lesson& lab, const CheckResult& result) {
  nlohmann::ordered_json json = {{"lab", lab.name}, {"matches", !result.difference}};
  if (const auto& difference = result.difference) {
    const auto row = [](std::optional<std::size_t> index) {
      return index ? nlohmann::ordered_json(*index + 1) : nlohmann::ordered_json(nullptr);
    };
    json["difference"] = {{"expected_row", row(difference->expected)},
                          {"captured_row", row(difference->captured)},
                          {"what", difference->what},
                          {"hint", difference->hint}};
  }
  std::cout << json.dump() << "\n";
}

void print_text(const Lesson& lab, const CheckResult& result, const std::vector<Analysis>& connections) {
  if (!result.difference) {
    std::cout << wrapped(lab.name + ": it matches the lab's ladder, " + std::string(view_text(result.view)) + ".");
    return;
  }
  std::cout << lab.name << ": it differs from the lab's ladder.\n\n";
  const Ladder captured = result.connection ? connections[*result.connection].ladder : Ladder{};
  if (result.connection) std::cout << "Captured:\n" << print(captured) << "\n";
  if (!result.expected.empty()) std::cout << "Expected:\n" << print(result.ladder()) << "\n";
  std::cout << difference_text(*result.difference, result.ladder(), captured);
}

}  // namespace

int run_check(const Arguments& arguments) {
  if (arguments.operands.size() < 2)
    throw UsageError("check needs a lab and a capture", "tcplab check LAB FILE|DIR...");
  const Lesson lab = Syllabus::find().lab(arguments.operands.front());
  const Reading reading = read_captures({arguments.operands.begin() + 1, arguments.operands.end()});
  const CheckResult result = check(lab, reading.connections);
  if (arguments.has("json"))
    print_json(lab, result);
  else
    print_text(lab, result, reading.connections);
  if (reading.damaged && !result.difference) return Exit::usage;
  return result.difference ? Exit::no : Exit::yes;
}

}  // namespace tcplab::cli
