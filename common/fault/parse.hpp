// Reads a fault rule (docs/rules.md): "hold the client's 1st F. until the server's 1st F. departs".
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "fault/rule.hpp"

namespace tcplab {

/// A text that is no rule: "'hold the client's 1st X': unknown flags 'X' (letters of FSRP.UEW, or none)".
class RuleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws RuleError.
Rule parse_rule(std::string_view text);

}  // namespace tcplab
