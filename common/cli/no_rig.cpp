// `tcplab record` and `tcplab doctor` where there is no rig: they say so, and what to do there instead.
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/loopback.hpp"
#include "json/json_text.hpp"
#include "lesson/path_text.hpp"
#include "lesson/syllabus.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {
namespace {

#ifdef _WIN32
constexpr std::string_view script = "scripts\\record.ps1";
#else
constexpr std::string_view script = "scripts/record";
#endif
constexpr std::string_view why = "hosts and the wire between them are made of Linux's namespaces";
const std::string remedy = "capture the lab's programs on this machine's loopback: " + std::string(script) +
                           " LAB (docs/platforms.md); or record on Linux";

}  // namespace

void add_doctor_options(cxxopts::OptionAdder add) {
  add("json", "one JSON array, an object a finding");
}

int run_doctor(const Arguments& arguments) {
  if (arguments.has("json")) {
    const nlohmann::ordered_json finding = {
        {"subject", "the system"}, {"level", "missing"}, {"detail", why}, {"remedy", remedy}};
    std::cout << json_text(nlohmann::ordered_json::array({finding}), 2) << "\n";
  } else {
    std::cout << "missing   the system\n"
              << wrapped(std::string(why), 10) << wrapped("remedy: " + remedy, 10)
              << "\nThis machine cannot record. `tcplab show` and `tcplab run` work without the rig.\n";
  }
  return Exit::no;
}

int run_record(const Arguments& arguments) {
  const Syllabus syllabus = Syllabus::find();
  if (arguments.operands.empty()) throw UsageError("tcplab records on Linux only: " + std::string(why), remedy);
  const Lesson lab = syllabus.lab(arguments.operands.front());
  const std::string what = "cannot record " + lab.name + " here: " + std::string(why);
  if (lab.needs_wire())
    throw UsageError(what + ", and loopback would not do for this lab",
                     "record it on Linux, or read its reference recording: tcplab show " + text_of(lab.reference()));
  throw UsageError(what, "capture its programs on this machine's loopback: " + std::string(script) + " " + lab.name +
                             " (docs/platforms.md)");
}

}  // namespace tcplab::cli
