// What the systems do not have in common, beside the kernel's state; answered in kernel_state_<system>.cpp.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tcplab {

/// Sends the ACK that the kernel is delaying, if there is one. Linux: TCP_QUICKACK.
/// macOS and Windows have no such call: nothing happens, and the ACK leaves when that system's rules say so.
void acknowledge_at_once(asio::ip::tcp::socket& socket);

/// While on, the kernel sends full segments only and keeps the rest: it leaves when this is switched off, or with the
/// FIN. Linux: TCP_CORK, which waits for 200 ms at most; macOS: TCP_NOPUSH. Windows has no such call: nothing happens.
void hold_back_small_segments(asio::ip::tcp::socket& socket, bool on);

/// How many bytes were written and have not been acknowledged yet; nothing where the system does not tell.
/// Linux: SIOCOUTQ; macOS: SO_NWRITE; Windows: SIO_TCP_INFO.
std::optional<std::size_t> unacknowledged_bytes(asio::ip::tcp::socket& socket);

/// Lets the acceptor bind to a port whose last connections are still in TIME-WAIT, but never to one that is in use.
/// Unix: SO_REUSEADDR does just that. On Windows it would let two servers share the port; SO_EXCLUSIVEADDRUSE does not.
void allow_rebinding(asio::ip::tcp::acceptor& acceptor);

/// A command that names the program which holds a port.
std::string who_holds(std::uint16_t port);

}  // namespace tcplab
