#include "robust/counted_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

std::size_t held_bytes = 0, peak_bytes = 0;

std::size_t size_of(void* memory) {
#ifdef _WIN32
  return _msize(memory);
#else
  return malloc_usable_size(memory);
#endif
}

void* count(void* memory) {
  held_bytes += memory != nullptr ? size_of(memory) : 0;
  peak_bytes = std::max(peak_bytes, held_bytes);
  return memory;
}

void* allocate(std::size_t size) {
  return count(std::malloc(std::max<std::size_t>(size, 1)));
}
void* or_throw(void* memory) {
  return memory != nullptr ? memory : throw std::bad_alloc();
}

void release(void* memory) {
  if (memory == nullptr) return;
  held_bytes -= size_of(memory);
  std::free(memory);
}

#ifdef _WIN32
// Windows has no aligned_alloc(), whose memory free() takes: where the whole begins stands before the aligned part.
void* allocate(std::size_t size, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  void* const whole = allocate(size + to + sizeof(void*));
  if (whole == nullptr) return nullptr;
  const auto least = reinterpret_cast<std::uintptr_t>(whole) + sizeof(void*);
  void** const aligned = reinterpret_cast<void**>((least + to - 1) / to * to);
  aligned[-1] = whole;
  return aligned;
}
void release(void* memory, std::align_val_t) {
  if (memory != nullptr) release(static_cast<void**>(memory)[-1]);
}
#else
void* allocate(std::size_t size, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  return count(std::aligned_alloc(to, (size + to - 1) / to * to));
}
void release(void* memory, std::align_val_t) {
  release(memory);
}
#endif

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
void operator delete(void* memory, std::align_val_t alignment) noexcept {
  release(memory, alignment);
}
void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
  release(memory, alignment);
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
void operator delete[](void* memory, std::align_val_t alignment) noexcept {
  release(memory, alignment);
}
void operator delete[](void* memory, std::size_t, std::align_val_t alignment) noexcept {
  release(memory, alignment);
}

namespace tcplab::test {

PeakMemory::PeakMemory() : before_(held_bytes) {
  peak_bytes = held_bytes;
}

std::size_t PeakMemory::bytes() const {
  return peak_bytes - before_;
}

}  // namespace tcplab::test
