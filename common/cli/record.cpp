// `tcplab record`: records labs, holds each recording against its lab's ladder, and counts what a series shows.
#include "lesson/record.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "cli/command.hpp"
#include "ladder/print.hpp"
#include "report/difference_text.hpp"
#include "report/text.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {

void add_record_options(cxxopts::OptionAdder add) {
  add("all", "record every lab");
  add("out", "the folder for the recordings", cxxopts::value<std::string>()->default_value("recordings"), "DIR");
  add("times", "record each lab N times; keep the first of each distinct ladder",
      cxxopts::value<unsigned>()->default_value("1"), "N");
  add("jobs", "how many recordings may run at once (default: one a core)", cxxopts::value<unsigned>(), "N");
  add("link", "wire: two hosts with a delay between them; loopback: one host's lo",
      cxxopts::value<std::string>()->default_value("wire"), "wire|loopback");
  add("json", "one JSON object a line for each recording kept: its folder, and what recording.json says");
  add("delay", "the wire's delay one way, instead of the lab's", cxxopts::value<unsigned>(), "MS");
}

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t stop_requested = 0;

/// While it lives, Ctrl-C and its like ask for an orderly stop; they are delivered only inside wait_for_one's ppoll.
/// What the caller ignores (nohup) stays ignored.
class StopSignals {
 public:
  StopSignals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_requested = 1; };
    sigset_t signals;
    sigemptyset(&signals);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      sigaction(numbers[i], nullptr, &handlers_before_[i]);
      if (handlers_before_[i].sa_handler == SIG_IGN) continue;
      sigaction(numbers[i], &action, nullptr);
      sigaddset(&signals, numbers[i]);
    }
    sigprocmask(SIG_BLOCK, &signals, &mask_before_);
  }
  ~StopSignals() {
    for (std::size_t i = 0; i < numbers.size(); ++i) sigaction(numbers[i], &handlers_before_[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  /// The signals that were blocked before.
  [[nodiscard]] const sigset_t& mask_before() const { return mask_before_; }

 private:
  static constexpr std::array numbers = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, numbers.size()> handlers_before_{};
  sigset_t mask_before_{};
};

/// What a series of recordings of one lab showed.
struct Series {
  Lesson lab;
  unsigned done = 0, matched = 0;
  struct Variant {
    LabRecord first;
    unsigned count = 1;
  };
  std::vector<std::pair<std::string, Variant>> variants;  ///< by signature, in the order they came

  void add(LabRecord record) {
    ++done;
    if (record.matched()) ++matched;
    std::string key = record.analysis() != nullptr ? signature(record.analysis()->ladder) : "nothing";
    key += record.shortcoming();
    const auto known = std::ranges::find(variants, key, &std::pair<std::string, Variant>::first);
    if (known == variants.end()) {
      variants.emplace_back(std::move(key), Variant{std::move(record)});
    } else {
      ++known->second.count;
    }
  }
};

/// Runs recordings side by side and hands each to `take` as it ends.
class Queue {
 public:
  Queue(const Syllabus& syllabus, const RecordOptions& options, unsigned jobs)
      : syllabus_(syllabus), options_(options), jobs_(jobs) {}

  template <typename Take>
  void run(std::deque<Lesson> waiting, Take take) {
    const StopSignals signals;
    while (!waiting.empty() || !running_.empty()) {
      while (!waiting.empty() && running_.size() < jobs_) {
        running_.push_back(std::make_unique<LabRecording>(syllabus_, waiting.front(), options_));
        waiting.pop_front();
      }
      const auto ended = wait_for_one(signals);
      const std::unique_ptr<LabRecording> recording = std::move(*ended);
      running_.erase(ended);
      take(recording->finish());
    }
  }

 private:
  /// Throws RigError when a stop was asked for; what still runs is stopped as it is destroyed.
  std::vector<std::unique_ptr<LabRecording>>::iterator wait_for_one(const StopSignals& signals) {
    std::vector<pollfd> polled;
    for (const auto& recording : running_) polled.push_back({recording->descriptor(), POLLIN, 0});
    while (ppoll(polled.data(), polled.size(), nullptr, &signals.mask_before()) < 0 && stop_requested == 0) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "cannot wait for a recording");
    }
    if (stop_requested != 0) {
      for (const auto& recording : running_) recording->interrupt();
      running_.clear();
      throw RigError("interrupted: what was still being recorded was stopped and not kept", "", true);
    }
    const auto ready = std::ranges::find_if(polled, [](const pollfd& entry) { return entry.revents != 0; });
    return running_.begin() + (ready - polled.begin());
  }

  const Syllabus& syllabus_;
  const RecordOptions& options_;
  std::size_t jobs_;
  std::vector<std::unique_ptr<LabRecording>> running_;
};

std::string seconds_text(Clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", std::chrono::duration<double>(time).count());
  return text;
}

void print_shortcoming(const LabRecord& record) {
  std::cout << wrapped("It does not match: " + record.shortcoming() + ".");
  if (record.check.difference && record.analysis() != nullptr) {
    std::cout << difference_text(*record.check.difference, record.check.expected, record.analysis()->ladder);
  }
  for (const auto& [role, said] :
       {std::pair("client", &record.outcome.client), std::pair("server", &record.outcome.server)}) {
    if (said->exit_status == (role == std::string_view("client") ? record.lab.client : record.lab.server).exit_status)
      continue;
    std::cout << "\nThe " << role << " said:\n" << said->output;
  }
}

/// Everything about one recording: for a student who recorded one lab once.
void print_record(const LabRecord& record) {
  std::cout << record.lab.title << "\n";
  for (const Analysis& analysis : record.connections) std::cout << "\n" << show_text(analysis);
  if (record.kernels) std::cout << wrapped(kernel_states_text(*record.kernels));
  for (const std::string& problem : record.problems) std::cout << "warning: " << problem << "\n";
  std::cout << "\n";
  if (record.matched())
    std::cout << "It matches the lab's ladder, labs/" << record.lab.name << "/ladder.txt.\n";
  else
    print_shortcoming(record);
  std::cout << "\nFiles in " << record.directory.string() << "/:\n";
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(record.directory)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  for (const std::string& name : names) std::cout << "  " << name << "\n";
}

void print_series(const Series& series, unsigned times) {
  std::string name = series.lab.name;
  name.resize(std::max<std::size_t>(name.size() + 1, 22), ' ');
  if (times == 1)
    std::cout << name << (series.matched == 1 ? "matched" : "does not match") << "\n";
  else
    std::cout << name << series.matched << " of " << series.done << " matched\n";
  for (const auto& [key, variant] : series.variants) {
    if (variant.first.matched()) continue;
    std::cout << "\n  " << variant.count << " times, " << variant.first.directory.string() << ":\n";
    if (variant.first.analysis() != nullptr) std::cout << print(variant.first.analysis()->ladder);
    print_shortcoming(variant.first);
    std::cout << "\n";
  }
}

/// recording.json on one line, with the folder that holds it.
void print_json(const LabRecord& record) {
  std::ifstream stream(record.directory / "recording.json");
  nlohmann::ordered_json json = {{"directory", record.directory.string()}};
  json.update(nlohmann::ordered_json::parse(stream));
  std::cout << json.dump() << "\n";
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

}  // namespace

int run_record(const Arguments& arguments) {
  const Syllabus syllabus = Syllabus::find();
  std::vector<Lesson> labs = labs_asked_for(arguments, syllabus);
  const unsigned times = at_least_one(arguments, "times");
  const unsigned jobs =
      arguments.has("jobs") ? at_least_one(arguments, "jobs") : std::max(1U, std::thread::hardware_concurrency());
  const RecordOptions options{.out = arguments.options["out"].as<std::string>(), .link = link_asked_for(arguments)};
  const bool single = labs.size() == 1 && times == 1;
  if (arguments.has("delay") && options.link == LinkKind::loopback)
    throw UsageError("--delay is the wire's; loopback has none");

  std::map<std::string, Series> by_lab;
  std::deque<Lesson> waiting;
  for (Lesson& lab : labs) {
    if (arguments.has("delay")) lab.delay = std::chrono::milliseconds(arguments.options["delay"].as<unsigned>());
    by_lab.emplace(lab.name, Series{.lab = lab, .variants = {}});
    waiting.insert(waiting.end(), times, lab);
  }

  const auto began = Clock::now();
  std::exception_ptr failure;
  try {
    Queue(syllabus, options, jobs).run(std::move(waiting), [&](LabRecord record) {
      Series& series = by_lab.at(record.lab.name);
      series.add(std::move(record));
    });
  } catch (...) {
    failure = std::current_exception();  // what was recorded before is kept all the same
  }
  const auto took = Clock::now() - began;

  bool all_matched = true;
  for (const Lesson& lab : labs) {
    Series& series = by_lab.at(lab.name);
    if (series.done == 0) continue;
    keep_variants(series, options.out, arguments);
    all_matched = all_matched && series.matched == series.done;
    if (arguments.has("json")) continue;
    if (single)
      print_record(series.variants.front().second.first);
    else
      print_series(series, times);
  }
  if (failure) std::rethrow_exception(failure);
  if (!single && !arguments.has("json"))
    std::cout << "Recorded in " << seconds_text(took) << ", into " << options.out.string() << "/\n";
  return all_matched ? Exit::yes : Exit::no;
}

}  // namespace tcplab::cli
