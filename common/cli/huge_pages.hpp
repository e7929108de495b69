// Memory in huge pages, where the system has them: a table of a million connections is looked up at random, and each
// page that the processor does not know costs as much as the look-up itself.
#pragma once

#include <memory_resource>

namespace tcplab::cli {

/// What is large comes in huge pages, all else as ever.
std::pmr::memory_resource* huge_pages();

}  // namespace tcplab::cli
