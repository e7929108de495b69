// A verdict in sentences, each with the ladder's rows that prove it and the section of the RFC.
#pragma once

#include <string>
#include <vector>

#include "ladder/ladder.hpp"
#include "report/catalogue.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

/// How it opened; how it ended; why it was reset; what was sent again; what is not sure: a paragraph each, where there
/// is something to say. `ladder` must be the connection's own: rows are named by their numbers in it.
std::vector<std::string> verdict_paragraphs(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                                            Language language = Language::english);

/// The same as one text.
std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                         Language language = Language::english);

}  // namespace tcplab
