#include "endpoint/failure.hpp"

#include <algorithm>
#include <asio/error.hpp>

namespace tcplab {

bool Failure::includes(const std::error_code& code) const {
  return std::ranges::find(codes, code) != codes.end();
}

const Failure refused{"the connection to be refused", {asio::error::connection_refused}};
// Windows says "aborted" (10053) where the RST meets a call that was already under way.
const Failure reset{"the connection to be reset", {asio::error::connection_reset, asio::error::connection_aborted}};

}  // namespace tcplab
