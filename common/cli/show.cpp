// `tcplab show`: the ladder and the verdict of every connection in a capture.
#include <iostream>

#include "cli/command.hpp"
#include "cli/selection.hpp"
#include "ladder/print.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::cli {

void add_show_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object a line, one line a connection");
  add("ladder", "only the ladder, as a lab's ladder.txt has it");
  add_selection_options(add);
}

int run_show(const Arguments& arguments) {
  if (arguments.operands.empty()) throw UsageError("show what?", "tcplab show FILE|DIR..., or - for standard input");
  const Language language = language_of(arguments);
  const Reading reading = read_selected(arguments, arguments.has("ladder") || arguments.has("plain"));
  bool first = true;
  for (const Analysis& analysis : reading.connections) {
    if (arguments.has("json")) {
      std::cout << show_json(analysis, language) << "\n";
      continue;
    }
    if (arguments.has("ladder")) {
      if (reading.connections.size() > 1)
        std::cout << (first ? "" : "\n") << "# " << heading(analysis, language) << "\n";
      first = false;
      std::cout << print(analysis.ladder);
      continue;
    }
    if (!first) std::cout << "\n" << std::string(79, '-') << "\n\n";
    first = false;
    std::cout << show_text(analysis, language);
  }
  return reading.damaged ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
