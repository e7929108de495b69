// The set of one is made as long as the processor's number asks for: cpu_set_t ends at 1,023.
#include "rig/one_processor.hpp"

#include <sched.h>

#include "rig/fd.hpp"

namespace tcplab::rig {

void stay_on_one_processor() {
  const int here = must(::sched_getcpu(), "ask which processor this is");
  cpu_set_t* const one = CPU_ALLOC(here + 1);
  const std::size_t bytes = CPU_ALLOC_SIZE(here + 1);
  CPU_ZERO_S(bytes, one);
  CPU_SET_S(here, bytes, one);
  const int result = ::sched_setaffinity(0, bytes, one);
  CPU_FREE(one);
  must(result, "stay on one processor");
}

}  // namespace tcplab::rig
