#include "cli/huge_pages.hpp"

#include <cstddef>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tcplab::cli {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} * 1024 * 1024;

class HugePages final : public std::pmr::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (bytes < huge_page_bytes) return ::operator new(bytes, std::align_val_t(alignment));
    void* const memory = ::operator new(bytes, std::align_val_t(huge_page_bytes));
#ifdef __linux__
    ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish; without it the memory is the same
#endif
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    ::operator delete(memory, std::align_val_t(bytes < huge_page_bytes ? alignment : huge_page_bytes));
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
