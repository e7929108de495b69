// Catch2's implementation and our main, which tells success, failure and a skipped test apart: Catch2's own status is
// the number of failures, and four of them would read as ctest's SKIP_RETURN_CODE.
#ifdef TCPLAB_CATCH2_V3
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include "console/console.hpp"

int main(int argc, char* argv[]) {
  const tcplab::Console console;  // ctest reads names of tests from what this prints
  return Catch::Session().run(argc, argv) == 0 ? 0 : 1;
}
