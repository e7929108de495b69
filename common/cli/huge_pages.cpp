#include "cli/huge_pages.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace tcplab::cli {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} * 1024 * 1024;
/// Of what is smaller, little may be used at last, and the system clears a huge page as a whole.
constexpr std::size_t worth_huge_pages = 2 * huge_page_bytes;

#ifdef __linux__
std::size_t rounded_up(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

/// Addresses, without memory.
std::byte* reserve(std::size_t size) {
  void* const begin = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(begin);
}

/// How much further the next huge page begins.
std::size_t distance_to_huge_page(const std::byte* address) {
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  return rounded_up(place, huge_page_bytes) - place;
}

std::byte* reserve_at_huge_page(std::size_t size) {
  // Linux has such a place by itself since 6.7; and to cut one out holds all threads up.
  std::byte* const likely = reserve(size);
  if (distance_to_huge_page(likely) == 0) return likely;
  ::munmap(likely, size);
  std::byte* const begin = reserve(size + huge_page_bytes);
  const std::size_t before = distance_to_huge_page(begin), behind = huge_page_bytes - before;
  if (before > 0) ::munmap(begin, before);
  if (behind > 0) ::munmap(begin + before + size, behind);
  return begin + before;
}

/// Behind each piece of memory: the system joins those that touch, and as long as one thread waits for that, none gets
/// new pages of either.
constexpr std::size_t gap = huge_page_bytes;

std::size_t size_of_pages(std::size_t bytes) {
  return rounded_up(bytes, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
}

/// From the system itself, to which it goes back: what malloc is given back it may keep, and each place that a growing
/// table leaves is large.
void* map(std::size_t bytes) {
  const std::size_t size = size_of_pages(bytes);
  std::byte* const memory = reserve_at_huge_page(size + gap);
  if (::mprotect(memory, size, PROT_READ | PROT_WRITE) != 0) {
    ::munmap(memory, size + gap);
    throw std::bad_alloc();
  }
  ::madvise(memory, size, MADV_HUGEPAGE);  // a wish; without it the memory is the same
  return memory;
}
void unmap(void* memory, std::size_t bytes) {
  ::munmap(memory, size_of_pages(bytes) + gap);
}
#else
void* map(std::size_t bytes) {
  return ::operator new(bytes, std::align_val_t(huge_page_bytes));
}
void unmap(void* memory, std::size_t) {
  ::operator delete(memory, std::align_val_t(huge_page_bytes));
}
#endif

class HugePages final : public std::pmr::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return bytes < worth_huge_pages ? ::operator new(bytes, std::align_val_t(alignment)) : map(bytes);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    if (bytes < worth_huge_pages)
      ::operator delete(memory, std::align_val_t(alignment));
    else
      unmap(memory, bytes);
  }
  [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace

std::pmr::memory_resource* huge_pages() {
  static HugePages resource;
  return &resource;
}

}  // namespace tcplab::cli
