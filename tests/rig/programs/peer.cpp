// A client or a server, as TCPLAB_HOST says, that behaves as its last argument names. Plain sockets, so that the rig is
// tested without the library that the labs use.
// usage: peer --host ADDRESS --client ADDRESS --port PORT --timeout SECONDS BEHAVIOUR
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace {

/// The server's.
sockaddr_in& address() {
  static sockaddr_in only{};
  return only;
}

bool is_server() {
  return std::getenv("TCPLAB_READY_FD") != nullptr;
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int must(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

/// What a lab program writes before and after each call (docs/events.md).
void event(const std::string& name) {
  const char* descriptor = std::getenv("TCPLAB_EVENTS_FD");
  if (descriptor == nullptr) return;
  const std::string line = R"({"time":"0.000000000","host":")" + std::string(std::getenv("TCPLAB_HOST")) +
                           R"(","kind":"call","name":")" + name + "\",\"phase\":\"begin\"}\n";
  [[maybe_unused]] const auto written = ::write(std::atoi(descriptor), line.data(), line.size());
}

void tell_ready() {
  const char* descriptor = std::getenv("TCPLAB_READY_FD");
  if (descriptor != nullptr) must(static_cast<int>(::write(std::atoi(descriptor), "\n", 1)), "ready");
}

int listening_socket() {
  const int listener = must(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  must(::bind(listener, reinterpret_cast<sockaddr*>(&address()), sizeof address()), "bind");
  must(::listen(listener, 8), "listen");
  return listener;
}

int accepted() {
  const int listener = listening_socket();
  tell_ready();
  const int connection = must(::accept(listener, nullptr, nullptr), "accept");
  ::close(listener);
  return connection;
}

int connected() {
  const int connection = must(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  event("connect");
  must(::connect(connection, reinterpret_cast<sockaddr*>(&address()), sizeof address()), "connect");
  return connection;
}

std::size_t read_to_end(int descriptor) {
  char text[4096];
  std::size_t total = 0;
  for (ssize_t length = 0; (length = ::read(descriptor, text, sizeof text)) > 0;)
    total += static_cast<std::size_t>(length);
  return total;
}

void serve_hello() {
  const int connection = accepted();
  must(static_cast<int>(::send(connection, "Hello, World!", 13, 0)), "send");
  ::shutdown(connection, SHUT_WR);
  read_to_end(connection);
  std::puts("served");
}

/// The end of file is acknowledged at once, so that close() finds no delayed ACK to take along.
void greet() {
  const int connection = connected();
  std::printf("read %zu bytes\n", read_to_end(connection));
  const int on = 1;
  ::setsockopt(connection, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  ::close(connection);
}

constexpr int unhurried_ms = 50;

/// Two that stay in every state long enough to be seen in it, whatever else the machine does.
void serve_unhurried() {
  const int connection = accepted();
  read_to_end(connection);
  const int on = 1;
  ::setsockopt(connection, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  ::poll(nullptr, 0, unhurried_ms);
  ::close(connection);
}

void greet_unhurried() {
  const int connection = connected();
  ::poll(nullptr, 0, unhurried_ms);
  ::shutdown(connection, SHUT_WR);
  read_to_end(connection);
}

/// A megabyte, so that a small disk fills up.
void serve_much() {
  const int connection = accepted();
  const std::string much(1 << 20, 'x');
  must(static_cast<int>(::send(connection, much.data(), much.size(), 0)), "send");
  ::close(connection);
}

/// The value that the kernel counts under `name` for the namespace, in the file of that name's table.
unsigned long counted(const char* path, const std::string& table, const std::string& name) {
  std::ifstream lines(path);
  for (std::string names, values; std::getline(lines, names) && std::getline(lines, values);) {
    std::istringstream each_name(names), each_value(values);
    std::string a_name, a_value;
    if (!(each_name >> a_name) || a_name != table + ":" || !(each_value >> a_value)) continue;
    while (each_name >> a_name && each_value >> a_value)
      if (a_name == name) return std::stoul(a_value);
  }
  std::fprintf(stderr, "%s counts no %s\n", path, name.c_str());
  std::exit(1);
}

/// Sends a hundred segments or so, and says how many of what it sent the kernel sent again, and how many of those
/// because the peer asked for them.
void pour() {
  const int connection = connected();
  const std::string much(140'000, 'x');
  must(static_cast<int>(::send(connection, much.data(), much.size(), 0)), "send");
  ::shutdown(connection, SHUT_WR);
  read_to_end(connection);
  ::close(connection);
  std::printf("again %lu, asked for %lu\n", counted("/proc/net/snmp", "Tcp", "RetransSegs"),
              counted("/proc/net/netstat", "TcpExt", "TCPFastRetrans"));
}

void drain() {
  const int connection = accepted();
  read_to_end(connection);
  ::close(connection);
}

void reset() {
  const int connection = connected();
  const linger at_once{1, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(connection);
}

/// Listens, and ends with its standard input, whether or not somebody came.
void wait_for_input() {
  listening_socket();
  tell_ready();
  read_to_end(STDIN_FILENO);
  std::puts("input ended");
}

/// Connected, each waits for a line on its standard input, and then closes its direction.
void meet() {
  const int connection = is_server() ? accepted() : connected();
  std::getchar();
  ::shutdown(connection, SHUT_WR);
  read_to_end(connection);
  std::puts("met");
}

/// Says five bytes once it is told to, and what came of it.
void ask_when_told() {
  const int connection = connected();
  std::getchar();
  must(static_cast<int>(::send(connection, "there", 5, 0)), "send");
  char byte = 0;
  must(static_cast<int>(::read(connection, &byte, 1)), "read");
}

void listen_to_nothing() {
  tell_ready();
  read_to_end(STDIN_FILENO);
}

/// Begins to connect and closes before an answer can have come.
void give_up() {
  const int connection = must(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  static_cast<void>(::connect(connection, reinterpret_cast<sockaddr*>(&address()), sizeof address()));
  pollfd answered{connection, POLLOUT, 0};
  ::poll(&answered, 1, 30);
  ::close(connection);
}

void hang() {
  std::puts("going nowhere");
  std::fflush(stdout);
  if (is_server()) listening_socket(), tell_ready();
  for (;;) ::pause();
}

void crash() {
  std::puts("about to crash");
  std::fflush(stdout);
  ::signal(SIGSEGV, SIG_DFL);
  must(::raise(SIGSEGV), "raise");
}

void babble() {
  const std::string line(1023, 'x');
  for (int i = 0; i < 3000; ++i) std::puts(line.c_str());
}

/// Every descriptor beyond those that a program is to have.
void list_descriptors() {
  std::printf("descriptors:");
  for (int i = 0; i < 1024; ++i) {
    if (::fcntl(i, F_GETFD) >= 0) std::printf(" %d", i);
  }
  std::puts("");
}

/// Those that this program may run on.
void list_processors() {
  if (is_server()) listen_to_nothing();
  const std::string begin = "Cpus_allowed_list:\t";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(begin)) std::printf("processors: %s\n", line.substr(begin.size()).c_str());
  }
}

const std::map<std::string_view, void (*)()> behaviours = {
    {"hello", [] { is_server() ? serve_hello() : greet(); }},
    {"much", [] { is_server() ? serve_much() : greet(); }},
    {"pour", [] { is_server() ? drain() : pour(); }},
    {"unhurried", [] { is_server() ? serve_unhurried() : greet_unhurried(); }},
    {"connect", [] { ::close(connected()); }},
    {"meet", meet},
    {"ask-when-told", ask_when_told},
    {"reset", reset},
    {"wait-for-input", wait_for_input},
    {"listen-to-nothing", listen_to_nothing},
    {"give-up", give_up},
    {"hang", hang},
    {"crash", crash},
    {"babble", babble},
    {"leave",
     [] {
       std::puts("changed my mind");
       std::exit(3);
     }},
    {"list-descriptors", list_descriptors},
    {"list-processors", list_processors},
    {"scrawl",
     [] {
       must(static_cast<int>(::write(std::atoi(std::getenv("TCPLAB_EVENTS_FD")), "no event\n", 9)), "write");
       greet();
     }},
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 10) return 2;
  address().sin_family = AF_INET;
  address().sin_port = htons(static_cast<std::uint16_t>(std::atoi(arguments[6])));
  ::inet_pton(AF_INET, arguments[2], &address().sin_addr);
  const auto behaviour = behaviours.find(arguments[9]);
  if (behaviour == behaviours.end()) return 2;
  behaviour->second();
}
