// `tcplab check`: holds a capture against a lab's ladder.
#include "lesson/check.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "json/json_text.hpp"
#include "ladder/print.hpp"
#include "lesson/path_text.hpp"
#include "lesson/syllabus.hpp"
#include "report/difference_text.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {

void add_check_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object: whether it matches, and the first difference");
  add("os", "the system that it was captured on, where the lab documents another ladder for it",
      cxxopts::value<std::string>(), "linux|macos|windows");
}

namespace {

std::string_view view_text(View view) {
  if (view == View::both_ends) return "as seen at both ends";
  return "as seen at one end (from one point, the other end's order is not known)";
}

/// Which of the lab's ladders is asked for.
struct Choice {
  std::filesystem::path file;
  std::string name;  ///< in a sentence
};

/// Another system's ladder is taken only by name. One that has none of its own has the lab's.
Choice ladder_asked_for(const Arguments& arguments, const Lesson& lab) {
  if (!arguments.has("os")) return {lab.ladder(), "the lab's ladder"};
  const auto system = arguments.options["os"].as<std::string>();
  if (std::ranges::find(systems, system) == systems.end())
    throw UsageError("unknown system '" + system + "'", "--os linux, --os macos or --os windows");
  const std::vector<std::string_view> apart = systems_apart(lab);
  if (std::ranges::find(apart, system) == apart.end())
    return {lab.ladder(), "the lab's ladder" + (system == "linux" ? "" : " (none is documented for " + system + ")")};
  return {lab.ladder_of(system), "the lab's ladder for " + system + ", " + text_of(lab.ladder_of(system).filename())};
}

/// The system whose ladder it would match, if one does.
std::optional<std::string_view> system_of(const Lesson& lab, const std::vector<Analysis>& connections) {
  const std::vector<std::string_view> apart = systems_apart(lab);
  const auto found = std::ranges::find_if(
      apart, [&](std::string_view system) { return !check(lab.ladder_of(system), connections).difference; });
  return found == apart.end() ? std::nullopt : std::optional(*found);
}

void print_json(const Lesson& lab, const Choice& choice, const CheckResult& result) {
  nlohmann::ordered_json json = {
      {"lab", lab.name}, {"ladder", text_of(choice.file.filename())}, {"matches", !result.difference}};
  if (const auto& difference = result.difference) {
    const auto row = [](std::optional<std::size_t> index) {
      return index ? nlohmann::ordered_json(*index + 1) : nlohmann::ordered_json(nullptr);
    };
    json["difference"] = {{"expected_row", row(difference->expected)},
                          {"captured_row", row(difference->captured)},
                          {"what", difference->what},
                          {"hint", difference->hint}};
  }
  std::cout << json_text(json) << "\n";
}

void print_text(const Lesson& lab, const Choice& choice, const CheckResult& result,
                const std::vector<Analysis>& connections) {
  if (!result.difference) {
    std::cout << wrapped(lab.name + ": it matches " + choice.name + ", " + std::string(view_text(result.view)) + ".");
    return;
  }
  std::cout << wrapped(lab.name + ": it differs from " + choice.name + ".") << "\n";
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
  const Choice choice = ladder_asked_for(arguments, lab);
  const Reading reading = read_captures({arguments.operands.begin() + 1, arguments.operands.end()});
  const CheckResult result = check(choice.file, reading.connections);
  if (arguments.has("json"))
    print_json(lab, choice, result);
  else
    print_text(lab, choice, result, reading.connections);
  if (result.difference && !arguments.has("os")) {
    if (const auto system = system_of(lab, reading.connections))
      std::cerr << "hint: it is what the lab documents for " << *system << ": --os " << *system << "\n";
  }
  if (reading.damaged && !result.difference) return Exit::usage;
  return result.difference ? Exit::no : Exit::yes;
}

}  // namespace tcplab::cli
