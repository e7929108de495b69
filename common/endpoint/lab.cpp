#include "endpoint/lab.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "endpoint/deadline.hpp"
#include "endpoint/descriptor.hpp"
#include "endpoint/event_log.hpp"
#include "endpoint/hint.hpp"
#include "endpoint/interrupt.hpp"
#include "endpoint/kernel_state.hpp"
#include "endpoint/narrator.hpp"

namespace tcplab {
namespace {

using asio::ip::tcp;

std::string text_of(const tcp::endpoint& endpoint) {
  std::ostringstream out;
  out << endpoint;
  return out.str();
}

template <typename Socket>
std::optional<tcp::endpoint> local_of(const Socket& socket) {
  asio::error_code error;
  const auto endpoint = socket.local_endpoint(error);
  return error || endpoint.port() == 0 ? std::nullopt : std::optional(endpoint);
}

std::optional<tcp::endpoint> remote_of(const tcp::socket& socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::nullopt : std::optional(endpoint);
}

SocketHandle handle_of(const auto& socket) {
  using Socket = std::remove_cvref_t<decltype(socket)>;
  // Asio has no const one; nothing is changed. NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  return const_cast<Socket&>(socket).native_handle();
}

struct Connection {
  tcp::endpoint local, remote;
  bool operator==(const Connection&) const = default;
};

}  // namespace

class Lab::Machinery {
 public:
  Machinery(Role role, const Options& options, std::string program)
      : role_(role),
        options_(options),
        program_(std::move(program)),
        address_(asio::ip::make_address(options.host), options.port),
        events_(to_string(role)),
        deadline_(options.timeout, [this] { give_up(); }) {}

  void watch(const tcp::acceptor* acceptor, const tcp::socket* socket) {
    acceptor_ = acceptor;
    socket_ = socket;
    connection_.reset();
  }

  /// Returns how the call ended; a failure is the caller's to judge.
  std::error_code make(std::string_view name, const Call& call, const Failure* intended);

  /// "connect to 127.0.0.1:12345"
  [[nodiscard]] std::string attempt(std::string_view name) const;

  void ready();

  [[nodiscard]] std::string hint(std::string_view name, const std::error_code& error) const {
    return hint_for(name, error, role_, options_, program_);
  }

  [[nodiscard]] tcp::endpoint client_address() const {
    return {asio::ip::make_address(options_.client), client_port(options_)};
  }

  asio::io_context context_;
  const Role role_;
  Options options_;
  std::string program_;
  tcp::endpoint address_;

 private:
  SocketFacts observe();
  void learn(const tcp::endpoint& local);
  void narrate(std::string_view name, const SocketFacts& facts, const std::error_code& error, const Failure* intended);
  void give_up();

  const tcp::acceptor* acceptor_ = nullptr;
  const tcp::socket* socket_ = nullptr;
  std::optional<Connection> connection_;  ///< the socket's, also after it was closed
  bool connection_is_new_ = false;
  std::string call_, attempt_;  ///< what is under way
  EventLog events_;
  Narrator narrator_{std::cerr};
  Deadline deadline_;  // last: its thread uses the others
};

std::error_code Lab::Machinery::make(std::string_view name, const Call& call, const Failure* intended) {
  call_ = name;
  attempt_ = attempt(name);
  interruptible(attempt_);
  narrator_.begin(name);
  events_.begin(name);
  deadline_.arm();
  std::error_code error;
  try {
    call();
  } catch (const std::system_error& failure) {
    error = failure.code();
  }
  deadline_.disarm();
  const SocketFacts facts = observe();
  events_.end(name, error ? error.message() : "ok", facts);
  narrate(name, facts, error, intended);
  return error;
}

std::string Lab::Machinery::attempt(std::string_view name) const {
  std::string text(name);
  const auto verb = name.substr(0, name.find(' '));
  if (verb == "connect") return text + " to " + text_of(role_ == Role::client ? address_ : client_address());
  if (verb == "bind") return text + " to " + text_of(role_ == Role::client ? client_address() : address_);
  if (verb == "listen" || verb == "accept") return text + " on " + text_of(address_);
  if (connection_ && verb == "receive") return text + " from " + text_of(connection_->remote);
  if (connection_ && verb == "send") return text + " to " + text_of(connection_->remote);
  return text;
}

SocketFacts Lab::Machinery::observe() {
  SocketFacts facts;
  if (socket_ != nullptr && socket_->is_open()) {
    const auto local = local_of(*socket_);
    const auto remote = remote_of(*socket_);
    if (local && remote && connection_ != Connection{*local, *remote}) {
      connection_ = Connection{*local, *remote};
      connection_is_new_ = true;
    }
    if (connection_) {  // a socket in TIME-WAIT no longer knows its remote end
      facts.local = text_of(connection_->local);
      facts.remote = text_of(connection_->remote);
    } else if (local) {
      learn(*local);
      facts.local = text_of(*local);
    }
    facts.state = state_of_socket(handle_of(*socket_));
    // In TIME-WAIT, and where the system cannot be asked through the socket, the addresses are the way to it.
    if (connection_ && facts.state.value_or(State::closed) == State::closed)
      facts.state = state_of_connection(connection_->local, connection_->remote);
  } else if (acceptor_ != nullptr && acceptor_->is_open() && !connection_) {
    if (const auto local = local_of(*acceptor_)) {
      learn(*local);
      facts.local = text_of(*local);
    }
    facts.state = state_of_socket(handle_of(*acceptor_));
  }
  return facts;
}

// A server may have left its port to the kernel.
void Lab::Machinery::learn(const tcp::endpoint& local) {
  if (role_ != Role::server) return;
  address_ = local;
  options_.port = local.port();
}

void Lab::Machinery::narrate(std::string_view name, const SocketFacts& facts, const std::error_code& error,
                             const Failure* intended) {
  auto state = facts.state;
  const bool closed = socket_ != nullptr && !socket_->is_open() && connection_;
  if (closed) state = state_of_connection(connection_->local, connection_->remote);
  std::string remark;
  if (connection_is_new_) remark = facts.local + " > " + facts.remote;
  connection_is_new_ = false;
  narrator_.end(state, remark);
  if (error && intended != nullptr && intended->includes(error))
    narrator_.say(std::string(name) + ": " + error.message() + ", as this lab intends");
}

void Lab::Machinery::ready() {
  narrator_.say("ready at " + text_of(address_));
  if (const auto descriptor = inherited_descriptor("TCPLAB_READY_FD")) {
    write_at_once(*descriptor, "!");
    close_descriptor(*descriptor);
  }
}

// In the deadline's thread, while the main thread is inside the call, or held in disarm().
void Lab::Machinery::give_up() {
  const auto seconds = std::to_string(options_.timeout.count());
  events_.end(call_, "no answer within " + seconds + " s", {});
  std::fflush(stdout);
  std::cerr << "\nerror: " + attempt_ + ": no answer within " + seconds + " s\n" +
                   "hint: --timeout SECONDS waits longer\n";
  std::_Exit(124);
}

Lab::Lab(Role role, const Options& options, std::string program)
    : machinery_(std::make_unique<Machinery>(role, options, std::move(program))) {}
Lab::~Lab() = default;

asio::io_context& Lab::context() {
  return machinery_->context_;
}
const tcp::endpoint& Lab::address() const {
  return machinery_->address_;
}
tcp::endpoint Lab::client_address() const {
  return machinery_->client_address();
}
void Lab::watch(const tcp::socket& socket) {
  machinery_->watch(nullptr, &socket);
}
void Lab::watch(const tcp::acceptor& acceptor) {
  machinery_->watch(&acceptor, nullptr);
}
void Lab::watch(const tcp::acceptor& acceptor, const tcp::socket& socket) {
  machinery_->watch(&acceptor, &socket);
}
void Lab::ready() {
  machinery_->ready();
}

void Lab::step(std::string_view name, const Call& call) {
  if (const auto error = machinery_->make(name, call, nullptr))
    throw StepError(machinery_->attempt(name) + ": " + error.message(), machinery_->hint(name, error));
}

void Lab::step_fails(std::string_view name, const Failure& intended, const Call& call) {
  const auto error = machinery_->make(name, call, &intended);
  if (error && intended.includes(error)) return;
  throw StepError(machinery_->attempt(name) + ": " + (error ? error.message() : "it succeeded") +
                      ", but this lab intends " + std::string(intended.name),
                  {});
}

}  // namespace tcplab
