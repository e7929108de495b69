// `tcplab explain`: each segment of every connection in a few sentences, and the verdict.
#include "report/explain_text.hpp"

#include <iostream>
#include <thread>

#include "cli/command.hpp"
#include "cli/output_text.hpp"
#include "cli/selection.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::cli {

void add_explain_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object a line, one line a connection, with a text to each row");
  add_selection_options(add);
}

int run_explain(const Arguments& arguments) {
  if (arguments.operands.empty())
    throw UsageError("explain what?", "tcplab explain FILE|DIR..., or - for standard input");
  const Language language = language_of(arguments);
  Selection selection = read_selected(arguments, arguments.has("plain"));
  const bool as_json = arguments.has("json");
  print_each(selection, std::cout, std::thread::hardware_concurrency(),
             [&](LineBuffer& text, const Analysis& analysis, bool is_first, const Spill& spill) {
               if (as_json) {
                 append_explain_json(text, analysis, language, spill);
                 text.append('\n');
               } else {
                 if (!is_first) append_rule(text);
                 append_explain_text(text, analysis, language, spill);
               }
             });
  return selection.damaged() ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
