// A hint to the processor that memory will be read soon. It changes nothing but time.
#pragma once

namespace tcplab {

inline void prefetch([[maybe_unused]] const void* address) {
#ifdef __GNUC__
  __builtin_prefetch(address);
  // To GCC a function that does nothing else has no effect, and a call of it is left out.
  asm volatile("");
#endif
}

}  // namespace tcplab
