// await_calm FILE SECONDS COUNT: waits until so many processors are calm, so many seconds at most, and prints which are
// calmest, as taskset has them: "1", "0,1". Fails with 1 if they are not calm. A processor is where a piece of work
// takes hardly longer than usual: no other program runs, and in a virtual machine no neighbour has the other half of
// its core, which slows those programs most that keep it busiest. FILE remembers what the trials took. For Linux.
#include <sched.h>
#include <time.h>  // clock_gettime()

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr double hardly_longer = 1.1;

/// Some milliseconds of as many instructions a cycle as a processor can do: eight sums that depend on little, and each
/// on another's, so that no compiler makes one instruction of several.
std::uint64_t work(std::uint64_t seed) {
  std::uint64_t a = seed, b = seed + 1, c = seed + 2, d = seed + 3, e = seed + 4, f = seed + 5, g = 0, h = 0;
  for (std::uint64_t i = 0; i < 4'000'000; ++i) {
    a += i;
    b ^= i + 3;
    c -= i;
    d += std::rotl(a, 7);
    e ^= b >> 3U;
    f += c << 1U;
    g += d ^ e;
    h ^= f + a;
  }
  return g ^ h;
}

/// Microseconds of processor time that this thread has had: how long it waits for a processor is no matter.
double processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

struct Trial {
  int processor = 0;
  double took = 0;
};

std::vector<int> processors() {
  cpu_set_t all;
  CPU_ZERO(&all);
  ::sched_getaffinity(0, sizeof all, &all);
  std::vector<int> numbers;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &all)) numbers.push_back(i);
  return numbers;
}

void try_out(Trial& trial) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(trial.processor, &one);
  ::sched_setaffinity(0, sizeof one, &one);
  const double began = processor_time();
  const volatile std::uint64_t done = work(static_cast<std::uint64_t>(began));
  static_cast<void>(done);
  trial.took = processor_time() - began;
}

/// Of all processors at once, the calmest first.
std::vector<Trial> trials() {
  std::vector<Trial> each;
  for (const int processor : processors()) each.push_back({processor});
  {
    std::vector<std::jthread> threads;
    for (Trial& trial : each) threads.emplace_back([&trial] { try_out(trial); });
  }
  std::ranges::sort(each, {}, &Trial::took);
  return each;
}

std::vector<double> earlier_in(const std::string& file) {
  std::ifstream stream(file);
  return {std::istream_iterator<double>(stream), {}};
}

/// A tenth of the trials took less: a few are fast by luck, and most may be disturbed.
double usual(std::vector<double> trials) {
  const auto tenth = trials.begin() + static_cast<std::ptrdiff_t>(trials.size() / 10);
  std::ranges::nth_element(trials, tenth);
  return *tenth;
}

bool is_calm_within(const std::string& file, std::chrono::seconds most, std::size_t count) {
  constexpr std::size_t fewest = 80;
  constexpr std::chrono::milliseconds pause{200};
  std::vector<double> all = earlier_in(file);
  std::ofstream stream(file, std::ios::app);
  const auto until = Clock::now() + most;
  while (true) {
    std::vector<Trial> latest;
    do {
      latest = trials();
      for (const Trial& trial : latest) {
        all.push_back(trial.took);
        stream << trial.took << '\n';
      }
    } while (all.size() < fewest);
    count = std::clamp<std::size_t>(count, 1, latest.size());
    const bool is_calm = latest[count - 1].took <= hardly_longer * usual(all);
    if (!is_calm && Clock::now() < until) {
      std::this_thread::sleep_for(pause);
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) std::printf(i == 0 ? "%d" : ",%d", latest[i].processor);
    return is_calm;
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    std::fputs("hint: await_calm FILE SECONDS COUNT\n", stderr);
    return 2;
  }
  const std::chrono::seconds most(std::strtol(words[2], nullptr, 10));
  return is_calm_within(words[1], most, std::strtoul(words[3], nullptr, 10)) ? 0 : 1;
}
