// A verdict in two or three English sentences, each with the ladder's rows that prove it and the section of the RFC.
#pragma once

#include <string>

#include "ladder/ladder.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

/// `ladder` must be the connection's own: rows are named by their numbers in it.
std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder);

}  // namespace tcplab
