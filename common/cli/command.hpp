// The shape that every subcommand of `tcplab` shares: a table entry, its options, and how it fails.
#pragma once

#include <cxxopts.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tcplab::cli {

/// What the command is for, in a sentence.
inline constexpr std::string_view purpose =
    "Cause, record and read every way a TCP connection opens, carries data and ends";

/// House exit codes. A program that overstays its deadline ends with 124, one stopped by Ctrl-C with 130.
enum Exit : int { yes = 0, no = 1, usage = 2, interrupted = 130 };

/// What a subcommand was called with, parsed.
struct Arguments {
  cxxopts::ParseResult options;
  std::vector<std::string> operands;  ///< what stood beside the options
  std::string command_line;           ///< as it can be typed again

  [[nodiscard]] bool has(const std::string& option) const { return options.count(option) > 0; }
};

struct Command {
  std::string_view name;
  std::string_view operands;  ///< as the help shows them: "LAB FILE..."
  std::string_view summary;
  void (*add_options)(cxxopts::OptionAdder add);
  int (*run)(const Arguments& arguments);
};

/// Every subcommand, in the order of the help.
std::span<const Command> commands();

/// A call that makes no sense: it exits with 2.
class UsageError : public std::runtime_error {
 public:
  /// Without a hint, that of where the options are told.
  explicit UsageError(const std::string& what, std::string hint = {})
      : std::runtime_error(what), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

inline void no_options(cxxopts::OptionAdder /*add*/) {}

int run_list(const Arguments& arguments);
int run_run(const Arguments& arguments);
int run_record(const Arguments& arguments);
int run_show(const Arguments& arguments);
int run_explain(const Arguments& arguments);
int run_flows(const Arguments& arguments);
int run_check(const Arguments& arguments);
int run_compare(const Arguments& arguments);
int run_states(const Arguments& arguments);
int run_doctor(const Arguments& arguments);
int run_completion(const Arguments& arguments);
int run_man(const Arguments& arguments);

void add_list_options(cxxopts::OptionAdder add);
void add_run_options(cxxopts::OptionAdder add);
void add_record_options(cxxopts::OptionAdder add);
void add_show_options(cxxopts::OptionAdder add);
void add_explain_options(cxxopts::OptionAdder add);
void add_flows_options(cxxopts::OptionAdder add);
void add_check_options(cxxopts::OptionAdder add);
void add_compare_options(cxxopts::OptionAdder add);
void add_states_options(cxxopts::OptionAdder add);
void add_doctor_options(cxxopts::OptionAdder add);

/// The options of a command, with --help.
cxxopts::Options options_of(const Command& command);

}  // namespace tcplab::cli
