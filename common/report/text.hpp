// A connection as a person reads it in a terminal: who talked, the ladder, the verdict.
#pragma once

#include <string>

#include "packet/line_buffer.hpp"
#include "report/analysis.hpp"
#include "report/catalogue.hpp"
#include "report/spill.hpp"

namespace tcplab {

/// One line: "10.0.0.1:40000 -> 10.0.0.2:12345, 9 segments in 103.2 ms, seen at both ends".
std::string heading(const Analysis& analysis, Language language = Language::english);

/// Heading, ladder and verdict, at most 80 columns wide. Ends with a newline.
std::string show_text(const Analysis& analysis, Language language = Language::english);
/// The same behind what `text` holds.
void append_show_text(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill);

/// As ladder/print.hpp has it, behind what `text` holds.
void append_ladder(LineBuffer& text, const Ladder& ladder, const Spill& spill);
/// What parts two connections.
void append_rule(LineBuffer& text);

/// The verdict behind what `text` holds, each paragraph on lines of its own.
void append_verdict(LineBuffer& text, const Analysis& analysis, Language language);

/// The transition table, a line an edge, at most 80 columns wide.
std::string states_text();

}  // namespace tcplab
