// A lab's program under test, named as in "hello/server".
#pragma once

#include "support/program.hpp"

namespace tcplab::test {

inline std::string path_of(const std::string& name) {
  return std::string(TCPLAB_LABS_DIR) + "/" + name;
}

class LabProgram : public Program {
 public:
  LabProgram(const std::string& name, const std::vector<std::string>& arguments, const Surroundings& surroundings = {})
      : Program(path_of(name), arguments, surroundings) {}

  /// Waits until the server is ready, and returns its port.
  std::string port() {
    const std::string address = rest_of_line("ready at ");
    return address.substr(address.rfind(':') + 1);
  }
};

}  // namespace tcplab::test
