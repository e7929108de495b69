// Two forks: one to leave the caller's session and namespaces, one to become pid 1 of the new pid namespace.
// Neither child ever returns from here, runs the caller's atexit handlers or keeps its descriptors.
#include "rig/rig_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <csignal>

#include "rig/namespaces.hpp"
#include "rig/one_processor.hpp"
#include "rig/outcome_line.hpp"

// GCC says it by a macro, clang by a feature.
#if defined(__SANITIZE_THREAD__)
#define TCPLAB_UNDER_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TCPLAB_UNDER_THREAD_SANITIZER
#endif
#endif

namespace tcplab::rig {
namespace {

constexpr int socket_number = 3;

/// The caller's terminal, signals and descriptors are not ours; only its standard error is kept, for a crash's last
/// words.
void leave_caller(int socket) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(socket, socket_number);
  ::fcntl(socket_number, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, socket_number + 1, ~0U, 0);
}

void send_line(const std::string& line) {
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t length = ::send(socket_number, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (length < 0 && errno != EINTR) return;  // nobody is there to hear it
    if (length > 0) sent += static_cast<std::size_t>(length);
  }
}

std::string line_of(const std::function<std::string(int)>& work) {
  try {
    return work(socket_number);
  } catch (const RigError& error) {
    return to_line(error);
  } catch (const std::exception& error) {
    return to_line(RigError(error.what(), ""));
  }
}

[[noreturn]] void be_init(const std::function<std::string(int)>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1);
  send_line(line_of(work));
  ::_exit(0);  // and with it, by the kernel, everything in the namespace
}

[[noreturn]] void be_parent_of_init(const std::function<std::string(int)>& work) {
  pid_t init = -1;
  const std::string failure = line_of([&](int) {
    enter_namespaces();
    init = must(::fork(), "fork");
    return std::string();
  });
  if (init == 0) be_init(work);
  send_line(failure);
  ::close(socket_number);
  if (init > 0) ::waitpid(init, nullptr, 0);
  ::_exit(0);
}

/// Another for each recording of this process, and most likely for those of others that run beside it.
unsigned next_turn() {
  static std::atomic<unsigned> turn = static_cast<unsigned>(::getpid());
  return turn++;
}

}  // namespace

pid_t fork_with_one_thread() {
#if defined(TCPLAB_UNDER_THREAD_SANITIZER)
  return ::_Fork();
#else
  return ::fork();
#endif
}

RigProcess start_rig_process(const std::function<std::string(int)>& work) {
  std::array<int, 2> ends{};
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "create a socket to the rig");
  Fd ours(ends[0]), theirs(ends[1]);
  const unsigned turn = next_turn();
  const pid_t process = must(fork_with_one_thread(), "start the rig: fork");
  if (process == 0) {
    leave_caller(theirs.get());
    stay_on_one_processor(turn);
    be_parent_of_init(work);
  }
  return {process, std::move(ours)};
}

std::string read_line(int socket) {
  std::string line;
  std::array<char, 16384> text{};
  while (!line.ends_with('\n')) {
    const ssize_t length = ::recv(socket, text.data(), text.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (must(length, "hear from the rig") == 0) break;
    line.append(text.data(), static_cast<std::size_t>(length));
  }
  return line;
}

}  // namespace tcplab::rig
