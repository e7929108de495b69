// `tcplab man`: the manual page, made from the same tables as the help, so that it never falls behind.
// It is written in the man macros, which groff and mandoc both read; see man(7) and groff_man_style(7).
#include <algorithm>
#include <cctype>
#include <iostream>

#include "cli/command.hpp"
#include "cli/version.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {
namespace {

/// Text as the macros take it: no character of it is one of theirs, and no word, should a line begin with it, a macro.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '.' && (out.empty() || out.back() == ' '))
      out += "\\&.";
    else if (letter == '\\')
      out += "\\e";
    else if (letter == '-')
      out += "\\-";
    else if (letter == '`')
      out += "\\(ga";
    else if (letter == '\'')
      out += "\\(aq";
    else if (letter == '"')
      out += "\\(dq";
    else
      out += letter;
  }
  return out;
}

/// Text in lines of a page's source, which should be no longer than a terminal's.
std::string lines(std::string_view text) {
  return wrapped(escaped(text));
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

/// A line that is looked up: "**tcplab record** [options] *LAB...*".
std::string synopsis(const Command& command) {
  std::string line = bold("tcplab " + std::string(command.name)) + " [options]";
  if (!command.operands.empty()) line += " " + italic(command.operands);
  return line;
}

void print_option(const cxxopts::HelpOptionDetails& option) {
  std::string names;
  if (!option.s.empty()) names = bold("-" + option.s);
  for (const std::string& name : option.l) names += (names.empty() ? "" : ", ") + bold("--" + name);
  if (!option.is_boolean) names += " " + italic(option.arg_help.empty() ? "arg" : option.arg_help);
  std::string text = option.desc;
  if (option.has_default && !option.is_boolean && !option.default_value.empty())
    text += " (default: " + option.default_value + ")";
  std::cout << ".TP\n" << names << "\n" << lines(text);
}

void print_command(const Command& command) {
  std::string summary(command.summary);
  summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
  std::cout << ".SS " << command.name << "\n" << synopsis(command) << "\n.PP\n" << lines(summary + ".");
  const cxxopts::Options options = options_of(command);
  for (const cxxopts::HelpOptionDetails& option : options.group_help("").options) {
    if (option.l != cxxopts::OptionNames{"help"}) print_option(option);
  }
}

struct Entry {
  std::string_view term, text;
};

void print_section(std::string_view title, std::initializer_list<Entry> entries) {
  std::cout << ".SH " << title << "\n";
  for (const Entry& entry : entries) std::cout << ".TP\n" << bold(entry.term) << "\n" << lines(entry.text);
}

void print_head() {
  std::string name(purpose);
  name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
  std::cout << ".TH TCPLAB 1 \"" << version_date() << "\" \"tcplab " << version_number() << "\" \"User Commands\"\n"
            << ".SH NAME\n"
            << wrapped("tcplab \\- " + escaped(name)) << ".SH SYNOPSIS\n";
  for (const Command& command : commands()) std::cout << synopsis(command) << "\n.br\n";
  std::cout
      << bold("tcplab --version") << "\n.SH DESCRIPTION\n"
      << lines(
             "A lab is a pair of small programs that make TCP do one thing. The command records it between two hosts "
             "with a wire between them, and holds the recording against the ladder that must be seen; that needs Linux "
             "and tcpdump, but no root. It reads captures of others as well: who opened and who closed, in which "
             "states both ends were, and why.");
}

}  // namespace

int run_man(const Arguments& /*arguments*/) {
  print_head();
  std::cout << ".SH COMMANDS\nEach has an option " << bold("--help") << ".\n";
  for (const Command& command : commands()) print_command(command);
  print_section("EXIT STATUS", {{"0", "Yes: it matches, it is the same, it was done."},
                                {"1", "No: it differs, or it could not be recorded."},
                                {"2", "The call makes no sense, or something cannot be read."},
                                {"130", "It was interrupted."}});
  print_section("ENVIRONMENT", {{"TCPLAB_LABS", "The folder of labs to use instead of the installed ones."},
                                {"TCPLAB_TUN", "The TAP device to open instead of /dev/net/tun."},
                                {"TCPLAB_ATTACHMENT", "How the hosts hang on the wire: tap or veth."}});
  print_section("EXAMPLES",
                {{"tcplab record hello", "Record the first lab, and see its ladder."},
                 {"tcplab explain recordings/hello", "Have each segment of it explained."},
                 {"tcplab flows --ended abort mine.pcap", "The connections of a capture that ended by an RST."}});
  std::cout << ".SH SEE ALSO\n"
               ".BR tcpdump (8),\n.BR wireshark (1),\n.BR tcp (7)\n"
               ".PP\nRFC 9293, Transmission Control Protocol (TCP).\n";
  return Exit::yes;
}

}  // namespace tcplab::cli
