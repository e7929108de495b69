// `tcplab compare`: two recordings against each other, or one against a lab's reference.
#include "compare/compare.hpp"

#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "compare/text.hpp"
#include "lesson/path_text.hpp"
#include "lesson/syllabus.hpp"
#include "lesson/timeline.hpp"
#include "packet/printable.hpp"

namespace tcplab::cli {

void add_compare_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object: whether they are the same, and every difference");
  add("udp", "exchanges of UDP datagrams too, beside TCP connections");
}

namespace {

namespace fs = std::filesystem;

struct Operand {
  std::string path, name;
};

/// A capture, a recording's folder, or a lab's name, which stands for its reference recording.
Operand operand_from(const std::string& text) {
  if (text == "-") return {text, "standard input"};
  if (fs::exists(path_from(text))) return {text, text};
  const bool may_be_lab = text.find_first_of("/.") == std::string::npos;
  if (!may_be_lab) return {text, text};
  const Lesson lab = Syllabus::find().lab(text);
  return {text_of(lab.reference()), "the reference recording of lab " + lab.name};
}

Reading read(const Operand& operand, bool with_udp) {
  Reading reading = read_captures({operand.path});
  if (const fs::path path = path_from(operand.path); operand.path != "-" && fs::is_directory(path))
    annotate(reading.connections, path);
  if (!with_udp) leave_out_udp(reading.connections);
  return reading;
}

}  // namespace

int run_compare(const Arguments& arguments) {
  if (arguments.operands.size() != 2)
    throw UsageError("compare needs two recordings", "tcplab compare A B: a capture, a folder or a lab's name each");
  if (arguments.operands[0] == "-" && arguments.operands[1] == "-")
    throw UsageError("only one of the two can be standard input", "tcplab compare A B");
  const Operand a = operand_from(arguments.operands[0]), b = operand_from(arguments.operands[1]);
  const Reading of_a = read(a, arguments.has("udp")), of_b = read(b, arguments.has("udp"));
  const Comparison comparison = compare(of_a.connections, of_b.connections);
  const ComparedRecordings recordings{printable(a.name), printable(b.name), &of_a.connections, &of_b.connections};
  if (arguments.has("json"))
    std::cout << comparison_json(comparison, recordings) << "\n";
  else
    std::cout << comparison_text(comparison, recordings);
  if (of_a.damaged || of_b.damaged) return Exit::usage;
  return comparison.same() && !comparison.connections.empty() ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
