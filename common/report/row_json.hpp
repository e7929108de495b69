// The rows of a ladder as JSON: a part of json.hpp, which see.
#pragma once

#include <optional>

#include "packet/line_buffer.hpp"
#include "report/analysis.hpp"
#include "report/catalogue.hpp"
#include "report/spill.hpp"

namespace tcplab {

/// Appends `,"rows":[...],"closing_remarks":[...]` to an object that is not closed yet. With a language each row has a
/// "text" that explains it.
void append_rows_json(LineBuffer& out, const Analysis& analysis, std::optional<Language> language, const Spill& spill);

}  // namespace tcplab
