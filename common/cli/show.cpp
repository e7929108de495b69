// `tcplab show`: the ladder and the verdict of every connection in a capture.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "ladder/print.hpp"
#include "lesson/timeline.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::cli {

void add_show_options(cxxopts::OptionAdder add) {
  add("json", "one JSON object a line, one line a connection");
  add("ladder", "only the ladder, as a lab's ladder.txt has it");
  add("udp", "exchanges of UDP datagrams too, beside TCP connections");
  add("plain", "only what the captures show: no calls, nor what the wire did");
}

namespace {

/// Takes them out where there is TCP as well; returns how many.
std::size_t hide_udp(std::vector<Analysis>& connections) {
  const auto is_udp = [](const Analysis& analysis) { return analysis.connection.protocol == Protocol::udp; };
  return std::ranges::all_of(connections, is_udp) ? 0 : std::erase_if(connections, is_udp);
}

}  // namespace

int run_show(const Arguments& arguments) {
  if (arguments.operands.empty()) throw UsageError("show what?", "tcplab show FILE|DIR..., or - for standard input");
  Reading reading = read_captures(arguments.operands);
  const bool bare = arguments.has("ladder") || arguments.has("plain");
  if (!bare && arguments.operands.size() == 1 && std::filesystem::is_directory(arguments.operands.front()))
    annotate(reading.connections, std::filesystem::path(arguments.operands.front()));
  const std::size_t hidden = arguments.has("udp") ? 0 : hide_udp(reading.connections);
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
  if (hidden > 0)
    std::cerr << hidden << (hidden == 1 ? " UDP exchange is" : " UDP exchanges are") << " not shown; --udp shows all\n";
  if (reading.connections.empty()) std::cerr << "no TCP connection in " << reading.frames << " frames\n";
  return reading.damaged ? Exit::usage : Exit::yes;
}

}  // namespace tcplab::cli
