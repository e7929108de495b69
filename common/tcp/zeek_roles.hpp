// Whom Zeek takes for the originator of a connection, by its first segment; zeek.hpp follows the rest.
// https://docs.zeek.org/en/master/scripts/base/init-bare.zeek.html#id-likely_server_ports
#pragma once

#include <cstdint>

#include "packet/tcp_flags.hpp"
#include "tcp/connection.hpp"
#include "tcp/end.hpp"
#include "tcp/zeek.hpp"

namespace tcplab {

/// Who sent a SYN without ACK; else whoever sent the first segment, unless the ports speak against it.
End zeek_originator(End sender, TcpFlags first_flags, std::uint16_t source_port, std::uint16_t destination_port);

/// What Zeek would say of it, had it seen its segments in their order.
ZeekRecord zeek_record_of(const Connection& connection);

}  // namespace tcplab
