// A verdict in two or three English sentences, each with the ladder's rows that prove it and the section of the RFC.
#pragma once

#include <string>
#include <string_view>

#include "ladder/ladder.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

/// `ladder` must be the connection's own: rows are named by their numbers in it.
std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder);

/// Broken at blanks so that no line exceeds `width` columns, each line begun with `indent`. Ends with a newline.
std::string wrapped(std::string_view text, std::string_view indent = "", std::size_t width = 79);

}  // namespace tcplab
