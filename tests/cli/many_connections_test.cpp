// Captures of so many connections that several threads share the work: what is said is what each connection alone says.
#include <sstream>

#include "capture/many_times.hpp"
#include "command.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

std::string said(std::vector<std::string> arguments, const std::string& file) {
  arguments.push_back(file);
  const Result result = tcplab_says(arguments);
  INFO(result.err);
  CHECK(result.status == 0);
  return result.out;
}

}  // namespace

TEST_CASE("of very many connections each is told in its place, as it is told alone") {
  constexpr unsigned count = 800;
  const TemporaryDirectory folder;
  const Bytes bytes = many_times(TCPLAB_LABS_SOURCE, "half-close", count);
  const std::string file = folder.write("many.pcap", std::string(bytes.begin(), bytes.end())).string();

  std::istringstream lines(said({"show", "--json"}, file));
  std::vector<std::string> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(line);
  REQUIRE(objects.size() == count);
  for (const unsigned number : {1U, 2U, 400U, count})
    CHECK(objects[number - 1] + "\n" == said({"show", "--json", "--connection", std::to_string(number)}, file));

  for (const std::string command : {"show", "explain"}) {
    const std::string all = said({command}, file), first = said({command, "--connection", "1"}, file);
    CHECK(all.starts_with(first));
    std::size_t told = 0;
    for (std::size_t at = all.find(" -> "); at != std::string::npos; at = all.find(" -> ", at + 1)) ++told;
    CHECK(told == count);
  }
}
