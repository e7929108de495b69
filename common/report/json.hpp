// The same as text.hpp for programs: one JSON object a connection.
#pragma once

#include <string>

#include "report/analysis.hpp"

namespace tcplab {

/// One line, without a newline: protocol, ends, opening and ending (null for UDP), verdict, what Zeek and Wireshark
/// would call it ("zeek" and "completeness"; null for UDP), and every row of the ladder with its times.
std::string show_json(const Analysis& analysis);

/// The transition table as one array.
std::string states_json();

}  // namespace tcplab
