// A process in a host: started with exactly the descriptors it should have, watched, and its words collected.
// What it is for is known to recorder.hpp (tcpdump) and session.cpp (the lab's programs).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "rig/fd.hpp"
#include "rig/loop.hpp"

namespace tcplab::rig {

struct ChildPlan {
  std::string path;                      ///< of the executable file
  std::vector<std::string> arguments;    ///< behind the path
  std::vector<std::string> environment;  ///< "NAME=value", beside what is inherited
  int network_namespace = -1;
  bool keeps_rights = false;                     ///< to capture, for one
  int standard_input = -1;                       ///< -1 is /dev/null
  std::vector<std::pair<int, int>> descriptors;  ///< handed on: ours, and its number there (3 and up)
};

class Child {
 public:
  /// Starts it; standard output and error come to us. Throws std::system_error when it cannot be executed.
  Child(const ChildPlan& plan, Loop& loop);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  ///< forgets it; a process that still runs dies with the pid namespace

  [[nodiscard]] bool has_ended() const { return exit_status_.has_value(); }
  /// As a shell gives it: 128 + n when signal n ended it. Only once it has ended.
  [[nodiscard]] int exit_status() const { return exit_status_.value(); }
  /// What it has said so far, the first MiB of it.
  [[nodiscard]] const std::string& output() const { return output_; }
  /// The last line of that.
  [[nodiscard]] std::string last_words() const;
  void signal(int number) const;

 private:
  void start(const ChildPlan& plan);
  void collect_output();
  void collect_status();

  Loop& loop_;
  pid_t process_ = -1;
  Fd ended_;  ///< a pidfd, readable once the process has ended
  Fd said_;
  std::string output_;
  std::optional<int> exit_status_;
};

/// A pipe: the end to read from, and the end to write to.
std::pair<Fd, Fd> make_pipe();

/// The file that a shell would run for this name; ENOENT if PATH has none.
std::string find_on_path(const std::string& name);

}  // namespace tcplab::rig
