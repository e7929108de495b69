#include "worker/worker.hpp"

#include <atomic>
#include <future>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

#include "support/catch.hpp"

using namespace tcplab;

TEST_CASE("a worker does its work, which may be something that cannot be copied") {
  std::packaged_task<int()> task([] { return 42; });
  auto result = task.get_future();
  const std::jthread worker = start_worker(std::move(task));
  CHECK(result.get() == 42);
}

TEST_CASE("so many workers are started as are asked for, where there are enough threads") {
  std::atomic<int> done = 0;
  CHECK(start_workers(0, [&] { ++done; }).empty());
  CHECK(start_workers(3, [&] { ++done; }).size() == 3);
  CHECK(done == 3);
}

TEST_CASE("more workers than there are processors all do their work") {
  constexpr int count = 50;
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> workers;
    workers.reserve(count);
    for (int i = 0; i < count; ++i) workers.push_back(start_worker([&] { ++done; }));
  }
  CHECK(done == count);
}

#ifdef __linux__
namespace {

cpu_set_t allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  return set;
}

/// Where a worker may run once it has begun.
cpu_set_t allowed_to_worker() {
  std::promise<void> begun;
  std::promise<cpu_set_t> told;
  const std::jthread worker = start_worker([&] {
    begun.get_future().wait();
    told.set_value(allowed());
  });
  begun.set_value();
  return told.get_future().get();
}

}  // namespace

TEST_CASE("a worker may run wherever its maker may, also where that is one processor only") {
  const cpu_set_t all = allowed();
  REQUIRE(CPU_COUNT(&all) > 0);
  cpu_set_t here = all, set = allowed_to_worker();
  CHECK(CPU_EQUAL(&set, &all));

  for (std::size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&here) > 1; ++i) CPU_CLR(i, &here);
  REQUIRE(::sched_setaffinity(0, sizeof here, &here) == 0);
  set = allowed_to_worker();
  CHECK(CPU_EQUAL(&set, &here));
  REQUIRE(::sched_setaffinity(0, sizeof all, &all) == 0);
}
#endif
