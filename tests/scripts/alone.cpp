// alone COMMAND [ARGUMENT...]: runs it where there is nothing but a loopback of its own, on which it may capture.
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include "rig/interface.hpp"
#include "rig/namespaces.hpp"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    tcplab::rig::enter_namespaces();
    tcplab::rig::set_up("lo");
  } catch (const std::exception& error) {
    std::cerr << "alone: " << error.what() << "\n";
    return 2;
  }
  // The first child is the init of a pid namespace: when it ends, nothing of it is left.
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
