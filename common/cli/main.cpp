// The `tcplab` command: finds the subcommand, parses its options, and prints its one error.
#include <algorithm>
#include <exception>
#include <iostream>
#include <sstream>
#include <system_error>

#include "cli/command.hpp"
#include "cli/version.hpp"
#include "console/console.hpp"
#include "lesson/lesson.hpp"
#include "lesson/syllabus.hpp"
#include "packet/printable.hpp"
#ifdef TCPLAB_HAS_RIG
#include "rig/recording.hpp"
#endif

namespace tcplab::cli {
namespace {

void print_help(std::ostream& stream) {
  stream << purpose
         << ".\n\n"
            "Usage:\n  tcplab COMMAND [options]\n\nCommands:\n";
  for (const Command& command : commands()) {
    std::string left = "  " + std::string(command.name);
    left.resize(14, ' ');
    stream << left << command.summary << "\n";
  }
  stream << "\n`tcplab COMMAND --help` tells more. A first one: tcplab record hello\n";
}

const Command& find_command(const std::string& name) {
  const auto table = commands();
  const auto found = std::ranges::find(table, name, &Command::name);
  if (found == table.end()) throw UsageError("there is no command '" + name + "'", "`tcplab --help` lists them");
  return *found;
}

/// As a shell reads it.
std::string command_line(int argc, const char* const* argv) {
  std::string line = "tcplab";
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
      line += " " + word;
      continue;
    }
    for (std::size_t at = word.find('\''); at != std::string::npos; at = word.find('\'', at + 4))
      word.replace(at, 1, "'\\''");
    line += " '" + word + "'";
  }
  return line;
}

int run(int argc, const char* const* argv) {
  if (argc < 2) {
    print_help(std::cerr);
    return Exit::usage;
  }
  const std::string name = argv[1];
  if (name == "--help" || name == "-h" || name == "help") return print_help(std::cout), Exit::yes;
  if (name == "--version") return std::cout << version_text(), Exit::yes;
  const Command& command = find_command(name);
  cxxopts::Options options = options_of(command);
  Arguments arguments;
  try {
    arguments.options = options.parse(argc - 1, argv + 1);
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(error.what());
  }
  if (arguments.has("help")) return std::cout << options.help({""}), Exit::yes;
  if (arguments.has("operands")) arguments.operands = arguments.options["operands"].as<std::vector<std::string>>();
  if (command.operands.empty() && !arguments.operands.empty())
    throw UsageError("`tcplab " + name + "` takes no '" + arguments.operands.front() + "'");
  arguments.command_line = command_line(argc, argv);
  return command.run(arguments);
}

/// `hints`: one a line.
int fail(int exit_code, const char* what, const std::string& hints) {
  std::cout.flush();
  const auto print_lines = [](const char* first, const char* further, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line); first = further) std::cerr << first << printable(line) << "\n";
  };
  print_lines("error: ", "", what);
  print_lines("hint: ", "hint: ", hints);
  return exit_code;
}

int run_and_report(int argc, const char* const* argv) {
  try {
    const int result = run(argc, argv);
    std::cout.flush();
    if (!std::cout) return fail(Exit::usage, "cannot write to standard output", "");
    return result;
  } catch (const UsageError& error) {
    const std::string options = "`tcplab " + std::string(argv[1]) + " --help` lists the options";
    return fail(Exit::usage, error.what(), error.hint().empty() ? options : error.hint());
  } catch (const UnknownLab& error) {
    return fail(Exit::usage, error.what(), error.hint());
#ifdef TCPLAB_HAS_RIG
  } catch (const RigError& error) {
    return fail(error.interrupted() ? Exit::interrupted : Exit::no, error.what(), error.hint());
#endif
  } catch (const std::exception& error) {
    return fail(Exit::usage, error.what(), "");
  }
}

}  // namespace
}  // namespace tcplab::cli

int main(int argc, char** argv) {
  const tcplab::Console console;
  return tcplab::cli::run_and_report(argc, argv);
}
