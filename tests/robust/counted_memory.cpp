#include "robust/counted_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

std::size_t held_bytes = 0, peak_bytes = 0;

void* count(void* memory) {
  held_bytes += memory != nullptr ? malloc_usable_size(memory) : 0;
  peak_bytes = std::max(peak_bytes, held_bytes);
  return memory;
}

void* allocate(std::size_t size) {
  return count(std::malloc(std::max<std::size_t>(size, 1)));
}
void* allocate(std::size_t size, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  return count(std::aligned_alloc(to, (size + to - 1) / to * to));
}
void* or_throw(void* memory) {
  return memory != nullptr ? memory : throw std::bad_alloc();
}

void release(void* memory) {
  if (memory == nullptr) return;
  held_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

// All forms, also those that the standard library makes of others: a sanitizer has its own of each. [new.delete]
void* operator new(std::size_t size) {
  return or_throw(allocate(size));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(allocate(size, alignment));
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void* operator new[](std::size_t size) {
  return or_throw(allocate(size));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return or_throw(allocate(size, alignment));
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}

namespace tcplab::test {

PeakMemory::PeakMemory() : before_(held_bytes) {
  peak_bytes = held_bytes;
}

std::size_t PeakMemory::bytes() const {
  return peak_bytes - before_;
}

}  // namespace tcplab::test
