// `tcplab run`: a lab's two programs, here, with what they say side by side.
#include <iostream>

#include "cli/command.hpp"
#include "lesson/pair.hpp"

namespace tcplab::cli {

void add_run_options(cxxopts::OptionAdder add) {
  add("port", "the port the server listens on", cxxopts::value<std::uint16_t>()->default_value("12345"), "N");
  add("ipv6", "::1 instead of 127.0.0.1");
}

int run_run(const Arguments& arguments) {
  if (arguments.operands.size() != 1) throw UsageError("run which lab?", "tcplab run LAB; `tcplab list` shows them");
  const Syllabus syllabus = Syllabus::find();
  const Lesson lab = syllabus.lab(arguments.operands.front());
  const PairOptions options{.port = arguments.options["port"].as<std::uint16_t>(), .ipv6 = arguments.has("ipv6")};
  const PairOutcome outcome = run_pair(syllabus, lab, options, [](std::string_view role, std::string_view line) {
    std::cout << role << " | " << line << std::endl;
  });
  return outcome.client == lab.client.exit_status && outcome.server == lab.server.exit_status ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
