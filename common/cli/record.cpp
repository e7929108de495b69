// `tcplab record`: records labs, holds each recording against its lab's ladder, and counts what a series shows.
#include "lesson/record.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.hpp"
#include "cli/lab_changes.hpp"
#include "cli/loopback.hpp"
#include "cli/record_text.hpp"
#include "cli/recording_queue.hpp"
#include "json/json_text.hpp"
#include "lesson/recording_json.hpp"
#include "report/wrap.hpp"
#include "rig/doctor.hpp"

namespace tcplab::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string seconds_text(Clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", std::chrono::duration<double>(time).count());
  return text;
}

/// recording.json on one line, with the folder that holds it.
void print_json(const LabRecord& record) {
  std::ifstream stream(record.directory / "recording.json");
  nlohmann::ordered_json json = {{"directory", record.directory.string()}};
  json.update(ordered_json_from(stream));
  std::cout << json_text(json) << "\n";
}

/// Moves the first recording of each variant to its place.
void keep_variants(Series& series, const fs::path& out, const Arguments& arguments) {
  unsigned number = 1;
  for (auto& [key, variant] : series.variants) {
    const std::string name = series.lab.name + (number == 1 ? "" : ".variant-" + std::to_string(number));
    ++number;
    const auto older = keep(variant.first, out, name, arguments.command_line, variant.count);
    if (older) std::cerr << "note: the older recording is now " << older->string() << "\n";
    if (arguments.has("json")) print_json(variant.first);
  }
}

std::vector<Lesson> labs_asked_for(const Arguments& arguments, const Syllabus& syllabus) {
  if (arguments.has("all") != arguments.operands.empty())
    throw UsageError("record which lab?", "tcplab record LAB..., or --all; `tcplab list` shows them");
  if (arguments.has("all")) return syllabus.labs();
  std::vector<Lesson> labs;
  for (const std::string& name : arguments.operands) {
    const bool named_before = std::ranges::find(labs, name, &Lesson::name) != labs.end();
    if (!named_before) labs.push_back(syllabus.lab(name));
  }
  return labs;
}

LinkKind link_asked_for(const Arguments& arguments) {
  const std::string link = arguments.options["link"].as<std::string>();
  if (link != "wire" && link != "loopback")
    throw UsageError("unknown link '" + link + "'", "--link wire or --link loopback");
  return link == "wire" ? LinkKind::wire : LinkKind::loopback;
}

unsigned at_least_one(const Arguments& arguments, const char* option) {
  const auto value = arguments.options[option].as<unsigned>();
  if (value == 0) throw UsageError(std::string("--") + option + " must be at least 1");
  return value;
}

/// What was asked for beside the labs.
struct Request {
  RecordOptions options;
  LabChanges changes;
  unsigned times = 1, jobs = 1;
  bool single = false;  ///< one recording of one lab
};

Request request_of(const Arguments& arguments, std::size_t labs) {
  Request request;
  request.times = at_least_one(arguments, "times");
  request.jobs =
      arguments.has("jobs") ? at_least_one(arguments, "jobs") : 4 * std::max(1U, std::thread::hardware_concurrency());
  request.options = {.out = arguments.options["out"].as<std::string>(), .link = link_asked_for(arguments)};
  request.changes = changes_asked_for(arguments, request.options.link == LinkKind::loopback);
  request.single = labs == 1 && request.times == 1;
  return request;
}

/// Leaves out what loopback cannot do: with --all it says so, and one that was named is a wrong call.
void keep_to_loopback(const Arguments& arguments, std::vector<Lesson>& labs) {
  std::string names;
  std::size_t count = 0;
  for (const Lesson& lab : labs) {
    if (!lab.needs_wire()) continue;
    if (!arguments.has("all")) throw wire_needed(lab);
    names += (names.empty() ? "" : ", ") + lab.name;
    ++count;
  }
  std::erase_if(labs, [](const Lesson& lab) { return lab.needs_wire(); });
  if (count > 0)
    std::cerr << wrapped("note: left out " + std::to_string(count) + " of the labs, which need the wire: " + names);
}

/// Where it is the machine that cannot record, what it can do all the same is one hint more.
[[noreturn]] void rethrow_with_a_way_out(const std::exception_ptr& failure, const Lesson& lab) {
  try {
    std::rethrow_exception(failure);
  } catch (const RigError& error) {
    const auto is_missing = [](const Finding& finding) { return finding.level == Finding::Level::missing; };
    if (error.interrupted() || std::ranges::none_of(examine_machine(), is_missing)) throw;
    const fs::path near = lab.reference().lexically_proximate(fs::current_path());
    const std::string reference = (near.string().starts_with("..") ? lab.reference() : near).string();
    throw RigError(error.what(), error.hint() + "\nwhat works here all the same: " +
                                     (!lab.rules.empty() ? "" : "`tcplab run " + lab.name + "` and ") +
                                     "`tcplab show " + reference + "`");
  }
}

/// Each lab `times` times, those that take longest first: so none of them is what all the others have ended before.
std::deque<QueuedLab> queue_of(const std::vector<Lesson>& labs, unsigned times, bool changed) {
  std::vector<std::pair<std::chrono::milliseconds, const Lesson*>> by_time;
  by_time.reserve(labs.size());
  for (const Lesson& lab : labs)
    by_time.emplace_back(recorded_time(lab.reference()).value_or(std::chrono::milliseconds(0)), &lab);
  std::ranges::stable_sort(by_time, std::greater(), &std::pair<std::chrono::milliseconds, const Lesson*>::first);
  std::deque<QueuedLab> queue;
  for (const auto& [time, lab] : by_time) {
    const bool is_known = time.count() > 0 && !changed;
    queue.insert(queue.end(), times,
                 {.lab = *lab, .is_changed = changed, .usual = is_known ? std::optional(time) : std::nullopt});
  }
  return queue;
}

void tell_spoilt(const RecordingQueue& queue) {
  if (queue.spoilt() == 0) return;
  std::cerr << wrapped("note: recorded again " + std::to_string(queue.spoilt()) +
                       (queue.spoilt() == 1 ? " time" : " times") +
                       ": what came did not match, and the machine had stood still meanwhile, for up to " +
                       standstill_text(queue.longest_standstill()));
}

Progress::Style progress_style(const Arguments& arguments) {
  const bool is_open = fcntl(STDERR_FILENO, F_GETFD) >= 0;
  if (arguments.has("json") || !is_open) return Progress::Style::none;
  return isatty(STDERR_FILENO) != 0 ? Progress::Style::terminal : Progress::Style::lines;
}

/// Keeps and prints what was recorded, in reading order. Returns whether all of it matched.
bool report(std::map<std::string, Series>& by_lab, const std::vector<Lesson>& labs, const Request& request,
            const Arguments& arguments) {
  bool all_matched = true;
  for (const Lesson& lab : labs) {
    Series& series = by_lab.at(lab.name);
    if (series.done == 0) continue;
    keep_variants(series, request.options.out, arguments);
    all_matched = all_matched && series.matched == series.done;
    if (arguments.has("json")) continue;
    if (request.single)
      print_record(series.variants.front().second.first, request.changes.options);
    else
      print_series(series, request.times);
  }
  return all_matched;
}

}  // namespace

int run_record(const Arguments& arguments) {
  const Progress::Style style = progress_style(arguments);
  const Syllabus syllabus = Syllabus::find();
  std::vector<Lesson> labs = labs_asked_for(arguments, syllabus);
  const Request request = request_of(arguments, labs.size());
  for (Lesson& lab : labs) request.changes.apply_to(lab);
  if (request.options.link == LinkKind::loopback) keep_to_loopback(arguments, labs);

  std::map<std::string, Series> by_lab;
  for (const Lesson& lab : labs) by_lab.emplace(lab.name, Series{.lab = lab});
  const auto began = Clock::now();
  std::exception_ptr failure;
  RecordingQueue queue(syllabus, request.options, request.jobs);
  {
    Progress progress(style, labs.size() * request.times);
    try {
      queue.run(queue_of(labs, request.times, !request.changes.options.empty()), progress, [&](LabRecord record) {
        Series& series = by_lab.at(record.lab.name);
        series.add(std::move(record));
      });
    } catch (...) {
      failure = std::current_exception();  // what was recorded before is kept all the same
    }
  }
  const auto took = Clock::now() - began;
  if (!failure) tell_spoilt(queue);

  const bool talks = !request.single && !arguments.has("json");
  if (talks) std::cout << changes_text(request.changes.options);
  const bool all_matched = report(by_lab, labs, request, arguments);
  if (failure) rethrow_with_a_way_out(failure, labs.front());
  if (talks) std::cout << "Recorded in " << seconds_text(took) << ", into " << request.options.out.string() << "/\n";
  return all_matched ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
