#include "endpoint/failure.hpp"

#include <algorithm>
#include <asio/error.hpp>

namespace tcplab {

bool Failure::includes(const std::error_code& code) const {
  return std::ranges::find(codes, code) != codes.end();
}

const Failure refused{"the connection to be refused", {asio::error::connection_refused}};
// Windows has no "refused" for datagrams: the next receive is told of a reset.
const Failure port_unreachable{"the port to be unreachable",
                               {asio::error::connection_refused, asio::error::connection_reset}};
// Windows says "aborted" (10053) where the RST meets a call that was already under way.
const Failure reset{"the connection to be reset", {asio::error::connection_reset, asio::error::connection_aborted}};
// For a connection that was established, Windows may say "aborted" (10053) or "network reset" (10052).
const Failure timed_out{"the connection to time out",
                        {asio::error::timed_out, asio::error::connection_aborted, asio::error::network_reset}};
// Windows knows no broken pipe here: 10053, 10054 or 10058.
const Failure broken_pipe{
    "the connection to be gone",
    {asio::error::broken_pipe, asio::error::connection_aborted, asio::error::connection_reset, asio::error::shut_down}};
// Windows says "access denied" (10013) where the other socket has the port for itself.
const Failure address_in_use{"the address to be in use", {asio::error::address_in_use, asio::error::access_denied}};

}  // namespace tcplab
