// Small things that every lab does with a socket, beside Asio's own calls.
#pragma once

#include <asio/ip/tcp.hpp>
#include <string>

namespace tcplab {

/// Takes the address for the acceptor, which does not listen yet. Throws when the port is in use.
void bind(asio::ip::tcp::acceptor& acceptor, const asio::ip::tcp::endpoint& address);

/// Gives a socket its own end of the connection before it connects; without this the kernel chooses the port.
/// The port may have connections in TIME-WAIT. Throws when it is in use.
void bind(asio::ip::tcp::socket& socket, const asio::ip::tcp::endpoint& address);

/// Everything up to the peer's FIN; the end of file is the result, not an error. Throws on a RST.
std::string read_to_end(asio::ip::tcp::socket& socket);

/// Up to and without the next '\n'. Bytes that came behind it in the same read are lost: for dialogues in turns.
std::string read_line(asio::ip::tcp::socket& socket);

/// Returns once the peer's kernel has acknowledged all that was written, or the connection is gone. A write returns
/// before that. Where the system does not tell (system.hpp), it returns at once.
void wait_until_acknowledged(asio::ip::tcp::socket& socket);

}  // namespace tcplab
