// Runs the `tcplab` command as a person or a script would, and tells what it said.
#pragma once

#include <string>
#include <vector>

#include "support/program.hpp"

namespace tcplab::test {

struct Result {
  int status = 0;
  std::string out, err;
};

/// Of a program that is given no input.
inline Result program_says(const std::string& path, const std::vector<std::string>& arguments) {
  Program program(path, arguments);
  program.close_input();
  const int status = program.end();
  return {status, program.out(), program.err()};
}

inline Result tcplab_says(const std::vector<std::string>& arguments) {
  return program_says(TCPLAB_COMMAND, arguments);
}

}  // namespace tcplab::test
