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

#ifdef __linux__
std::size_t rounded_up(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

/// From the system itself, to which it goes back: what malloc is given back it may keep, and each place that a growing
/// table leaves is large.
void* map(std::size_t bytes) {
  const std::size_t size = rounded_up(bytes, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
  const std::size_t room = size + huge_page_bytes;
  void* const mapped = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const auto place = reinterpret_cast<std::uintptr_t>(mapped);
  const std::size_t before = rounded_up(place, huge_page_bytes) - place, behind = huge_page_bytes - before;
  std::byte* const memory = static_cast<std::byte*>(mapped) + before;
  if (before > 0) ::munmap(mapped, before);
  if (behind > 0) ::munmap(memory + size, behind);
  ::madvise(memory, size, MADV_HUGEPAGE);  // a wish; without it the memory is the same
  return memory;
}
void unmap(void* memory, std::size_t bytes) {
  ::munmap(memory, bytes);
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
    return bytes < huge_page_bytes ? ::operator new(bytes, std::align_val_t(alignment)) : map(bytes);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    if (bytes < huge_page_bytes)
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
