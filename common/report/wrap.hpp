// Prose broken into lines, for a terminal, where a Chinese character takes two columns.
// It knows no language: Chinese may be broken between any two characters but before some marks, other text at blanks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "packet/line_buffer.hpp"

namespace tcplab {

/// Broken so that no line exceeds `width` columns, each line begun with `indent` blanks. Ends with a newline.
std::string wrapped(std::string_view text, std::size_t indent = 0, std::size_t width = 79);
/// The same behind what `out` holds.
void append_wrapped(LineBuffer& out, std::string_view text, std::size_t indent = 0, std::size_t width = 79);

/// How many columns a terminal needs for it, which is UTF-8.
std::size_t columns_of(std::string_view text);

}  // namespace tcplab
