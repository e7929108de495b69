// `tcplab run`: a lab's two programs, here, with what they say side by side.
#include <iostream>

#include "cli/command.hpp"
#include "cli/loopback.hpp"
#include "lesson/pair.hpp"
#ifdef TCPLAB_HAS_RIG
#include <unistd.h>

#include "rig/one_processor.hpp"
#endif

namespace tcplab::cli {

void add_run_options(cxxopts::OptionAdder add) {
  add("port", "the port the server listens on", cxxopts::value<unsigned>()->default_value("12345"), "N");
  add("ipv6", "::1 instead of 127.0.0.1");
}

int run_run(const Arguments& arguments) {
  if (arguments.operands.size() != 1) throw UsageError("run which lab?", "tcplab run LAB; `tcplab list` shows them");
  const Syllabus syllabus = Syllabus::find();
  const Lesson lab = syllabus.lab(arguments.operands.front());
  if (!lab.rules.empty()) throw wire_needed(lab);
  if (lab.needs_settings()) {
    throw UsageError(lab.name + " cannot be done on this machine as it is: its kernel settings are a recording's",
                     "record it: tcplab record " + lab.name);
  }
  const auto port = arguments.options["port"].as<unsigned>();
  if (port == 0 || port > 65535)
    throw UsageError("there is no port " + std::to_string(port), "--port takes 1 to 65535");
#ifdef TCPLAB_HAS_RIG
  // So that whoever captures it sees the segments in their order.
  rig::stay_on_one_processor(static_cast<unsigned>(::getpid()));
#endif
  const PairOptions options{.port = static_cast<std::uint16_t>(port), .ipv6 = arguments.has("ipv6")};
  const PairOutcome outcome = run_pair(syllabus, lab, options, [](std::string_view role, std::string_view line) {
    std::cout << role << " | " << line << std::endl;
  });
  return outcome.client == lab.client.exit_status && outcome.server == lab.server.exit_status ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
