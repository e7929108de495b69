// The course of a recording. Each wait is for a condition, with a bound; nothing sleeps and hopes.
// What a step needs of the kernel is in the files it is named after.
#include "rig/session.hpp"

#include <fcntl.h>

#include <algorithm>

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
  converse();
  come_to_rest();
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

void Session::start_recorders() {
  for (const auto& point : link_->capture_points()) {
    outcome_.captures.push_back(directory_ / (point.name + capture_suffix));
    recorders_.push_back(std::make_unique<Recorder>(*point.host, outcome_.captures.back(), loop_));
  }
  const auto all_capture = [&] {
    return std::all_of(recorders_.begin(), recorders_.end(), [](auto& recorder) { return recorder->is_capturing(); });
  };
  if (!loop_.run_until(all_capture, Clock::now() + tcpdump_patience)) {
    throw RigError("tcpdump did not begin to capture within 10 s", "does tcpdump -i lo work by hand?");
  }
}

std::unique_ptr<Child> Session::start(End side, int standard_input, int ready) {
  const Program& program = side == End::client ? plan_.client.program : plan_.server.program;
  ChildPlan child;
  child.path = program.path.string();
  child.arguments = {"--host",    link_->server_address(),
                     "--port",    std::to_string(plan_.port),
                     "--timeout", std::to_string(plan_.deadline.count())};
  child.arguments.insert(child.arguments.end(), program.arguments.begin(), program.arguments.end());
  child.environment = {"TCPLAB_HOST=" + std::string(to_string(side)), "TCPLAB_EVENTS_FD=3"};
  child.descriptors = {{events_.descriptor(), 3}};
  if (ready >= 0) {
    child.environment.emplace_back("TCPLAB_READY_FD=4");
    child.descriptors.emplace_back(ready, 4);
  }
  child.standard_input = standard_input;
  child.network_namespace = link_->host(side).network.get();
  return needing(Need::program, [&] { return std::make_unique<Child>(child, loop_); });
}

std::unique_ptr<Child> Session::start_server() {
  auto [input, input_end] = make_pipe();
  auto [ready, ready_end] = make_pipe();
  auto server = start(End::server, input.get(), ready_end.get());
  server_input_ = std::move(input_end);
  ready_end.reset();

  enum { waiting, listening, never } state = waiting;
  loop_.watch(ready.get(), [&, descriptor = ready.get()] {
    char byte = 0;
    state = ::read(descriptor, &byte, 1) == 1 ? listening : never;
    loop_.forget(descriptor);
  });
  loop_.run_until([&] { return state != waiting; }, deadline_);
  loop_.forget(ready.get());
  if (state == listening) return server;
  loop_.run_until([&] { return server->has_ended(); }, Clock::now() + 200ms);  // it often is about to
  throw RigError(
      "the server never said that it listens: " +
          (server->has_ended() ? "it ended with status " + std::to_string(server->exit_status()) : "it still runs") +
          "; " + said(*server),
      "a server writes one byte to the descriptor TCPLAB_READY_FD once it listens");
}

void Session::converse() {
  deadline_ = Clock::now() + plan_.deadline;
  const auto server = start_server();
  const auto client = start(End::client, -1, -1);
  await_end(*client, End::client);
  server_input_.reset();  // a server that waits for the end of its input now ends too
  await_end(*server, End::server);
  outcome_.client = {client->exit_status(), client->output()};
  outcome_.server = {server->exit_status(), server->output()};
}

void Session::await_end(const Child& program, End side) {
  if (loop_.run_until([&] { return program.has_ended(); }, deadline_ + grace)) return;
  throw RigError(std::string("the ") + to_string(side) + " hangs: it still runs after its deadline of " +
                     std::to_string(plan_.deadline.count()) + " s; " + said(program),
                 "which step waits for something that cannot come, and without a deadline?");
}

void Session::come_to_rest() {
  const auto rests = [&] { return link_->at_rest() && Clock::now() - link_->last_activity() >= quiet; };
  outcome_.at_rest = loop_.run_until(rests, std::max(deadline_, Clock::now() + grace), 1ms);
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
  for (std::size_t i = 0; i < recorders_.size(); ++i) recorders_[i]->check(frames[i], outcome_.at_rest);
}

void remove_recording(const std::filesystem::path& directory) noexcept {
  std::error_code ignored;
  for (const char* name : {"client", "server", "loopback"}) {
    std::filesystem::remove(directory / (std::string(name) + capture_suffix), ignored);
  }
  std::filesystem::remove(directory / events_file, ignored);
}

}  // namespace tcplab::rig
