// Prose broken into lines, for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tcplab {

/// Broken at blanks so that no line exceeds `width` columns, each line begun with `indent`. Ends with a newline.
std::string wrapped(std::string_view text, std::string_view indent = "", std::size_t width = 79);

}  // namespace tcplab
