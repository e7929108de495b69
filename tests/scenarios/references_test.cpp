// Every lab is whole, and its reference recording is what its ladder says. Needs no privilege.
#include <fstream>
#include <iterator>

#include "lesson/check.hpp"
#include "lesson/observation.hpp"
#include "lesson/state_agreement.hpp"
#include "lesson/syllabus.hpp"
#include "support/catch.hpp"

using namespace tcplab;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Analysis> analyses_of(const std::vector<std::string>& files) {
  Observation observation = observe(files);
  CHECK(observation.problems.empty());
  std::vector<Analysis> analyses;
  for (Connection& connection : observation.connections) analyses.push_back(analyse(std::move(connection)));
  return analyses;
}

std::vector<Lesson> all_labs() {
  return Syllabus::find(TCPLAB_BUILD_DIRECTORY).labs();
}

}  // namespace

TEST_CASE("every lab has its programs, its handout, its ladder, its reference and its place in the syllabus") {
  const std::string syllabus = text_of(fs::path(TCPLAB_LABS_SOURCE) / "README.md");
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    for (const char* file : {"client.cpp", "server.cpp", "README.md", "lab.toml", "ladder.txt", "reference/client.pcap",
                             "reference/server.pcap", "reference/events.ndjson", "reference/recording.json"}) {
      INFO(file);
      CHECK(fs::exists(lab.folder / file));
    }
    CHECK(syllabus.find("(" + lab.name + "/") != std::string::npos);
    CHECK_FALSE(lab.rfc.empty());
    const std::string handout = text_of(lab.folder / "README.md");
    CHECK(handout.find("scripts/record " + lab.name) != std::string::npos);
  }
}

TEST_CASE("every folder of labs/ is in the reading order") {
  const auto names = Syllabus::find(TCPLAB_BUILD_DIRECTORY).names();
  for (const auto& entry : fs::directory_iterator(TCPLAB_LABS_SOURCE)) {
    if (entry.is_directory())
      CHECK(std::find(names.begin(), names.end(), entry.path().filename().string()) != names.end());
  }
}

TEST_CASE("lab programs read top to bottom in at most 45 lines") {
  for (const Lesson& lab : all_labs()) {
    for (const char* file : {"client.cpp", "server.cpp"}) {
      const std::string text = text_of(lab.folder / file);
      INFO(lab.name << "/" << file);
      CHECK(std::count(text.begin(), text.end(), '\n') <= 45);
    }
  }
}

TEST_CASE("each reference recording is what its lab's ladder says, from both ends and from each alone") {
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    const std::vector<std::string> both = captures_of(lab.reference());
    for (const auto& files : {both, {both[0]}, {both[1]}}) {
      const CheckResult result = check(lab, analyses_of(files));
      INFO((result.difference ? result.difference->what : ""));
      CHECK_FALSE(result.difference);
    }
  }
}

TEST_CASE("no lab's reference is taken for another lab's") {
  const std::vector<Lesson> labs = all_labs();
  for (const Lesson& recorded : labs) {
    const auto analyses = analyses_of(captures_of(recorded.reference()));
    for (const Lesson& other : labs) {
      INFO(recorded.name << " against " << other.name);
      CHECK(check(other, analyses).difference.has_value() == (recorded.name != other.name));
    }
  }
}

TEST_CASE("the states inferred from each reference are those that the kernels reported, in order") {
  for (const Lesson& lab : all_labs()) {
    const auto analyses = analyses_of(captures_of(lab.reference()));
    REQUIRE(analyses.size() == 1);
    const auto histories =
        compare_with_kernels(analyses[0].connection, analyses[0].exchange, lab.reference() / "events.ndjson");
    INFO(lab.name << ": " << kernel_states_text(histories));
    for (const StateHistory& history : histories) {
      CHECK(history.agrees);
      CHECK(history.unseen.empty());
      // An end that no connection ever came to stays CLOSED, which is nobody's event.
      CHECK(history.sampled.empty() == (history.inferred == std::vector{State::closed}));
    }
  }
}
