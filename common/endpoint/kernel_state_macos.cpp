// The kernel's state on macOS: TCP_CONNECTION_INFO. Written from Apple's headers; not yet run there.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "endpoint/kernel_state.hpp"
#include "endpoint/system.hpp"

namespace tcplab {

using asio::ip::tcp;

std::optional<State> state_of_socket(SocketHandle socket) {
  // The order of TCPS_CLOSED to TCPS_TIME_WAIT in <netinet/tcp_fsm.h>.
  constexpr std::array states = {State::closed,      State::listen,     State::syn_sent,   State::syn_received,
                                 State::established, State::close_wait, State::fin_wait_1, State::closing,
                                 State::last_ack,    State::fin_wait_2, State::time_wait};
  tcp_connection_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_CONNECTION_INFO, &info, &size) != 0) return std::nullopt;
  if (info.tcpi_state >= states.size()) return std::nullopt;
  return states[info.tcpi_state];
}

std::optional<State> state_of_connection(const tcp::endpoint&, const tcp::endpoint&) {
  return std::nullopt;
}

void acknowledge_at_once(tcp::socket&) {}

void hold_back_small_segments(tcp::socket& socket, bool on) {
  const int value = on ? 1 : 0;
  if (::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOPUSH, &value, sizeof value) != 0)
    throw std::system_error(errno, std::system_category(), "TCP_NOPUSH");
}

std::optional<std::size_t> unacknowledged_bytes(tcp::socket& socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_NWRITE, &bytes, &size) != 0 || bytes < 0) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

void allow_rebinding(tcp::acceptor& acceptor) {
  acceptor.set_option(tcp::acceptor::reuse_address(true));
}

std::string who_holds(std::uint16_t port) {
  return "lsof -nP -sTCP:LISTEN -iTCP:" + std::to_string(port);
}

}  // namespace tcplab
