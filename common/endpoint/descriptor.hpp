// Descriptors that a parent process hands down, named by an environment variable, and writing to one.
// Beside them the file has no state; Windows has no such inheritance, so there the variables are simply not set.
#pragma once

#include <optional>
#include <string_view>

namespace tcplab {

/// The number in the environment variable `name`, if it is set. Throws std::runtime_error when it is no number.
std::optional<int> inherited_descriptor(const char* name);

/// All of `text` in one write. Safe in a signal handler. Returns false, with errno set, when it was not all taken.
bool write_at_once(int descriptor, std::string_view text) noexcept;

void close_descriptor(int descriptor) noexcept;

}  // namespace tcplab
