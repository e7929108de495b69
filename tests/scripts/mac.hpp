// A Mac that is none: a PATH with the tools that macOS has, of which those that differ are stubs, and a home folder.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/temporary_directory.hpp"

namespace tcplab::test {

class Mac {
 public:
  struct Result {
    int status = 0;
    std::string out, err;
  };

  Mac();
  void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }
  void remove(const std::string& tool) const { std::filesystem::remove(tools() / tool); }
  /// Runs a script of the project in the home folder.
  [[nodiscard]] Result says(const std::string& script, const std::vector<std::string>& arguments) const;
  /// The same with a loopback of its own, on which it may capture.
  [[nodiscard]] Result says_alone(const std::string& script, const std::vector<std::string>& arguments) const;

  [[nodiscard]] const std::filesystem::path& home() const { return folder_.path(); }
  /// What tcpdump and sudo were asked for, in order.
  [[nodiscard]] std::vector<std::string> log() const;
  /// All that is in recordings/, whatever its name.
  [[nodiscard]] std::set<std::string> recordings() const;

 private:
  [[nodiscard]] std::filesystem::path tools() const { return folder_.path() / "tools"; }
  [[nodiscard]] Result run(std::vector<std::string> command) const;

  TemporaryDirectory folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace tcplab::test
