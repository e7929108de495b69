// The course of a recording. Each wait is for a condition, with a bound; nothing sleeps and hopes.
// What a step needs of the kernel is in the files it is named after.
#include "rig/session.hpp"

#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <map>

#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

using namespace std::chrono_literals;
using Clock = Loop::Clock;

constexpr auto grace = 2s;              ///< for a program to end by its own deadline before it counts as hung
constexpr auto quiet = 10ms;            ///< that nothing moves before the recorders are stopped
constexpr auto tcpdump_patience = 10s;  ///< a start or a stop takes some 20 ms; a busy machine may take longer
constexpr auto disk_patience = 1s;      ///< for tcpdump to write what it has captured

const char* const capture_suffix = ".pcap";
const char* const events_file = "events.ndjson";

std::string said(const Child& program) {
  return program.output().empty() ? "it said nothing" : "it last said: " + program.last_words();
}

}  // namespace

Session::Session(const RecordingPlan& plan, const std::filesystem::path& directory, int caller)
    : plan_(plan), directory_(directory), events_(directory / events_file) {
  loop_.watch(caller, [] { throw RigError("interrupted", "", true); });
}

RecordingOutcome Session::run() {
  link_ = make_link(plan_, events_, loop_);
  outcome_.attachment = link_->name();
  outcome_.events = events_.path();
  end_phase("hosts");
  start_recorders();
  end_phase("tcpdump start");
  loop_.take_longest_delay();  // the kernel takes its time to make hosts
  converse();
  come_to_rest();
  outcome_.stood_still = std::chrono::duration_cast<std::chrono::microseconds>(loop_.take_longest_delay());
  end_phase("conversation");
  stop_recorders();
  end_phase("tcpdump stop");
  events_.check();
  return outcome_;
}

void Session::end_phase(const std::string& name) {
  const auto now = Clock::now();
  outcome_.times.emplace_back(name, std::chrono::duration_cast<std::chrono::microseconds>(now - phase_start_));
  phase_start_ = now;
}

// --- The programs ----------------------------------------------------------------------------------------------------

void Session::start(End side, int ready) {
  const Program& program = side == End::client ? plan_.client.program : plan_.server.program;
  Role& role = roles_[side];
  ChildPlan child;
  child.path = program.path.string();
  child.arguments = {"--host", link_->address(End::server), "--client",  link_->address(End::client),
                     "--port", std::to_string(plan_.port),  "--timeout", std::to_string(plan_.deadline.count())};
  child.arguments.insert(child.arguments.end(), program.arguments.begin(), program.arguments.end());
  child.environment = {"TCPLAB_HOST=" + std::string(to_string(side)), "TCPLAB_EVENTS_FD=3"};
  child.descriptors = {{events_.descriptor(), 3}};
  if (ready >= 0) {
    child.environment.emplace_back("TCPLAB_READY_FD=4");
    child.descriptors.emplace_back(ready, 4);
  }
  Fd input;
  if (side == End::server || role.is_prompted) {
    auto pipe = make_pipe();
    input = std::move(pipe.first);
    role.input = std::move(pipe.second);
    child.standard_input = input.get();
  }
  child.network_namespace = link_->host(side).network.get();
  if (role.program) role.past_runs.push_back(std::move(role.program));
  role.program = needing(Need::program, [&] { return std::make_unique<Child>(child, loop_); });
  role.end_is_told = false;
  deadline_ = Clock::now() + plan_.deadline;
}

void Session::start_server() {
  auto [ready, ready_end] = make_pipe();
  start(End::server, ready_end.get());
  ready_end.reset();

  enum { waiting, listening, never } state = waiting;
  loop_.watch(ready.get(), [&, descriptor = ready.get()] {
    char byte = 0;
    state = ::read(descriptor, &byte, 1) == 1 ? listening : never;
    loop_.forget(descriptor);
  });
  loop_.run_until([&] { return state != waiting; }, deadline_);
  loop_.forget(ready.get());
  if (state == listening) return;
  const Child& server = *roles_.server.program;
  loop_.run_until([&] { return server.has_ended(); }, Clock::now() + 200ms);  // it often is about to
  throw RigError(
      "the server never said that it listens: " +
          (server.has_ended() ? "it ended with status " + std::to_string(server.exit_status()) : "it still runs") +
          "; " + said(server),
      "a server writes one byte to the descriptor TCPLAB_READY_FD once it listens");
}

ProgramOutcome Session::Role::outcome() const {
  ProgramOutcome result{
      .exit_status = has_ended() ? program->exit_status() : 0, .has_ended = has_ended(), .output = {}};
  for (const auto& run : past_runs) result.output += run->output();
  result.output += program->output();
  return result;
}

// --- The conversation, to its end ------------------------------------------------------------------------------------

void Session::converse() {
  for (const Rule& rule : plan_.rules) {
    if (const auto* press = std::get_if<PressEnter>(&rule.deed)) roles_[press->host].is_prompted = true;
  }
  start_server();
  start(End::client);
  do {
    await_programs();
    come_to_rest();
  } while (!is_stopped_ && !programs_ended());
  outcome_.client = roles_.client.outcome();
  outcome_.server = roles_.server.outcome();
  outcome_.unused_rules = link_->unused_rules();
  std::ranges::copy(link_->futile_rules(), std::back_inserter(outcome_.futile_rules));
}

bool Session::programs_ended() const {
  return roles_.client.has_ended() && roles_.server.has_ended();
}

void Session::await_programs() {
  const auto over = [&] {
    attend();
    return is_stopped_ || programs_ended();
  };
  while (!loop_.run_until(over, deadline_ + grace)) {
    if (Clock::now() < deadline_ + grace) continue;  // a program was started meanwhile
    const End side = roles_.client.has_ended() ? End::server : End::client;
    throw RigError(std::string("the ") + to_string(side) + " hangs: it still runs after its deadline of " +
                       std::to_string(plan_.deadline.count()) + " s; " + said(*roles_[side].program),
                   "which step waits for something that cannot come, and without a deadline?");
  }
}

void Session::come_to_rest() {
  const auto rests = [&] {
    attend();
    return is_stopped_ || !programs_ended() || (link_->is_idle() && link_->is_over() && is_quiet());
  };
  outcome_.at_rest = loop_.run_until(rests, std::max(deadline_, Clock::now() + grace), 1ms);
}

bool Session::is_quiet() const {
  return link_->is_idle() && Clock::now() - link_->last_activity() >= quiet;
}

/// What follows from what has happened: rules are told, and obeyed where they concern a host.
void Session::attend() {
  if (is_stopped_) return;
  for (const End side : {End::client, End::server}) {
    Role& role = roles_[side];
    if (role.end_is_told || !role.has_ended()) continue;
    role.end_is_told = true;
    link_->program_ended(side);
  }
  while (const auto rule = link_->take_action()) perform(*rule);
  if (stop_ && (link_->is_idle() || Clock::now() > deadline_)) stop();
  // A server that waits for the end of its input may end now: nothing more will come of the client.
  if (roles_.client.has_ended() && roles_.server.input && !roles_.server.is_prompted && is_quiet() &&
      link_->is_settled())
    roles_.server.input.reset();
}

void Session::perform(const Rule& rule) {
  const auto note = [&](End host, const char* event) { events_.action(to_string(host), event, rule.text); };
  const auto is_too_late = [&](End host) {
    if (roles_[host].has_ended()) outcome_.futile_rules.push_back(rule.text);
    return roles_[host].has_ended();
  };
  if (const auto* kill = std::get_if<Kill>(&rule.deed)) {
    if (is_too_late(kill->host)) return;
    note(kill->host, "killed");
    roles_[kill->host].program->signal(SIGKILL);
  } else if (const auto* reboot = std::get_if<Reboot>(&rule.deed)) {
    note(reboot->host, "rebooted");
    link_->reboot(reboot->host);
    roles_[reboot->host].program->signal(SIGKILL);
  } else if (const auto* run = std::get_if<Run>(&rule.deed)) {
    note(run->host, "run");
    start(run->host);
  } else if (const auto* press = std::get_if<PressEnter>(&rule.deed)) {
    if (is_too_late(press->host)) return;
    note(press->host, "enter");
    [[maybe_unused]] const auto written = ::write(roles_[press->host].input.get(), "\n", 1);  // it may end just now
  } else if (!stop_) {
    stop_ = rule;
  }
}

/// Not before what is in flight has arrived: cut off, it would look lost.
void Session::stop() {
  events_.action("wire", "stopped", stop_->text);
  is_stopped_ = true;
  link_->halt();
}

// --- The captures ----------------------------------------------------------------------------------------------------

void Session::start_recorders() {
  std::map<std::string, unsigned> times;
  for (const auto& point : link_->capture_points()) {
    const unsigned time = ++times[point.name];
    const std::string name = point.name + (time == 1 ? "" : "-" + std::to_string(time)) + capture_suffix;
    if (time == 1) outcome_.captures.push_back(directory_ / name);
    recorders_.push_back(std::make_unique<Recorder>(*point.host, directory_ / name, loop_));
  }
  const auto all_capture = [&] {
    return std::all_of(recorders_.begin(), recorders_.end(), [](auto& recorder) { return recorder->is_capturing(); });
  };
  if (!loop_.run_until(all_capture, Clock::now() + tcpdump_patience)) {
    throw RigError("tcpdump did not begin to capture within 10 s", "does tcpdump -i lo work by hand?");
  }
}

void Session::stop_recorders() {
  std::vector<std::uint64_t> frames;
  for (std::size_t i = 0; i < recorders_.size(); ++i) frames.push_back(link_->frames_at(i));
  const auto written = [&] {
    for (std::size_t i = 0; i < recorders_.size(); ++i) {
      if (recorders_[i]->frames_on_disk() < frames[i]) return false;
    }
    return true;
  };
  loop_.run_until(written, Clock::now() + disk_patience, 1ms);

  for (const auto& recorder : recorders_) recorder->stop();
  const auto told = [&] {
    return std::all_of(recorders_.begin(), recorders_.end(),
                       [](auto& recorder) { return recorder->has_told_counts(); });
  };
  loop_.run_until(told, Clock::now() + tcpdump_patience);
  const bool rests = outcome_.at_rest && !is_stopped_;
  for (std::size_t i = 0; i < recorders_.size(); ++i) recorders_[i]->check(frames[i], rests);
  join_captures();
}

/// What a host's successors captured goes behind what it captured itself.
void Session::join_captures() {
  for (const auto& recorder : recorders_) {
    const auto& file = recorder->file();
    if (std::ranges::find(outcome_.captures, file) != outcome_.captures.end()) continue;
    const std::string name = file.stem().string();
    append_capture(file, directory_ / (name.substr(0, name.rfind('-')) + capture_suffix));
    std::filesystem::remove(file);
  }
}

void remove_recording(const std::filesystem::path& directory) noexcept {
  std::error_code ignored;
  std::vector<std::filesystem::path> files = {directory / events_file};
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().extension() == capture_suffix) files.push_back(entry.path());
  }
  for (const auto& file : files) std::filesystem::remove(file, ignored);
}

}  // namespace tcplab::rig
