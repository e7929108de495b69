// The fuzz targets as ordinary tests: on what they begin with, and on every input that once was found to break
// something.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/corpus.hpp"
#include "fuzz/targets.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::fuzz;
namespace fs = std::filesystem;

namespace {

/// How many inputs there were.
std::size_t replay(const Target& target, const fs::path& folder) {
  std::size_t count = 0;
  if (!fs::exists(folder)) return count;
  for (const auto& input : fs::directory_iterator(folder)) {
    INFO(input.path());
    std::ifstream stream(input.path(), std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
    CHECK_NOTHROW(target.run(bytes));
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("every fuzz target holds on what it begins with") {
  const test::TemporaryDirectory corpora;
  make_corpora(TCPLAB_LABS_SOURCE, corpora.path());
  for (const Target& target : targets) {
    INFO(target.name);
    CHECK(replay(target, corpora.path() / target.name) > 0);
  }
}

TEST_CASE("what fuzzing found once does not come back") {
  for (const Target& target : targets) replay(target, fs::path(TCPLAB_FUZZ_FOUND) / target.name);
}

TEST_CASE("every folder of found inputs belongs to a target") {
  for (const auto& entry : fs::directory_iterator(TCPLAB_FUZZ_FOUND)) {
    INFO(entry.path());
    if (!entry.is_directory()) continue;
    CHECK(std::any_of(targets.begin(), targets.end(),
                      [&](const Target& target) { return entry.path().filename() == target.name; }));
  }
}

TEST_CASE("a text that is not fit for a terminal is a violation") {
  using namespace std::string_literals;
  for (const std::string& text : {"\x1b[2J"s, "a\x7f"s, "\0"s, "\x9b"s, "\xc2\x9b"s, "a\tb"s, "\r"s, "\xc3"s,
                                  "\xc0\x80"s, "\xff"s, "\xe0\x80\x9b"s})
    CHECK_THROWS_AS(require_fit_for_terminal(text), Violation);
  CHECK_NOTHROW(require_fit_for_terminal("two lines\nof text \xe8\xaf\xb4\xe6\x98\x8e \xf0\x9f\x90\x82\n"));
}
