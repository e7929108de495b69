// fork, a few settings, exec: and an exec that fails is told to the parent by a pipe.
// Nothing is allocated between fork and exec.
#include "rig/child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <span>
#include <sstream>

#include "rig/namespaces.hpp"

namespace tcplab::rig {
namespace {

constexpr std::size_t output_limit_bytes = 1 << 20;
constexpr std::size_t pipe_bytes = 65536;
constexpr int first_spare_descriptor = 64;  // above every number that a plan gives out

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> whole_environment(const std::vector<std::string>& extra) {
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("TCPLAB_")) all.emplace_back(*variable);
  }
  all.insert(all.end(), extra.begin(), extra.end());
  return all;
}

struct Exec {
  const ChildPlan& plan;
  char* const* arguments;
  char* const* environment;
  int output;
  int failure;  ///< gets errno when there was no exec

  [[noreturn]] void run() {
    prepare();
    ::execve(plan.path.c_str(), arguments, environment);
    fail();
  }

 private:
  [[noreturn]] void fail() const {
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(failure, &error, sizeof error);
    ::_exit(127);
  }
  void check(int result) const {
    if (result < 0) fail();
  }

  [[nodiscard]] int must_dup(int ours, int theirs) const {
    check(::dup2(ours, theirs));
    return theirs;
  }

  /// Descriptors: first all out of the way, then each to its number; every other one closes at the exec.
  void prepare() {
    check(failure = ::fcntl(failure, F_DUPFD_CLOEXEC, first_spare_descriptor));
    const int input = plan.standard_input >= 0 ? plan.standard_input : ::open("/dev/null", O_RDONLY);
    std::array<std::pair<int, int>, 8> moves{{{input, 0}, {output, 1}, {output, 2}}};
    std::copy(plan.descriptors.begin(), plan.descriptors.end(), moves.begin() + 3);
    const auto used = std::span(moves).first(3 + plan.descriptors.size());
    for (auto& [ours, theirs] : used) check(ours = ::fcntl(ours, F_DUPFD_CLOEXEC, first_spare_descriptor));
    if (plan.network_namespace >= 0) check(::setns(plan.network_namespace, CLONE_NEWNET));
    int highest = 2;
    for (const auto& [ours, theirs] : used) highest = std::max(highest, must_dup(ours, theirs));
    ::syscall(SYS_close_range, static_cast<unsigned>(highest) + 1, ~0U, CLOSE_RANGE_CLOEXEC);

    if (!plan.keeps_rights) drop_inherited_rights();
    ::setpgid(0, 0);
    ::signal(SIGPIPE, SIG_DFL);
    // Woken by a segment, it does not push the wire off the processor before the wire has asked for the state.
    const sched_param any{};
    ::sched_setscheduler(0, SCHED_BATCH, &any);
  }
};

}  // namespace

std::pair<Fd, Fd> make_pipe() {
  int ends[2];
  must(::pipe2(ends, O_CLOEXEC), "create a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

Child::Child(const ChildPlan& plan, Loop& loop) : loop_(loop) {
  start(plan);
  loop_.watch(said_.get(), [this] { collect_output(); });
  loop_.watch(ended_.get(), [this] { collect_status(); });
}

void Child::start(const ChildPlan& plan) {
  std::vector<std::string> arguments{plan.path};
  arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
  std::vector<std::string> environment = whole_environment(plan.environment);
  const auto argv = pointers(arguments), envp = pointers(environment);
  auto [said, says] = make_pipe();
  must(::fcntl(said.get(), F_SETFL, O_NONBLOCK), "set up a pipe");
  auto [failed, failure] = make_pipe();

  process_ = must(::fork(), "fork");
  if (process_ == 0) Exec{plan, argv.data(), envp.data(), says.get(), failure.get()}.run();

  failure.reset();
  int error = 0;
  if (::read(failed.get(), &error, sizeof error) == sizeof error) {
    ::waitpid(process_, nullptr, 0);
    throw std::system_error(error, std::generic_category(), "execute " + plan.path);
  }
  ended_ = Fd(static_cast<int>(must(::syscall(SYS_pidfd_open, process_, 0), "watch a process")));
  said_ = std::move(said);
}

Child::~Child() {
  loop_.forget(said_.get());
  loop_.forget(ended_.get());
}

void Child::collect_output() {
  std::array<char, pipe_bytes>
      text{};  // no more than a pipe holds: a program that never stops talking must not keep us here
  const ssize_t length = ::read(said_.get(), text.data(), text.size());
  if (length == 0) loop_.forget(said_.get());
  if (length <= 0) return;
  const auto room = output_limit_bytes - output_.size();
  output_.append(text.data(), std::min(static_cast<std::size_t>(length), room));
}

void Child::collect_status() {
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) != process_) return;
  exit_status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  loop_.forget(ended_.get());
  collect_output();
}

std::string Child::last_words() const {
  std::istringstream lines(output_);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

void Child::signal(int number) const {
  if (!has_ended()) ::kill(process_, number);
}

std::string find_on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  int error = ENOENT;
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (errno == EACCES) error = EACCES;
  }
  throw std::system_error(error, std::generic_category(), "find " + name + " on PATH");
}

}  // namespace tcplab::rig
