// Where the running program's own file is.
#pragma once

#include <filesystem>

namespace tcplab {

/// Absolute, links resolved. Throws std::system_error.
std::filesystem::path executable_path();

}  // namespace tcplab
