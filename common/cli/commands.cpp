#include "cli/command.hpp"

#include <array>

namespace tcplab::cli {

std::span<const Command> commands() {
  static constexpr std::array table = {
      Command{"list", "", "the labs, in reading order", add_list_options, run_list},
      Command{"run", "LAB", "run a lab's two programs here, on loopback, and show what they say", add_run_options,
              run_run},
      Command{"record", "LAB...", "record labs between two hosts and hold them against their ladders",
              add_record_options, run_record},
      Command{"show", "FILE|DIR...", "the ladder and the verdict of every connection in a capture", add_show_options,
              run_show},
      Command{"explain", "FILE|DIR...", "the same with each segment in a few sentences, in English or Chinese",
              add_explain_options, run_explain},
      Command{"flows", "FILE|DIR...", "a line for every connection of captures of any size", add_flows_options,
              run_flows},
      Command{"check", "LAB FILE|DIR...", "hold a capture against a lab's ladder", add_check_options, run_check},
      Command{"compare", "A B", "what differs between two recordings, or one and a lab's reference",
              add_compare_options, run_compare},
      Command{"states", "", "the transitions between the states of a connection", add_states_options, run_states},
      Command{"doctor", "", "whether this machine can record, and what to do if not", add_doctor_options, run_doctor},
      Command{"completion", "", "a script that completes this command in bash", no_options, run_completion},
      Command{"man", "", "the manual page; to read it: tcplab man | man -l -", no_options, run_man},
  };
  return table;
}

cxxopts::Options options_of(const Command& command) {
  cxxopts::Options options("tcplab " + std::string(command.name), std::string(command.summary));
  options.custom_help("[options]");
  options.positional_help(std::string(command.operands));
  options.set_width(80);
  command.add_options(options.add_options());
  options.add_options()("h,help", "show this help");
  options.add_options("operands")("operands", "", cxxopts::value<std::vector<std::string>>()->default_value(""));
  options.parse_positional("operands");
  return options;
}

}  // namespace tcplab::cli
