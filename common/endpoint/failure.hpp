// The failures that a lab can intend, each a set of error codes: systems report one event by different codes.
#pragma once

#include <string_view>
#include <system_error>
#include <vector>

namespace tcplab {

struct Failure {
  std::string_view name;  ///< as a sentence goes on after "this lab intends"
  std::vector<std::error_code> codes;

  /// Codes are compared, never texts.
  [[nodiscard]] bool includes(const std::error_code& code) const;
};

/// Nobody listens: a SYN is answered by a RST. RFC 9293 section 3.5.2, group 1.
extern const Failure refused;
/// The same for a datagram: an ICMP message says that its port is not there. RFC 1122 section 4.1.3.3.
extern const Failure port_unreachable;
/// A RST ended the connection. RFC 9293 section 3.5.3.
extern const Failure reset;
/// The kernel has repeated a segment as often as it may, and gives up. RFC 9293 section 3.8.3.
extern const Failure timed_out;
/// A write to a connection that a RST has ended before.
extern const Failure broken_pipe;
/// A bind to a port that is in use, or whose last connection is in TIME-WAIT.
extern const Failure address_in_use;

}  // namespace tcplab
