// Text that others wrote (in a recording's event log, in a file's name), made fit for a terminal.
// It does not know HTML or JSON: those escape by rules of their own.
#pragma once

#include <string>
#include <string_view>

namespace tcplab {

/// The text with each byte of a control character (C0, DEL, C1), and each that is not part of UTF-8, written as "\x1b".
/// Everything else stays as it is, a backslash too.
std::string printable(std::string_view text);

}  // namespace tcplab
