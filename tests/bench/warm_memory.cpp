// warm_memory KILOBYTES: has the machine have so much free memory, by taking it and giving it back. The host of a
// virtual machine takes back what has been free for some seconds, and gives it again page by page: a command that takes
// 200 MB then costs up to two seconds more, by chance. For POSIX systems.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int count, char** words) {
  const std::size_t bytes = count == 2 ? std::strtoull(words[1], nullptr, 10) * 1024 : 0;
  if (bytes == 0) {
    std::fputs("hint: warm_memory KILOBYTES\n", stderr);
    return 2;
  }
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "error: cannot take %zu bytes of memory: %s\n", bytes, std::strerror(errno));
    return 1;
  }
#ifdef MADV_HUGEPAGE
  ::madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto* const begin = static_cast<volatile char*>(memory);
  for (std::size_t at = 0; at < bytes; at += page) begin[at] = 1;
  return 0;
}
