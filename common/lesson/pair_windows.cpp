// A pair of programs by the C runtime's calls, whose descriptors a program hands down to those that it starts.
#include <fcntl.h>
#include <io.h>
#include <process.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "lesson/pair.hpp"
#include "lesson/path_text.hpp"

namespace tcplab {
namespace {

[[noreturn]] void fail(const std::string& attempt) {
  throw std::system_error(errno, std::generic_category(), attempt);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { reset(); }
  void reset() {
    if (fd_ >= 0) ::_close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  Descriptor reading, writing;
};

/// Its ends are not handed down; what is handed down is a duplicate.
Pipe make_pipe() {
  constexpr unsigned capacity_bytes = 64 * 1024;
  std::array<int, 2> ends{};
  if (::_pipe(ends.data(), capacity_bytes, _O_BINARY | _O_NOINHERIT) != 0) fail("cannot make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// While it lives, one of our standard descriptors is another one: a program that is started takes it over.
class Redirection {
 public:
  Redirection(int standard, const Descriptor& with) : standard_(standard), kept_(::_dup(standard)) {
    if (::_dup2(with.get(), standard) != 0) fail("cannot redirect a program");
  }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;
  ~Redirection() { kept_.get() >= 0 ? ::_dup2(kept_.get(), standard_) : ::_close(standard_); }

 private:
  int standard_;
  Descriptor kept_;
};

/// A descriptor that a program takes over under its number, which a variable tells it.
class ReadyDescriptor {
 public:
  explicit ReadyDescriptor(const Descriptor& writing) : inherited_(::_dup(writing.get())) {
    ::_putenv_s("TCPLAB_READY_FD", std::to_string(inherited_.get()).c_str());
  }
  ReadyDescriptor(const ReadyDescriptor&) = delete;
  ReadyDescriptor& operator=(const ReadyDescriptor&) = delete;
  ~ReadyDescriptor() { ::_putenv_s("TCPLAB_READY_FD", ""); }

 private:
  Descriptor inherited_;
};

/// The runtime joins them with blanks and leaves quoting to us. A lab's arguments hold no quotation marks.
std::wstring quoted(const std::string& word) {
  const std::wstring wide = path_from(word).wstring();
  return wide.find(L' ') == std::wstring::npos ? wide : L'"' + wide + L'"';
}

/// Returns the process. Nothing else may print while standard output is somewhere else.
std::intptr_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                    const Descriptor& input, const Descriptor& output) {
  std::vector<std::wstring> words = {L'"' + program.wstring() + L'"'};
  for (const std::string& argument : arguments) words.push_back(quoted(argument));
  std::vector<const wchar_t*> argv;
  for (const std::wstring& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const Redirection in(0, input), out(1, output), err(2, output);
  const std::intptr_t process = ::_wspawnv(_P_NOWAIT, program.wstring().c_str(), argv.data());
  if (process == -1) fail("cannot start " + text_of(program));
  return process;
}

/// Hands on each line until the output ends, and returns the exit status.
int follow(std::intptr_t process, const Descriptor& output, const std::function<void(std::string_view)>& said) {
  std::string unfinished;
  std::array<char, 4096> buffer{};
  for (int count = 0; (count = ::_read(output.get(), buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    unfinished.append(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = unfinished.find('\n'); end != std::string::npos; end = unfinished.find('\n')) {
      said(std::string_view(unfinished).substr(0, end));
      unfinished.erase(0, end + 1);
    }
  }
  if (!unfinished.empty()) said(unfinished);
  int status = -1;
  ::_cwait(&status, process, 0);
  return status;
}

}  // namespace

PairOutcome run_pair(const Syllabus& syllabus, const Lesson& lab, const PairOptions& options,
                     const std::function<void(std::string_view, std::string_view)>& said) {
  Pipe ready = make_pipe(), server_input = make_pipe(), server_output = make_pipe(), client_output = make_pipe(),
       nothing = make_pipe();
  nothing.writing.reset();
  const auto start = [&](const char* role, const LessonHost& host, Pipe& input, Pipe& output) {
    const std::intptr_t process =
        spawn(syllabus.program(lab, role), options.arguments_for(host), input.reading, output.writing);
    output.writing.reset();
    return process;
  };
  std::intptr_t server = -1, client = -1;
  {
    const ReadyDescriptor inherited(ready.writing);
    server = start("server", lab.server, server_input, server_output);
  }
  ready.writing.reset();
  char byte = 0;
  const bool listening = ::_read(ready.reading.get(), &byte, 1) == 1;
  if (listening) client = start("client", lab.client, nothing, client_output);

  std::mutex one_at_a_time;
  const auto say_as = [&](std::string_view role) {
    return [&, role](std::string_view line) {
      const std::lock_guard lock(one_at_a_time);
      said(role, line);
    };
  };
  PairOutcome outcome{.client = -1, .server = -1};
  std::thread following_client([&] {
    if (listening) outcome.client = follow(client, client_output.reading, say_as("client"));
    server_input.writing.reset();  // a server that waits for its input to end is released
  });
  outcome.server = follow(server, server_output.reading, say_as("server"));
  following_client.join();
  return outcome;
}

}  // namespace tcplab
