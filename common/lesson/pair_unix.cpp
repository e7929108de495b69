// A pair of programs by posix_spawn and poll.
#include "lesson/pair.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

extern char** environ;  // NOLINT(readability-redundant-declaration): only Linux's headers have it

namespace tcplab {
namespace {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor reading, writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  // Not pipe2(), which macOS does not have; no other thread starts programs in between.
  if (pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A program under way, with what it prints.
struct Running {
  std::string_view role;
  pid_t pid = -1;
  Descriptor output{};
  std::string unfinished{};
  int status = -1;
};

constexpr int ready_descriptor = 3;

/// Starts it with `input` as its standard input, `output` for what it prints, and `ready`, if given, as descriptor 3.
pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments, int input, int output,
            int ready) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  if (ready >= 0) posix_spawn_file_actions_adddup2(&actions, ready, ready_descriptor);

  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string ready_setting = "TCPLAB_READY_FD=" + std::to_string(ready_descriptor);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("TCPLAB_"))
      environment.push_back(*entry);  // what a recorder set is not ours
  }
  if (ready >= 0) environment.push_back(ready_setting.data());
  environment.push_back(nullptr);

  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start " + program.string());
  return pid;
}

/// Reads what is there and hands on each whole line; false at the end of the output.
bool read_lines(Running& program, const std::function<void(std::string_view, std::string_view)>& said) {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(program.output.get(), buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) program.unfinished.append(buffer.data(), static_cast<std::size_t>(count));
  for (std::size_t end = program.unfinished.find('\n'); end != std::string::npos; end = program.unfinished.find('\n')) {
    said(program.role, std::string_view(program.unfinished).substr(0, end));
    program.unfinished.erase(0, end + 1);
  }
  if (count > 0) return true;
  if (!program.unfinished.empty()) said(program.role, std::exchange(program.unfinished, {}));
  return false;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Blocks until the server listens, or has ended without.
bool becomes_ready(const Descriptor& ready) {
  char byte = 0;
  ssize_t count = 0;
  do count = read(ready.get(), &byte, 1);
  while (count < 0 && errno == EINTR);
  return count == 1;
}

}  // namespace

PairOutcome run_pair(const Syllabus& syllabus, const Lesson& lab, const PairOptions& options,
                     const std::function<void(std::string_view, std::string_view)>& said) {
  Pipe ready = make_pipe(), server_input = make_pipe(), server_output = make_pipe(), client_output = make_pipe();
  const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Running server{.role = "server", .output = std::move(server_output.reading)};
  server.pid = spawn(syllabus.program(lab, "server"), options.arguments_for(lab.server), server_input.reading.get(),
                     server_output.writing.get(), ready.writing.get());
  server_output.writing.reset();
  ready.writing.reset();

  Running client{.role = "client"};
  const bool listening = becomes_ready(ready.reading);
  if (listening) {
    client.output = std::move(client_output.reading);
    client.pid = spawn(syllabus.program(lab, "client"), options.arguments_for(lab.client), nothing.get(),
                       client_output.writing.get(), -1);
  }
  client_output.writing.reset();

  std::vector<Running*> talking = {&server};
  if (listening) talking.push_back(&client);
  while (!talking.empty()) {
    std::vector<pollfd> polled;
    polled.reserve(talking.size());
    for (const Running* program : talking) polled.push_back({program->output.get(), POLLIN, 0});
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents == 0 || read_lines(*talking[i], said)) continue;
      talking[i]->status = wait_for(talking[i]->pid);
      if (talking[i] == &client) server_input.writing.reset();  // a server that waits for its input to end is released
      talking.erase(talking.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return {.client = listening ? client.status : -1, .server = server.status};
}

}  // namespace tcplab
