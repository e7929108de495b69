// `tcplab states`: the table that the tracker moves by.
#include <iostream>

#include "cli/command.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::cli {

void add_states_options(cxxopts::OptionAdder add) {
  add("json", "one JSON array, an object an edge");
}

int run_states(const Arguments& arguments) {
  std::cout << (arguments.has("json") ? states_json() + "\n" : states_text());
  return Exit::yes;
}

}  // namespace tcplab::cli
