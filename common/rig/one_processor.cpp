// cpu_set_t ends at 1,024 processors, so the sets are arrays of it: Linux knows 8,192 at most.
#include "rig/one_processor.hpp"

#include <sched.h>

#include <array>

namespace tcplab::rig {

void stay_on_one_processor(unsigned turn) {
  std::array<cpu_set_t, 8> allowed{}, one{};
  constexpr std::size_t bytes = sizeof allowed;
  if (::sched_getaffinity(0, bytes, allowed.data()) != 0) return;
  const auto count = static_cast<unsigned>(CPU_COUNT_S(bytes, allowed.data()));
  unsigned before = count > 0 ? turn % count : 0;
  for (std::size_t i = 0; i < bytes * 8; ++i) {
    if (!CPU_ISSET_S(i, bytes, allowed.data()) || before-- > 0) continue;
    CPU_SET_S(i, bytes, one.data());
    [[maybe_unused]] const int refused = ::sched_setaffinity(0, bytes, one.data());
    return;
  }
}

}  // namespace tcplab::rig
