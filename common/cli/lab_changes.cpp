#include "cli/lab_changes.hpp"

#include "fault/parse.hpp"

namespace tcplab::cli {
namespace {

/// "--set server:net.ipv4.tcp_sack=0" into the settings of that host.
void read_setting(const std::string& text, LabChanges& changes) {
  const auto unreadable = [&] {
    return UsageError("cannot read --set '" + text + "'",
                      "--set HOST:SYSCTL=VALUE, such as --set server:net.ipv4.tcp_sack=0");
  };
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw unreadable();
  const std::string host = text.substr(0, colon);
  const std::size_t equals = text.find('=', colon);
  if ((host != "client" && host != "server") || equals == std::string::npos || equals + 1 == text.size())
    throw unreadable();
  const std::string name = text.substr(colon + 1, equals - colon - 1);
  if (!name.starts_with("net."))
    throw UsageError("--set '" + text + "': '" + name + "' is no setting of a host", "only net.* belongs to a host");
  auto& sysctls = host == "client" ? changes.client_sysctls : changes.server_sysctls;
  sysctls[name] = text.substr(equals + 1);
}

void read_rule(const std::string& text, LabChanges& changes) {
  try {
    changes.rules.push_back(parse_rule(text));
  } catch (const RuleError& error) {
    throw UsageError(error.what(), "docs/rules.md has the grammar; one that can be read: \"drop the client's 1st F.\"");
  }
}

std::vector<std::string> texts(const Arguments& arguments, const char* option) {
  return arguments.has(option) ? arguments.options[option].as<std::vector<std::string>>() : std::vector<std::string>();
}

/// As a shell reads it, within "".
std::string quoted(const std::string& text) {
  std::string word = "\"";
  for (const char letter : text)
    word += std::string(letter == '"' || letter == '\\' || letter == '$' ? "\\" : "") + letter;
  return word + "\"";
}

void note_option(LabChanges& changes, const std::string& option) {
  changes.options += (changes.options.empty() ? "" : ", ") + option;
}

}  // namespace

void LabChanges::apply_to(Lesson& lab) const {
  if (delay) lab.delay = *delay;
  if (without_own_rules) lab.rules.clear();
  lab.rules.insert(lab.rules.end(), rules.begin(), rules.end());
  for (const auto& [name, value] : client_sysctls) lab.client.sysctls[name] = value;
  for (const auto& [name, value] : server_sysctls) lab.server.sysctls[name] = value;
}

void add_change_options(cxxopts::OptionAdder add) {
  add("delay", "the wire's delay one way, instead of the lab's", cxxopts::value<unsigned>(), "MS");
  add("rule", "what else the wire does, or what happens to a host (docs/rules.md); may be given again",
      cxxopts::value<std::vector<std::string>>(), "RULE");
  add("no-rules", "leave the lab's own rules out");
  add("set", "a kernel setting of a host, such as server:net.ipv4.tcp_sack=0; may be given again",
      cxxopts::value<std::vector<std::string>>(), "HOST:SYSCTL=VALUE");
}

LabChanges changes_asked_for(const Arguments& arguments, bool on_loopback) {
  LabChanges changes;
  if (on_loopback && arguments.has("delay")) throw UsageError("--delay is the wire's; loopback has none");
  if (on_loopback && arguments.has("rule")) throw UsageError("--rule is obeyed by the wire; loopback has none");
  if (on_loopback && arguments.has("set")) throw UsageError("--set is for one of two hosts; loopback has only one");
  if (arguments.has("delay")) {
    changes.delay = std::chrono::milliseconds(arguments.options["delay"].as<unsigned>());
    note_option(changes, "--delay " + std::to_string(changes.delay->count()));
  }
  changes.without_own_rules = arguments.has("no-rules");
  if (changes.without_own_rules) note_option(changes, "--no-rules");
  for (const std::string& text : texts(arguments, "rule")) {
    read_rule(text, changes);
    note_option(changes, "--rule " + quoted(text));
  }
  for (const std::string& text : texts(arguments, "set")) {
    read_setting(text, changes);
    note_option(changes, "--set " + (text.find(' ') == std::string::npos ? text : quoted(text)));
  }
  return changes;
}

}  // namespace tcplab::cli
