#include "endpoint/descriptor.hpp"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tcplab {

std::optional<int> inherited_descriptor(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  int descriptor = -1;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), descriptor);
  if (error != std::errc{} || stopped != text.data() + text.size() || descriptor < 0)
    throw std::runtime_error("the environment's " + std::string(name) + " is not a descriptor: '" + value + "'");
  return descriptor;
}

bool write_at_once(int descriptor, std::string_view text) noexcept {
#ifdef _WIN32
  return ::_write(descriptor, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size());
#else
  return ::write(descriptor, text.data(), text.size()) == static_cast<::ssize_t>(text.size());
#endif
}

void close_descriptor(int descriptor) noexcept {
#ifdef _WIN32
  ::_close(descriptor);
#else
  ::close(descriptor);
#endif
}

}  // namespace tcplab
