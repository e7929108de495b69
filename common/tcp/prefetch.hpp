// A hint to the processor that memory will be read soon. It changes nothing but time.
#pragma once

#include <cstddef>

namespace tcplab {

inline void prefetch([[maybe_unused]] const void* address) {
#ifdef __GNUC__
  __builtin_prefetch(address);
  // To GCC a function that does nothing else has no effect, and a call of it is left out.
  asm volatile("");
#endif
}

/// The same of each line that so many bytes begin in.
inline void prefetch(const void* begin, std::size_t bytes) {
  constexpr std::size_t line_bytes = 64;
  for (std::size_t at = 0; at < bytes; at += line_bytes) prefetch(static_cast<const std::byte*>(begin) + at);
}

}  // namespace tcplab
