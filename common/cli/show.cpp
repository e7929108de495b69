// `tcplab show`: the ladder and the verdict of every connection in a capture.
#include <iostream>
#include <thread>

#include "cli/command.hpp"
#include "cli/output_text.hpp"
#include "cli/selection.hpp"
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
  Selection selection = read_selected(arguments, arguments.has("ladder") || arguments.has("plain"));
  const bool as_json = arguments.has("json"), as_ladder = arguments.has("ladder"), is_single = selection.size() == 1;
  print_each(selection, std::cout, std::thread::hardware_concurrency(),
             [&](LineBuffer& text, const Analysis& analysis, bool is_first, const Spill& spill) {
               if (as_json) {
                 append_show_json(text, analysis, language, spill);
                 text.append('\n');
               } else if (as_ladder) {
                 if (!is_single) text.append((is_first ? "# " : "\n# ") + heading(analysis, language) + "\n");
                 append_ladder(text, analysis.ladder, spill);
               } else {
                 if (!is_first) append_rule(text);
                 append_show_text(text, analysis, language, spill);
               }
             });
  return selection.damaged() ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
