// A connection explained, for a person at a terminal: each row of the ladder with a few sentences, then the verdict.
#pragma once

#include <string>

#include "packet/line_buffer.hpp"
#include "report/analysis.hpp"
#include "report/catalogue.hpp"
#include "report/spill.hpp"

namespace tcplab {

/// At most 80 columns wide, as far as rows are. Ends with a newline.
std::string explain_text(const Analysis& analysis, Language language = Language::english);
/// The same behind what `text` holds.
void append_explain_text(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill);

}  // namespace tcplab
