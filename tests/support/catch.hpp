// Catch2, whichever of its two generations the machine has, and a way to skip that both know.
#pragma once

#ifdef TCPLAB_CATCH2_V3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <optional>
#include <string>

namespace tcplab::test {

/// A matcher for texts that hold `part`, by the name that the generation of Catch2 at hand has for it.
inline auto contains(const std::string& part) {
#ifdef TCPLAB_CATCH2_V3
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

/// Ends the running test program as skipped (ctest's SKIP_RETURN_CODE) after saying why.
/// With TCPLAB_REQUIRE_ALL in the environment, as in CI, it fails the test instead.
[[noreturn]] void skip(const std::string& why);

/// Under Wine, ends the running test program as skipped after saying why, also with TCPLAB_REQUIRE_ALL: it is what Wine
/// cannot show, by name. On Windows itself, and everywhere else, it does nothing.
void leave_out_under_wine(const std::string& why);

/// The folder of other projects' captures, which are no part of tcplab: what TCPLAB_CAPTURES names. Where it names
/// none, skips; with TCPLAB_REQUIRE_ALL it warns loudly instead and gives nothing, since not every CI can have them.
std::optional<std::string> shared_captures();

}  // namespace tcplab::test
