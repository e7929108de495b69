#include "cli/record_text.hpp"

#include <algorithm>
#include <iostream>

#include "ladder/print.hpp"
#include "lesson/timeline.hpp"
#include "report/difference_text.hpp"
#include "report/text.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {
namespace {

namespace fs = std::filesystem;

/// What a program said that did not end as it should. One that a rule stopped has not ended at all.
void print_unexpected(const char* role, const LessonHost& host, const ProgramOutcome& outcome) {
  if (outcome.has_ended && outcome.exit_status == host.exit_status) return;
  std::cout << "\nThe " << role;
  if (outcome.has_ended)
    std::cout << " ended with status " << outcome.exit_status << " instead of " << host.exit_status << ". It said:\n";
  else
    std::cout << " still ran when the recording was stopped. It said:\n";
  std::cout << outcome.output;
}

void print_shortcoming(const LabRecord& record) {
  if (record.check.difference && record.analysis() != nullptr) {
    std::cout << "It does not match the lab's ladder.\n"
              << difference_text(*record.check.difference, record.check.ladder(), record.analysis()->ladder);
  } else {
    std::cout << wrapped("It does not match: " + record.shortcoming() + ".");
  }
  if (record.is_disturbed())
    std::cout << wrapped("The machine stood still meanwhile, for up to " + standstill_text(record.outcome.stood_still) +
                         "; that may be why.");
  print_unexpected("client", record.lab.client, record.outcome.client);
  print_unexpected("server", record.lab.server, record.outcome.server);
}

void print_warnings(const LabRecord& record) {
  for (const std::string& problem : record.problems) std::cout << "warning: " << problem << "\n";
  for (const std::string& rule : record.outcome.unused_rules)
    std::cout << wrapped("warning: what this rule waits for never came: " + rule);
  for (const std::string& rule : record.outcome.futile_rules)
    std::cout << wrapped("warning: this rule's moment came, and there was nothing for it to act on: " + rule);
}

/// All that the connections showed: recordings with the same text are one variant.
std::string seen_in(const LabRecord& record) {
  std::string text;
  for (const Analysis& analysis : record.connections) text += signature(analysis.ladder) + "\n";
  return text + record.shortcoming();
}

}  // namespace

std::string standstill_text(std::chrono::microseconds standstill) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(standstill).count()) +
         " ms, in which TCP may take a segment for lost";
}

void Series::add(LabRecord record) {
  ++done;
  if (record.matched()) ++matched;
  std::string key = seen_in(record);
  const auto known = std::ranges::find(variants, key, &std::pair<std::string, Variant>::first);
  if (known == variants.end()) {
    variants.emplace_back(std::move(key), Variant{std::move(record)});
  } else {
    ++known->second.count;
  }
}

std::string changes_text(const std::string& changes) {
  return changes.empty() ? "" : wrapped("With " + changes + ", so it need not match the lab's ladder.");
}

void print_record(const LabRecord& record, const std::string& changes) {
  std::cout << record.lab.title << "\n" << changes_text(changes);
  std::vector<Analysis> connections = record.connections;
  annotate(connections, record.directory, Annotations::notes);
  for (const Analysis& analysis : connections) std::cout << "\n" << show_text(analysis);
  if (!record.kernels.empty()) std::cout << wrapped(kernel_states_text(record.kernels));
  print_warnings(record);
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
    print_warnings(variant.first);
    if (variant.first.matched()) continue;
    std::cout << "\n  " << variant.count << " times, " << variant.first.directory.string() << ":\n";
    for (const Analysis& analysis : variant.first.connections) std::cout << print(analysis.ladder);
    print_shortcoming(variant.first);
    std::cout << "\n";
  }
}

}  // namespace tcplab::cli
