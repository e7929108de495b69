// The options that `show` and `explain` share: which connections of a capture, with what, and in which language.
#pragma once

#include <optional>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "report/catalogue.hpp"

namespace tcplab::cli {

void add_selection_options(cxxopts::OptionAdder add);

/// Reads the operands' captures, with what a recording's folder knows beside them unless `bare`, and keeps those that
/// the options ask for; says on standard error what is left out. Throws UsageError.
Reading read_selected(const Arguments& arguments, bool bare);

/// Of --lang. Throws UsageError.
Language language_of(const Arguments& arguments);

}  // namespace tcplab::cli
