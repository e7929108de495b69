// `tcplab explain`: each segment of every connection in a few sentences, and the verdict.
#include "report/explain_text.hpp"

#include <iostream>

#include "cli/command.hpp"
#include "cli/selection.hpp"
#include "report/json.hpp"

namespace tcplab::cli {

void add_explain_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object a line, one line a connection, with a text to each row");
  add_selection_options(add);
}

int run_explain(const Arguments& arguments) {
  if (arguments.operands.empty())
    throw UsageError("explain what?", "tcplab explain FILE|DIR..., or - for standard input");
  const Language language = language_of(arguments);
  const Reading reading = read_selected(arguments, arguments.has("plain"));
  bool first = true;
  for (const Analysis& analysis : reading.connections) {
    if (arguments.has("json")) {
      std::cout << explain_json(analysis, language) << "\n";
      continue;
    }
    if (!first) std::cout << "\n" << std::string(79, '-') << "\n\n";
    first = false;
    std::cout << explain_text(analysis, language);
  }
  return reading.damaged ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
