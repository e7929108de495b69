#include "endpoint/sockets.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <chrono>
#include <thread>

#include "endpoint/kernel_state.hpp"
#include "endpoint/system.hpp"

namespace tcplab {

using asio::ip::tcp;

void bind(tcp::acceptor& acceptor, const tcp::endpoint& address) {
  acceptor.open(address.protocol());
  allow_rebinding(acceptor);
  acceptor.bind(address);
}

// SO_REUSEADDR on Windows too: a port that somebody connects from is no server's, so nobody is robbed of it.
void bind(tcp::socket& socket, const tcp::endpoint& address) {
  socket.open(address.protocol());
  socket.set_option(tcp::socket::reuse_address(true));
  socket.bind(address);
}

std::string read_to_end(tcp::socket& socket) {
  std::string text;
  asio::error_code error;
  asio::read(socket, asio::dynamic_buffer(text), error);
  if (error != asio::error::eof) throw std::system_error(error);
  return text;
}

std::string read_line(tcp::socket& socket) {
  std::string text;
  const auto length = asio::read_until(socket, asio::dynamic_buffer(text), '\n');
  text.resize(length - 1);
  return text;
}

// No system wakes a program for this, so it asks again and again; the step's deadline is the bound.
void wait_until_acknowledged(tcp::socket& socket) {
  while (unacknowledged_bytes(socket).value_or(0) > 0 && state_of_socket(socket.native_handle()) != State::closed)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace tcplab
