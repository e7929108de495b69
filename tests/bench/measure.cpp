// measure [--output FILE] COMMAND [ARGUMENT...]: runs a command, its output thrown away or written to FILE, and prints
// what it cost: microseconds of processor time (its own and the system's for it), microseconds by the clock, and the
// most memory it held, in kilobytes. Fails with the command's exit status. It counts the command's children only as far
// as the command waited for them. For POSIX systems.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

extern char** environ;  // NOLINT: by this name POSIX knows it

namespace {

constexpr int cannot_run = 127;

int fail(const char* what, int error) {
  std::fprintf(stderr, "error: cannot %s: %s\n", what, std::strerror(error));
  return cannot_run;
}

long long microseconds(const timeval& time) {
  return time.tv_sec * 1000000LL + time.tv_usec;
}

int measure(const char* output, char** command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const auto began = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (const int error = posix_spawnp(&child, command[0], &actions, nullptr, command, environ); error != 0)
    return fail(command[0], error);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return fail("wait", errno);
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
  std::printf("%lld\t%lld\t%ld\n", microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
              static_cast<long long>(wall.count()), usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int count, char** words) {
  const bool has_output = count > 2 && std::strcmp(words[1], "--output") == 0;
  char** command = words + (has_output ? 3 : 1);
  if (*command == nullptr) {
    std::fputs("hint: measure [--output FILE] COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  return measure(has_output ? words[2] : "/dev/null", command);
}
