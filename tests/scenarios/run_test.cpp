// `tcplab run` with programs of the test's own in place of a lab's.
#include <filesystem>
#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

namespace fs = std::filesystem;
using tcplab::test::Program;
using tcplab::test::TemporaryDirectory;

TEST_CASE("both programs of a lab run on one processor, so that one who captures them sees their segments in order") {
  const TemporaryDirectory tree;
  const fs::path labs = tree.path() / "labs";
  fs::create_directories(labs / "hello");
  fs::copy_file(TCPLAB_BUILD_DIRECTORY "/tcplab", tree.path() / "tcplab");
  std::ofstream(labs / "reading_order.txt") << "hello\n";
  std::ofstream(labs / "folders.txt") << TCPLAB_LABS_SOURCE "\n";
  const std::string tell_processors = "sed -n 's/^Cpus_allowed_list:[^0-9]*/on /p' /proc/self/status\n";
  std::ofstream(labs / "hello/server") << "#!/bin/sh\necho >&3\n" << tell_processors;
  std::ofstream(labs / "hello/client") << "#!/bin/sh\n" << tell_processors;
  for (const char* role : {"client", "server"}) fs::permissions(labs / "hello" / role, fs::perms::owner_all);

  Program run((tree.path() / "tcplab").string(), {"run", "hello"});
  run.close_input();
  CHECK(run.end() == 0);
  CAPTURE(run.out(), run.err());
  const auto said_by = [&](const std::string& role) {
    const std::string begin = role + " | on ";
    const std::size_t at = run.out().find(begin);
    REQUIRE(at != std::string::npos);
    return run.out().substr(at + begin.size(), run.out().find('\n', at) - at - begin.size());
  };
  CHECK(said_by("client") == said_by("server"));
  CHECK(said_by("client").find_first_not_of("0123456789") == std::string::npos);
}
