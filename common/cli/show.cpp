// `tcplab show`: the ladder and the verdict of every connection in a capture.
#include <algorithm>
#include <iostream>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "ladder/print.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::cli {

void add_show_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object a line, one line a connection");
  add("ladder", "only the ladder, as a lab's ladder.txt has it");
}

int run_show(const Arguments& arguments) {
  if (arguments.operands.empty()) throw UsageError("show what?", "tcplab show FILE|DIR..., or - for standard input");
  Reading reading = read_captures(arguments.operands);
  bool first = true;
  for (const Analysis& analysis : reading.connections) {
    if (arguments.has("json")) {
      std::cout << show_json(analysis) << "\n";
      continue;
    }
    if (arguments.has("ladder")) {
      if (reading.connections.size() > 1) std::cout << (first ? "" : "\n") << "# " << heading(analysis) << "\n";
      first = false;
      std::cout << print(analysis.ladder);
      continue;
    }
    if (!first) std::cout << "\n" << std::string(79, '-') << "\n\n";
    first = false;
    std::cout << show_text(analysis);
  }
  if (reading.connections.empty()) std::cerr << "no TCP connection in " << reading.frames << " frames\n";
  return reading.damaged ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
