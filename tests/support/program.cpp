#include "support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace tcplab::test {
namespace {

std::pair<int, int> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return {ends[0], ends[1]};
}

void close_and_forget(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

}  // namespace

Program::Program(std::string path, const std::vector<std::string>& arguments, const Surroundings& surroundings)
    : path_(std::move(path)) {
  std::vector<char*> argv = {path_.data()};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  auto [child_in, our_in] = make_pipe();
  auto [our_out, child_out] = make_pipe();
  auto [our_err, child_err] = make_pipe();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    ::dup2(child_in, 0);
    ::dup2(child_out, 1);
    ::dup2(child_err, 2);
    for (const int descriptor : surroundings.descriptors) ::fcntl(descriptor, F_SETFD, 0);
    for (const auto& [variable, value] : surroundings.environment) ::setenv(variable.c_str(), value.c_str(), 1);
    ::execv(path_.c_str(), argv.data());
    ::_exit(127);
  }
  for (int end : {child_in, child_out, child_err}) ::close(end);
  input_ = our_in;
  out_.descriptor = our_out;
  err_.descriptor = our_err;
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (int* descriptor : {&input_, &out_.descriptor, &err_.descriptor}) close_and_forget(*descriptor);
}

bool Program::read_more() {
  if (out_.descriptor < 0 && err_.descriptor < 0) return false;
  std::array<pollfd, 2> watched = {pollfd{out_.descriptor, POLLIN, 0}, pollfd{err_.descriptor, POLLIN, 0}};
  constexpr int patience_ms = 20'000;
  if (::poll(watched.data(), watched.size(), patience_ms) <= 0)
    throw std::runtime_error(path_ + " said nothing for 20 s after:\n" + err_.text);
  for (std::size_t i = 0; i < watched.size(); ++i) {
    Output& output = i == 0 ? out_ : err_;
    if (watched[i].revents == 0) continue;
    std::array<char, 4096> bytes{};
    const ::ssize_t size = ::read(output.descriptor, bytes.data(), bytes.size());
    if (size > 0)
      output.text.append(bytes.data(), static_cast<std::size_t>(size));
    else
      close_and_forget(output.descriptor);
  }
  return true;
}

void Program::wait_for(const std::string& text) {
  while (!said(text))
    if (!read_more()) throw std::runtime_error(path_ + " ended without saying '" + text + "':\n" + err_.text);
}

std::string Program::rest_of_line(const std::string& text) {
  wait_for(text);
  const auto start = err_.text.find(text) + text.size();
  while (err_.text.find('\n', start) == std::string::npos && read_more()) {
  }
  return err_.text.substr(start, err_.text.find('\n', start) - start);
}

void Program::interrupt() const {
  ::kill(pid_, SIGINT);
}

void Program::kill() const {
  ::kill(pid_, SIGKILL);
}

void Program::close_input() {
  close_and_forget(input_);
}

int Program::end() {
  while (read_more()) {
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace tcplab::test
