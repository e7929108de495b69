// await_calm FILE SECONDS: waits until the machine is calm, so many seconds at most, and fails with 1 if it is not. It
// is where a piece of work, done on every processor at once, takes hardly longer than usual: no other program runs, and
// in a virtual machine no neighbour has the other half of a processor's core, which slows those programs most that keep
// it busiest. FILE remembers how long the trials took.
#include <algorithm>
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
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr double hardly_longer = 1.1;

/// Some milliseconds of as many instructions a cycle as a processor can do.
std::uint64_t work(std::uint64_t seed) {
  std::uint64_t a = seed, b = seed + 1, c = seed + 2, d = seed + 3;
  for (std::uint64_t i = 0; i < 5'000'000; ++i) {
    a += i;
    b ^= i + seed;
    c -= i ^ seed;
    d += i | seed;
  }
  return a ^ b ^ c ^ d;
}

/// How long the work takes where it takes longest.
double trial() {
  std::vector<double> times(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> threads;
  for (double& time : times) {
    threads.emplace_back([&time] {
      const auto began = Clock::now();
      const volatile std::uint64_t done = work(static_cast<std::uint64_t>(began.time_since_epoch().count()));
      static_cast<void>(done);
      time = Microseconds(Clock::now() - began).count();
    });
  }
  threads.clear();
  return *std::ranges::max_element(times);
}

std::vector<double> trials_in(const std::string& file) {
  std::ifstream stream(file);
  return {std::istream_iterator<double>(stream), {}};
}

/// A quarter of the trials took less: some are fast by luck, and some disturbed.
double usual(std::vector<double> trials) {
  const auto quarter = trials.begin() + static_cast<std::ptrdiff_t>(trials.size() / 4);
  std::ranges::nth_element(trials, quarter);
  return *quarter;
}

bool is_calm_within(const std::string& file, std::chrono::seconds most) {
  constexpr std::size_t fewest = 40;
  constexpr std::chrono::milliseconds pause{200};
  std::vector<double> trials = trials_in(file);
  std::ofstream stream(file, std::ios::app);
  const auto until = Clock::now() + most;
  while (true) {
    do {
      trials.push_back(trial());
      stream << trials.back() << '\n';
    } while (trials.size() < fewest);
    if (trials.back() <= hardly_longer * usual(trials)) return true;
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("hint: await_calm FILE SECONDS\n", stderr);
    return 2;
  }
  return is_calm_within(words[1], std::chrono::seconds(std::strtol(words[2], nullptr, 10))) ? 0 : 1;
}
