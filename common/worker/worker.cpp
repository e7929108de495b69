#include "worker/worker.hpp"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

namespace tcplab {

#ifdef __linux__
// It may run anywhere, and so is left where it is: for a moment it may not be here. These are wishes; without them it
// begins later.
void move_away(std::jthread& thread) {
  const pthread_t handle = thread.native_handle();
  const int here = ::sched_getcpu();
  cpu_set_t all;
  if (here < 0 || here >= CPU_SETSIZE || ::pthread_getaffinity_np(handle, sizeof all, &all) != 0) return;
  cpu_set_t others = all;
  CPU_CLR(static_cast<unsigned>(here), &others);
  if (CPU_COUNT(&others) == 0 || ::pthread_setaffinity_np(handle, sizeof others, &others) != 0) return;
  ::pthread_setaffinity_np(handle, sizeof all, &all);
}
#else
void move_away(std::jthread&) {}
#endif

}  // namespace tcplab
