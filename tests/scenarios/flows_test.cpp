// One truth: `flows` and `show --json` agree on every connection of every lab's reference recording.
#include <filesystem>

#include "support/one_truth.hpp"

using namespace tcplab;
namespace fs = std::filesystem;

TEST_CASE("flows and show agree on every reference recording, at either end") {
  std::size_t connections = 0;
  for (const auto& lab : fs::directory_iterator(TCPLAB_LABS_SOURCE)) {
    for (const char* file : {"client.pcap", "server.pcap"}) {
      const fs::path capture = lab.path() / "reference" / file;
      if (fs::exists(capture)) connections += test::check_one_truth(capture.string());
    }
  }
  CHECK(connections > 50);
}
