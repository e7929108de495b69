#include "cli/huge_pages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "support/catch.hpp"

using namespace tcplab::cli;

TEST_CASE("memory of any size can be had, written and given back") {
  constexpr std::size_t huge_page = std::size_t{2} * 1024 * 1024, large = 2 * huge_page;
  std::pmr::memory_resource& memory = *huge_pages();
  struct Block {
    std::byte* begin;
    std::size_t size;
  };
  std::vector<Block> blocks;
  for (const std::size_t size : {std::size_t{1}, huge_page, large - 1, large, large + 1, 3 * huge_page + 4097}) {
    blocks.push_back({static_cast<std::byte*>(memory.allocate(size, 64)), size});
    const Block& block = blocks.back();
    std::memset(block.begin, static_cast<int>(blocks.size()), block.size);
    CHECK(reinterpret_cast<std::uintptr_t>(block.begin) % 64 == 0);
    if (size >= large) CHECK(reinterpret_cast<std::uintptr_t>(block.begin) % huge_page == 0);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    CHECK(blocks[i].begin[0] == static_cast<std::byte>(i + 1));
    CHECK(blocks[i].begin[blocks[i].size - 1] == static_cast<std::byte>(i + 1));
    memory.deallocate(blocks[i].begin, blocks[i].size, 64);
  }
}

TEST_CASE("more memory than there can be is refused") {
  CHECK_THROWS_AS(huge_pages()->allocate(PTRDIFF_MAX - 4096), std::bad_alloc);
}
