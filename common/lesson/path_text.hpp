// Names of files as the command takes and prints them: UTF-8, with slashes, on every system.
// Elsewhere than on Windows that is what a path is anyway.
#pragma once

#include <filesystem>
#include <string>

namespace tcplab {

/// std::filesystem::path(text) would take it in whatever code page a compiler's library thinks is meant.
inline std::filesystem::path path_from(const std::string& text) {
  return {std::u8string(text.begin(), text.end())};
}

inline std::string text_of(const std::filesystem::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}

}  // namespace tcplab
