#include "worker/worker.hpp"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace tcplab {
namespace {

// Which memory there is, one thread changes at a time: the others wait as soon as they touch any that is new, and
// whoever has waited may go on behind the first, on its processor, for milliseconds. So malloc shall ask for much at
// once, and give back only what is large. It takes nothing of that before it is used.
bool ask_for_much_memory_at_once() {
#ifdef __GLIBC__
  constexpr int megabyte = 1024 * 1024;
  return ::mallopt(M_TOP_PAD, 8 * megabyte) != 0 && ::mallopt(M_MMAP_THRESHOLD, 2 * megabyte) != 0 &&
         ::mallopt(M_TRIM_THRESHOLD, 32 * megabyte) != 0;
#else
  return false;
#endif
}

}  // namespace

void prepare_for_workers() {
  [[maybe_unused]] static const bool prepared = ask_for_much_memory_at_once();
}

#ifdef __linux__
Place::Place() : processor_(::sched_getcpu()) {
  if (processor_ >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof allowed_, &allowed_) != 0) processor_ = -1;
}

// It may run anywhere, and so is left where it is: for a moment it may not be here.
void Place::move_away(std::thread::native_handle_type thread) const {
  if (processor_ < 0) return;
  cpu_set_t others = allowed_;
  CPU_CLR(static_cast<unsigned>(processor_), &others);
  if (CPU_COUNT(&others) == 0 || ::pthread_setaffinity_np(thread, sizeof others, &others) != 0) return;
  ::pthread_setaffinity_np(thread, sizeof allowed_, &allowed_);
}

void Place::move_away() const {
  if (::sched_getcpu() == processor_) move_away(::pthread_self());
}
#else
Place::Place() = default;
void Place::move_away(std::thread::native_handle_type) const {}
void Place::move_away() const {}
#endif

}  // namespace tcplab
