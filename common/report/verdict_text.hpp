// A verdict in sentences, each with the ladder's rows that prove it and the section of the RFC.
#pragma once

#include <string>

#include "ladder/ladder.hpp"
#include "packet/line_buffer.hpp"
#include "report/catalogue.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

/// How it opened; how it ended; why it was reset; what was sent again; what is not sure. `ladder` must be the
/// connection's own: rows are named by their numbers in it.
std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                         Language language = Language::english);

/// The same, each as a paragraph where there is something to say: a line.
LineBuffer verdict_paragraphs(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                              Language language = Language::english);

}  // namespace tcplab
