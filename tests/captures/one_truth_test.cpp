// One truth: `flows` and `show --json` agree on every connection of other projects' captures.
#include "support/one_truth.hpp"

#include <filesystem>
#include <stdexcept>

using namespace tcplab;

TEST_CASE("flows and show agree on every connection of the shared captures") {
  const auto folder = test::shared_captures();
  if (!folder) return;
  std::size_t connections = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder + "/files")) {
    if (!entry.is_regular_file()) continue;
    try {
      connections += test::check_one_truth(entry.path().string());
    } catch (const std::runtime_error&) {
      continue;  // no capture: the folder holds other files too
    }
  }
  CHECK(connections > 1000);
}
