// Every lab is whole, and its reference recording is what its ladder says. Needs no privilege.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "lesson/check.hpp"
#include "lesson/observation.hpp"
#include "lesson/state_agreement.hpp"
#include "lesson/syllabus.hpp"
#include "support/catch.hpp"
#include "tcp/exchange.hpp"

using namespace tcplab;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Analysis> analyses_of(Observation observation) {
  CHECK(observation.problems.empty());
  std::vector<Analysis> analyses;
  for (Connection& connection : observation.connections) analyses.push_back(analyse(std::move(connection)));
  return analyses;
}

/// Its own, or that of another lab which has it; not both.
bool has_one_program(const Lesson& lab, const LessonHost& host, const char* source) {
  if (host.program_of.empty()) return fs::exists(lab.folder / source);
  return !fs::exists(lab.folder / source) && fs::exists(lab.folder.parent_path() / host.program_of / source);
}

std::vector<Lesson> all_labs() {
  return Syllabus::find(TCPLAB_BUILD_DIRECTORY).labs();
}

}  // namespace

TEST_CASE("every lab has its programs, its handout, its ladder, its reference and its place in the syllabus") {
  const std::string syllabus = text_of(fs::path(TCPLAB_LABS_SOURCE) / "README.md");
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    for (const char* file : {"README.md", "lab.toml", "ladder.txt", "reference/client.pcap", "reference/server.pcap",
                             "reference/events.ndjson", "reference/recording.json"}) {
      INFO(file);
      CHECK(fs::exists(lab.folder / file));
    }
    CHECK(has_one_program(lab, lab.client, "client.cpp"));
    CHECK(has_one_program(lab, lab.server, "server.cpp"));
    CHECK(syllabus.find("(" + lab.name + "/") != std::string::npos);
    CHECK_FALSE(lab.rfc.empty());
    const std::string handout = text_of(lab.folder / "README.md");
    CHECK(handout.find("scripts/record " + lab.name) != std::string::npos);
  }
}

TEST_CASE("a lab's ladder for another system is another one, and its handout says where it comes from") {
  std::size_t count = 0;
  for (const Lesson& lab : all_labs()) {
    for (const auto& entry : fs::directory_iterator(lab.folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("ladder.") || name == "ladder.txt") continue;
      INFO(lab.name << "/" << name);
      const auto apart = systems_apart(lab);
      const auto is_named = [&](std::string_view system) { return entry.path() == lab.ladder_of(system); };
      REQUIRE(std::ranges::any_of(apart, is_named));
      CHECK(text_of(entry.path()).find("not observed") != std::string::npos);
      CHECK(text_of(lab.folder / "README.md").find(name) != std::string::npos);
      CHECK_FALSE(load_ladders(entry.path()).empty());
      CHECK(text_of(entry.path()) != text_of(lab.ladder()));
      ++count;
    }
  }
  CHECK(count > 0);
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
      if (!fs::exists(lab.folder / file)) continue;  // it runs another lab's
      const std::string text = text_of(lab.folder / file);
      INFO(lab.name << "/" << file);
      CHECK(std::count(text.begin(), text.end(), '\n') <= 45);
    }
  }
}

TEST_CASE("each reference recording is what its lab's ladder says, from both ends and from each alone") {
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    const auto whole = analyses_of(observe_recording(lab.reference()));
    const CheckResult result = check(lab, whole);
    INFO((result.difference ? result.difference->what : ""));
    CHECK_FALSE(result.difference);
    CHECK(result.matched.size() == whole.size());
    for (const std::string& capture : captures_of(lab.reference())) {
      const auto alone = analyses_of(observe({capture}));
      if (alone.empty()) continue;  // nothing came through to this end
      const CheckResult result_alone = check(lab, alone);
      INFO(capture << ": " << (result_alone.difference ? result_alone.difference->what : ""));
      CHECK_FALSE(result_alone.difference);
    }
  }
}

TEST_CASE("from one end's capture alone, nothing that was lost is said to have come") {
  std::size_t came = 0, lost = 0;
  for (const Lesson& lab : all_labs()) {
    const Observation whole = observe_recording(lab.reference());
    const auto arrived = [&](End end, std::uint64_t frame) {
      for (const Connection& connection : whole.connections) {
        for (const Segment& segment : connection.segments)
          if (segment.from == end && segment.departed && segment.departed->frame == frame)
            return segment.arrived.has_value();
      }
      return false;
    };
    for (const End end : {End::client, End::server}) {
      const char* const file = end == End::client ? "client.pcap" : "server.pcap";
      for (const Connection& connection : observe({(lab.reference() / file).string()}).connections) {
        std::vector<bool> comes(connection.segments.size());
        for (const Passage& passage : exchange_of(connection).passages)
          comes[passage.segment] = comes[passage.segment] || passage.leg == Leg::whole || passage.leg == Leg::arrival;
        for (std::size_t i = 0; i < comes.size(); ++i) {
          const Segment& segment = connection.segments[i];
          if (segment.from != end || segment.sequence_length() == 0) continue;  // of others nothing tells
          const bool has_arrived = arrived(end, segment.sighting().frame);
          INFO(lab.name << "/" << file << ", frame " << segment.sighting().frame);
          CHECK((has_arrived || !comes[i]));
          ++(has_arrived ? came : lost);
        }
      }
    }
  }
  CHECK(came > 0);
  CHECK(lost > 0);
}

TEST_CASE("no lab's reference is taken for another lab's") {
  const std::vector<Lesson> labs = all_labs();
  for (const Lesson& recorded : labs) {
    const auto analyses = analyses_of(observe_recording(recorded.reference()));
    for (const Lesson& other : labs) {
      INFO(recorded.name << " against " << other.name);
      const CheckResult result = check(other, analyses);
      // One lab's connection may be one of several in another; then the recording as a whole is still not that lab's.
      const bool taken = !result.difference && result.matched.size() == analyses.size();
      CHECK(taken == (recorded.name == other.name));
    }
  }
}

TEST_CASE("the states inferred from each reference are those that the kernels reported, in order") {
  for (const Lesson& lab : all_labs()) {
    const auto analyses = analyses_of(observe_recording(lab.reference()));
    const auto agreements = compare_with_kernels(analyses, lab.reference() / "events.ndjson");
    INFO(lab.name << ": " << kernel_states_text(agreements));
    for (const KernelAgreement& agreement : agreements) {
      for (const StateHistory& history : agreement.histories) {
        CHECK(history.agrees);
        CHECK(history.unseen.empty());
        // An end that no connection ever came to stays as it was, which is nobody's event.
        CHECK(history.sampled.empty() == (history.inferred.size() <= 1));
      }
    }
  }
}
