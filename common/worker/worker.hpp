// A thread that begins beside its maker, not behind it.
// A system may let a new thread wait on its maker's processor for some milliseconds while another has nothing to do:
// longer than it takes to read what students record.
#pragma once

#include <cstddef>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace tcplab {

/// Has a thread that was just made begin on another processor than the caller's, where there is one that it may use.
void move_away(std::jthread& thread);

/// A thread that runs work(), which must not throw. Throws std::system_error where there are no more to be had.
template <typename Work>
std::jthread start_worker(Work work) {
  std::jthread worker(std::move(work));
  move_away(worker);
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
