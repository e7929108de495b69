// A hint to the processor that memory will be read soon. It changes nothing but time.
#pragma once

namespace tcplab {

inline void prefetch([[maybe_unused]] const void* address) {
#ifdef __GNUC__
  __builtin_prefetch(address);
#endif
}

}  // namespace tcplab
