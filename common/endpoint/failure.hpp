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
/// A RST ended the connection. RFC 9293 section 3.5.3.
extern const Failure reset;

}  // namespace tcplab
