// The same as text.hpp for programs: one JSON object a connection.
#pragma once

#include <string>

#include "packet/line_buffer.hpp"
#include "report/analysis.hpp"
#include "report/catalogue.hpp"
#include "report/spill.hpp"

namespace tcplab {

/// One line, without a newline: protocol, ends, the verdict's words (null for UDP) as `tcplab flows` has them, the
/// verdict, what Zeek and Wireshark would call it ("zeek" and "completeness"; null for UDP), and every row of the
/// ladder with its times.
std::string show_json(const Analysis& analysis, Language language = Language::english);
void append_show_json(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill);

/// The same, where each row has a "text" that explains it.
std::string explain_json(const Analysis& analysis, Language language = Language::english);
void append_explain_json(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill);

/// The transition table as one array.
std::string states_json();

}  // namespace tcplab
