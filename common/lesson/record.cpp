#include "lesson/record.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "lesson/observation.hpp"
#include "lesson/recording_json.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

HostPlan host_plan(const LessonHost& host, const fs::path& program) {
  return {.program = {program, host.arguments}, .sysctls = host.sysctls};
}

RecordingPlan plan_of(const Syllabus& syllabus, const Lesson& lab, const RecordOptions& options) {
  RecordingPlan plan;
  plan.client = host_plan(lab.client, syllabus.program(lab, "client"));
  plan.server = host_plan(lab.server, syllabus.program(lab, "server"));
  plan.link = options.link;
  plan.delay = lab.delay;
  plan.rules = lab.rules;
  plan.deadline = lab.deadline;
  return plan;
}

std::string exit_shortcoming(const char* role, const LessonHost& host, const ProgramOutcome& outcome) {
  if (!outcome.has_ended || outcome.exit_status == host.exit_status) return {};
  return std::string("the ") + role + " program ended with status " + std::to_string(outcome.exit_status) +
         " instead of " + std::to_string(host.exit_status);
}

/// What a program did otherwise than the lab has it.
std::string programs_shortcoming(const LabRecord& record) {
  auto text = exit_shortcoming("client", record.lab.client, record.outcome.client);
  return !text.empty() ? text : exit_shortcoming("server", record.lab.server, record.outcome.server);
}

}  // namespace

std::string LabRecord::shortcoming() const {
  if (auto text = programs_shortcoming(*this); !text.empty()) return text;
  if (check.difference) return "the ladder differs: " + check.difference->what;
  if (connections.size() > check.expected.size()) {
    return std::to_string(connections.size()) + " connections were captured, the lab's ladder has " +
           std::to_string(check.expected.size());
  }
  for (const KernelAgreement& agreement : kernels) {
    for (const StateHistory& history : agreement.histories) {
      if (!history.agrees) return "a kernel contradicts the states inferred: " + kernel_states_text(kernels);
    }
  }
  return {};
}

bool LabRecord::is_disturbed() const {
  // Linux sends again after 200 ms without an ACK, and may probe after two round trips; the rig looks up every 20 ms.
  constexpr std::chrono::milliseconds harmless{80};
  return outcome.stood_still > harmless;
}

bool LabRecord::is_spoilt() const {
  return is_disturbed() && programs_shortcoming(*this).empty() && !matched();
}

ScratchDirectory::ScratchDirectory(const fs::path& parent, const std::string& name) {
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) throw std::system_error(error, "cannot make the folder " + parent.string());
  std::string path = fs::absolute(parent / ("." + name + ".XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make a folder in " + parent.string());
  path_ = path;
  fs::permissions(path_, static_cast<fs::perms>(0755), error);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

LabRecording::LabRecording(const Syllabus& syllabus, const Lesson& lab, const RecordOptions& options)
    : lab_(lab),
      link_(options.link),
      directory_(options.out, lab.name),
      recording_(plan_of(syllabus, lab, options), directory_.path()) {}

LabRecord LabRecording::finish() {
  RecordingOutcome outcome = recording_.finish();
  const fs::path directory = directory_.path();
  LabRecord record{
      .lab = lab_, .scratch = std::move(directory_), .directory = directory, .outcome = std::move(outcome)};
  Observation observation = observe_recording(directory);
  record.problems = std::move(observation.problems);
  std::ranges::move(observation.left_out, std::back_inserter(record.problems));
  for (Connection& connection : observation.connections) record.connections.push_back(analyse(std::move(connection)));
  record.check = check(lab_, record.connections);
  if (link_ == LinkKind::wire) record.kernels = compare_with_kernels(record.connections, record.outcome.events);
  return record;
}

std::optional<fs::path> keep(LabRecord& record, const fs::path& out, const std::string& name,
                             const std::string& command, unsigned count) {
  write_recording_json(record, command, count);
  const fs::path place = out / name;
  std::optional<fs::path> older;
  if (fs::exists(place)) {
    unsigned number = 1;
    while (fs::exists(out / (name + "." + std::to_string(number)))) ++number;
    older = out / (name + "." + std::to_string(number));
    fs::rename(place, *older);
  }
  fs::rename(record.directory, place);
  record.scratch.release();
  record.directory = place;
  return older;
}

}  // namespace tcplab
