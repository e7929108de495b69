// The labs' reference recordings against themselves, against each of their captures, and against one another.
#include "compare/compare.hpp"
#include "lesson/observation.hpp"
#include "lesson/syllabus.hpp"
#include "support/catch.hpp"

using namespace tcplab;

namespace {

std::vector<Analysis> analyses_of(Observation observation) {
  std::vector<Analysis> analyses;
  for (Connection& connection : observation.connections) analyses.push_back(analyse(std::move(connection)));
  return analyses;
}

std::vector<Analysis> reference(const Lesson& lab) {
  return analyses_of(observe_recording(lab.reference()));
}

std::vector<Lesson> all_labs() {
  return Syllabus::find(TCPLAB_BUILD_DIRECTORY).labs();
}

}  // namespace

TEST_CASE("every lab's reference recording is the same as itself, with nothing to set aside") {
  for (const Lesson& lab : all_labs()) {
    INFO(lab.name);
    const Comparison comparison = compare(reference(lab), reference(lab));
    CHECK(comparison.same());
    CHECK(comparison.differences() == 0);
    CHECK_FALSE(comparison.connections.empty());
    for (const ConnectionComparison& connection : comparison.connections) {
      CHECK(connection.set_aside.entries().empty());
      CHECK(connection.follows.entries().empty());
    }
  }
}

TEST_CASE("every lab's reference recording is the same as what either of its captures shows alone") {
  for (const Lesson& lab : all_labs()) {
    for (const char* file : {"client.pcap", "server.pcap"}) {
      INFO(lab.name << " " << file);
      const auto one = analyses_of(observe({(lab.reference() / file).string()}));
      if (one.size() != reference(lab).size()) continue;  // nothing came to that end
      CHECK(compare(reference(lab), one).same());
      CHECK(compare(one, reference(lab)).same());
    }
  }
}

TEST_CASE("two labs' reference recordings differ in both directions, as often in one as in the other") {
  const std::vector<Lesson> labs = all_labs();
  for (std::size_t i = 0; i + 1 < labs.size(); ++i) {
    INFO(labs[i].name << " " << labs[i + 1].name);
    const auto one = reference(labs[i]), other = reference(labs[i + 1]);
    const Comparison forth = compare(one, other), back = compare(other, one);
    CHECK_FALSE(forth.same());
    CHECK_FALSE(back.same());
    CHECK(forth.differences() == back.differences());
  }
}
