// A hint to the processor that memory will be read soon. It changes nothing but time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcplab {

inline void prefetch([[maybe_unused]] const void* address) {
#ifdef __GNUC__
  __builtin_prefetch(address);
  // To GCC a function that does nothing else has no effect, and a call of it is left out.
  asm volatile("");
#endif
}

/// The same of all lines that so many bytes lie in. Nothing need be there, and `begin` may be null.
inline void prefetch(const void* begin, std::size_t bytes) {
  constexpr std::size_t line_bytes = 64;
  const auto first = reinterpret_cast<std::uintptr_t>(begin);  // whose sums need not be of one object
  const auto one = [&](std::size_t at) {
    prefetch(reinterpret_cast<const void*>(first + at));  // NOLINT(performance-no-int-to-ptr): nothing is read
  };
  for (std::size_t at = 0; at < bytes; at += line_bytes) one(at);
  one(bytes - 1);  // they may end in a line of its own
}

}  // namespace tcplab
