// A capture that several threads read.
#include "lesson/observation.hpp"

#include <memory_resource>
#include <string>

#include "capture/many_times.hpp"
#include "lesson/path_text.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

std::string text_of(const Connection& connection) {
  std::string text = to_string(connection.client) + " " + to_string(connection.server) + " until " +
                     std::to_string(connection.watched_until->time_since_epoch().count());
  for (const Segment& segment : connection.segments) {
    text += "\n" + std::to_string(segment.sighting().frame) + " " + std::to_string(segment.seq.value());
    text += " " + std::to_string(static_cast<int>(segment.protocol)) + (segment.from == End::client ? ">" : "<");
  }
  return text;
}

/// One text a connection, and one of all else.
std::vector<std::string> observed(const std::string& file, std::size_t threads) {
  auto observation = observe_stored(file, std::pmr::get_default_resource(), threads);
  std::vector<std::string> texts = {std::to_string(observation.frames) + " frames"};
  for (const std::string& problem : observation.problems) texts.push_back(problem);
  for (const Connection& connection : observation.connections.take_all()) texts.push_back(text_of(connection));
  return texts;
}

}  // namespace

TEST_CASE("what several threads read of a capture is what one does, in its order") {
  constexpr unsigned count = 2000;
  for (const std::string lab : {"half-close", "udp-echo", "time-wait-reopen"}) {
    INFO(lab);
    const TemporaryDirectory folder;
    Bytes bytes = many_times(TCPLAB_LABS_SOURCE, lab, count);
    bytes.pop_back();  // so that there is a problem, which one thread tells of
    const std::string file = tcplab::text_of(folder.write("many.pcap", std::string(bytes.begin(), bytes.end())));
    const auto by_one = observed(file, 1);
    CHECK(by_one.size() >= count);
    CHECK(by_one[1].find("many.pcap: at byte") != std::string::npos);
    for (const std::size_t threads : {2U, 3U, 9U}) CHECK(observed(file, threads) == by_one);
  }
}
