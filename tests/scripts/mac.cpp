#include "scripts/mac.hpp"

#include <fstream>

namespace tcplab::test {
namespace {

namespace fs = std::filesystem;

/// What the scripts may use: macOS has all of these, and not, for instance, flock, nproc, readlink -f or stat -c.
constexpr auto tools_of_macos = {"bash",  "cat",   "chmod",  "date",   "dirname", "env", "getconf", "grep",
                                 "head",  "mkdir", "mkfifo", "mktemp", "mv",      "rm",  "sed",     "sh",
                                 "sleep", "tail",  "tee",    "touch",  "tr",      "wc"};

fs::path found(const std::string& tool) {
  for (const char* folder : {"/usr/bin", "/bin", "/usr/sbin", "/sbin"}) {
    if (fs::exists(fs::path(folder) / tool)) return fs::path(folder) / tool;
  }
  return {};
}

}  // namespace

Mac::Mac() {
  fs::create_directory(tools());
  for (const char* tool : tools_of_macos) fs::create_symlink(found(tool), tools() / tool);
  for (const auto& stub : fs::directory_iterator(TCPLAB_SOURCE "/tests/scripts/macos"))
    fs::create_symlink(stub.path(), tools() / stub.path().filename());
  fs::create_directory(home() / "real");
  for (const char* tool : {"id", "tcpdump"}) fs::create_symlink(found(tool), home() / "real" / tool);
  environment_ = {{"PATH", tools().string()},
                  {"TCPLAB", TCPLAB_BUILD_DIRECTORY "/tcplab"},
                  {"TCPLAB_NO_INSTALL", ""},
                  {"MAC_LOG", (home() / "log").string()},
                  {"MAC_REAL", (home() / "real").string()}};
}

Mac::Result Mac::says(const std::string& script, const std::vector<std::string>& arguments) const {
  // Another folder to be in is what the shell is for.
  std::vector<std::string> command = {(tools() / "bash").string(), "-c", "cd \"$0\" && exec \"$@\"", home().string(),
                                      TCPLAB_SOURCE "/scripts/" + script};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(std::move(command));
}

Mac::Result Mac::says_alone(const std::string& script, const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {
      TCPLAB_ALONE,    (tools() / "bash").string(),       "-c", "cd \"$0\" && exec \"$@\"",
      home().string(), TCPLAB_SOURCE "/scripts/" + script};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(std::move(command));
}

Mac::Result Mac::run(std::vector<std::string> command) const {
  const std::string path = command.front();
  command.erase(command.begin());
  Program program(path, command, {environment_, {}});
  program.close_input();
  const int status = program.end();
  return {status, program.out(), program.err()};
}

std::vector<std::string> Mac::log() const {
  std::vector<std::string> lines;
  std::ifstream stream(home() / "log");
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::set<std::string> Mac::recordings() const {
  std::set<std::string> names;
  if (!fs::exists(home() / "recordings")) return names;
  for (const auto& entry : fs::directory_iterator(home() / "recordings"))
    names.insert(entry.path().filename().string());
  return names;
}

}  // namespace tcplab::test
