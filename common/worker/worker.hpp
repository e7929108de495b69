// A thread that begins beside its maker, not behind it, and does not wait for the other's memory.
// A system may let a new thread wait on its maker's processor for some milliseconds while another has nothing to do:
// longer than it takes to read what students record.
#pragma once

#include <cstddef>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

namespace tcplab {

/// Before the first is made: malloc shall serve several threads. A wish, like all that moves threads.
void prepare_for_workers();

/// The processor that its maker runs on, where it is known.
class Place {
 public:
  Place();
  /// Has a thread that was made here begin on another processor, where there is another that it may use.
  void move_away(std::thread::native_handle_type thread) const;
  /// The same for the thread that calls it, if it is still here: then its maker waits behind it.
  void move_away() const;

 private:
#ifdef __linux__
  int processor_;
  cpu_set_t allowed_{};  ///< to the maker, and so to what it makes
#endif
};

/// A thread that runs work(), which must not throw. Throws std::system_error where there are no more to be had.
template <typename Work>
std::jthread start_worker(Work work) {
  prepare_for_workers();
  const Place here;
  std::jthread worker([here, work = std::move(work)]() mutable {
    here.move_away();
    work();
  });
  here.move_away(worker.native_handle());
  return worker;
}

/// So many threads that run work(), or fewer, where there are no more to be had.
template <typename Work>
std::vector<std::jthread> start_workers(std::size_t most, Work work) {
  std::vector<std::jthread> workers;
  try {
    while (workers.size() < most) workers.push_back(start_worker(work));
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch): as said
  }
  return workers;
}

}  // namespace tcplab
