// How much memory the program holds: every operator new of it is counted.
// What malloc() alone gives (to the C library, to a sanitizer) is not.
#pragma once

#include <cstddef>

namespace tcplab::test {

/// The most that was held at once since this object was made, beside what was held then.
class PeakMemory {
 public:
  PeakMemory();
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::size_t before_;
};

}  // namespace tcplab::test
