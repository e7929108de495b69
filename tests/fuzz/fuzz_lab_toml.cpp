// lab.toml: it is refused with its name in front, or its values are in the ranges that docs/lab-toml.md gives.
#include <algorithm>

#include "fuzz/targets.hpp"
#include "lesson/lesson.hpp"

namespace tcplab::fuzz {
namespace {

using namespace std::chrono_literals;

void check(const LessonHost& host) {
  require(host.exit_status >= 0 && host.exit_status <= 255, "an exit status that no program has");
  for (const auto& [name, value] : host.sysctls)
    require(name.starts_with("net."), "a setting beyond the host's network");
}

}  // namespace

void fuzz_lab_toml(ByteView input) {
  try {
    const Lesson lab = parse_lesson(text_of(input), "labs/some-lab");
    require(lab.name == "some-lab" && lab.folder == "labs/some-lab", "a lab is not named after its folder");
    require(lab.delay >= 0ms && lab.delay <= 10s, "a delay out of its range");
    require(lab.deadline >= 1s && lab.deadline <= 300s, "a deadline out of its range");
    require(lab.rules.empty() || lab.needs_wire(), "rules without a wire");
    require(lab.rules.size() <= input.size() && lab.rfc.size() <= input.size(), "more entries than bytes");
    check(lab.client);
    check(lab.server);
  } catch (const LessonError& error) {
    require(std::string_view(error.what()).starts_with("labs/some-lab/lab.toml:"), "an error that names no file");
  }
}

}  // namespace tcplab::fuzz
