// What a lab program sees: the narrator of its steps, its options, and Asio's blocking sockets.
// It puts nothing on the wire: every segment is caused by a line of the lab program itself.
#pragma once

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "endpoint/failure.hpp"
#include "endpoint/options.hpp"
#include "endpoint/sockets.hpp"
#include "endpoint/system.hpp"

namespace tcplab {

/// A step went otherwise than the lab intends: what() begins with the attempt; the hint says what to do, or is empty.
class StepError : public std::runtime_error {
 public:
  StepError(const std::string& what, std::string hint) : std::runtime_error(what), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

class Lab {
 public:
  using Call = std::function<void()>;

  /// `program` is the path it was started by. Steps are narrated on standard error.
  Lab(Role role, const Options& options, std::string program);
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab();

  asio::io_context& context();
  /// Where the server listens: --host and --port.
  [[nodiscard]] const asio::ip::tcp::endpoint& address() const;
  /// Where the client connects from, if it binds before: --client, and the port behind the server's.
  [[nodiscard]] asio::ip::tcp::endpoint client_address() const;

  /// The sockets whose state each step reports. They must live as long as steps are made.
  void watch(const asio::ip::tcp::socket& socket);
  void watch(const asio::ip::tcp::acceptor& acceptor, const asio::ip::tcp::socket& socket);
  void watch(const asio::ip::tcp::acceptor& acceptor);

  /// Makes the call and narrates it: its name, then the time since the start and the kernel's state of the connection.
  /// A call that takes longer than --timeout ends the program with 124. Throws StepError if the call throws.
  void step(std::string_view name, const Call& call);

  /// The same for a call whose failure is the lesson. Throws StepError if it succeeds or fails in another way.
  void step_fails(std::string_view name, const Failure& intended, const Call& call);

  /// The server is in place: a client may start.
  void ready();

 private:
  class Machinery;
  std::unique_ptr<Machinery> machinery_;
};

/// A whole main(): parses the options, makes the Lab, runs `program`, prints what went wrong.
/// Returns 0; 1 after an error, 2 after a usage error. Ctrl-C ends the process with 130, the deadline with 124.
int run_client(int argc, char* argv[], void (*program)(Lab&));
int run_server(int argc, char* argv[], void (*program)(Lab&));

}  // namespace tcplab
