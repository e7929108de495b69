// The process tree under a recording: a process that enters the namespaces, and below it the init that does the work.
// The caller holds one socket to it: closing that, by whatever death, ends everything.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "rig/fd.hpp"

namespace tcplab::rig {

/// fork(2) whose child may make a user namespace, which is for processes of one thread: ThreadSanitizer gives the child
/// of its own fork() a second one.
pid_t fork_with_one_thread();

struct RigProcess {
  pid_t process;  ///< to be waited for; it ends when the init has
  Fd socket;      ///< gives one line, then end of file; shut down for writing, or closed, it asks the rig to stop
};

/// Runs `work` as the init of a new pid namespace, in new user and network namespaces. `work` gets the init's end of
/// the socket and returns the line for the caller; what it throws becomes a line as well. Then everything in there is
/// killed.
RigProcess start_rig_process(const std::function<std::string(int socket)>& work);

/// Reads up to and including the first newline, or to the end of file.
std::string read_line(int socket);

}  // namespace tcplab::rig
