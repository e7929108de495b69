// `tcplab completion`: a bash script made from the same tables as the help, so that it never falls behind.
#include <iostream>

#include "cli/command.hpp"

namespace tcplab::cli {
namespace {

std::string long_options(const Command& command) {
  std::string words;
  const cxxopts::Options options = options_of(command);
  for (const cxxopts::HelpOptionDetails& option : options.group_help("").options) {
    for (const std::string& name : option.l) words += (words.empty() ? "--" : " --") + name;
  }
  return words;
}

}  // namespace

int run_completion(const Arguments& /*arguments*/) {
  std::string names;
  for (const Command& command : commands()) names += (names.empty() ? "" : " ") + std::string(command.name);
  std::cout << "# bash completion for tcplab; use it with: source <(tcplab completion)\n"
               "_tcplab() {\n"
               "  local word=${COMP_WORDS[COMP_CWORD]} options= labs=\n"
               "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
               "    mapfile -t COMPREPLY < <(compgen -W '"
            << names
            << " --help --version' -- \"$word\")\n"
               "    return\n"
               "  fi\n"
               "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands()) {
    std::cout << "    " << command.name << ")\n      options='" << long_options(command) << "'\n";
    if (command.operands.starts_with("LAB") || command.operands == "A B")
      std::cout << "      labs=$(\"${COMP_WORDS[0]}\" list --json 2>/dev/null | sed -n 's/^    \"name\": "
                   "\"\\(.*\\)\",$/\\1/p')\n";
    std::cout << "      ;;\n";
  }
  std::cout << "  esac\n"
               "  mapfile -t COMPREPLY < <(compgen -W \"$options $labs\" -- \"$word\"; compgen -f -- \"$word\")\n"
               "}\n"
               "complete -o filenames -F _tcplab tcplab\n";
  return Exit::yes;
}

}  // namespace tcplab::cli
