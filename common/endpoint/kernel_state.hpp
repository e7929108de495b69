// What the kernel knows of a connection. One file per system answers: kernel_state_<system>.cpp.
#pragma once

#include <asio/ip/tcp.hpp>
#include <optional>

#include "tcp/state.hpp"

namespace tcplab {

using SocketHandle = asio::ip::tcp::socket::native_handle_type;

/// The state behind an open socket. Linux: TCP_INFO; macOS: TCP_CONNECTION_INFO; Windows: SIO_TCP_INFO.
/// A connection in TIME-WAIT has left its socket, which then reads as CLOSED.
std::optional<State> state_of_socket(SocketHandle socket);

/// The state of a connection known by its addresses, also after its socket was closed; CLOSED if there is none.
/// Linux: inet_diag; Windows: GetExtendedTcpTable; macOS: not known.
std::optional<State> state_of_connection(const asio::ip::tcp::endpoint& local, const asio::ip::tcp::endpoint& remote);

}  // namespace tcplab
