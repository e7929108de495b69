// libFuzzer's entry: gives each input to the target that the build names.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  tcplab::fuzz::TCPLAB_FUZZ_TARGET({bytes, size});
  return 0;
}
