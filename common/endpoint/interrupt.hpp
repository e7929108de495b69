// Ctrl-C: says what was interrupted and ends the process with 130.
#pragma once

#include <string>

namespace tcplab {

/// From now on Ctrl-C prints the last description given to interruptible().
void catch_interrupt();

/// What the program is at, for example "accept on 127.0.0.1:12345".
void interruptible(const std::string& description);

}  // namespace tcplab
