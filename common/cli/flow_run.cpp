#include "cli/flow_run.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <random>

#include "cli/huge_pages.hpp"
#include "packet/printable.hpp"

namespace tcplab::cli {

void FlowOutcome::add_problem(const CaptureRecord& record, const Problem& problem) {
  ++problem_count;
  const auto where = std::ranges::upper_bound(problem_frames_, record.number);
  const auto place = where - problem_frames_.begin();
  if (static_cast<std::size_t>(place) == most_told) return;
  problem_frames_.insert(where, record.number);
  problems.insert(problems.begin() + place, "frame " + std::to_string(record.number) + " at byte " +
                                                std::to_string(record.offset) + ": " + to_string(problem));
  problem_frames_.resize(std::min(problem_frames_.size(), most_told));
  problems.resize(problem_frames_.size());
}

void FlowOutcome::add(const FlowOutcome& more) {
  frames += more.frames;
  connections += more.connections;
  problem_count += more.problem_count;
  for (const std::string& problem : more.problems)
    if (problems.size() < most_told) problems.push_back(problem);
}

void tell_damage(const std::string& file, const FlowOutcome& outcome) {
  const std::string name = printable(file == "-" ? "standard input" : file);
  for (const std::string& problem : outcome.problems) std::cerr << "warning: " << name << ": " << problem << "\n";
  if (outcome.problem_count > outcome.problems.size())
    std::cerr << "warning: and " << outcome.problem_count - outcome.problems.size() << " more like these\n";
  if (outcome.unfinished.count > 0) std::cerr << "note: " << name << ": " << to_string(outcome.unfinished) << "\n";
}

void SegmentBatch::take_segments(FlowOutcome& outcome) {
  std::size_t count = 0;
  fragments_.clear();
  outcome.frames += record_count_;
  PlainFrame plain;
  for (const CaptureRecord& record : std::span(records_).first(record_count_)) {
    if (is_plain(record.link, record.bytes, record.original_length_bytes, plain)) {
      copy_segment(plain, record.time, record.number, segments_[count++]);
      continue;
    }
    decode(record.link, record.bytes, record.original_length_bytes, packet_);
    if (packet_.in_fragment && !is_settled(record)) continue;
    if (packet_.problem) outcome.add_problem(record, *packet_.problem);
    if (copy_segment(packet_, record.time, record.number, segments_[count])) ++count;
  }
  segment_count_ = count;
}

/// Whether `packet_`, which is in a fragment, is now what there is to tell; if not, it is left.
bool SegmentBatch::is_settled(const CaptureRecord& record) {
  if (reassembly_ == nullptr) {
    fragments_.push_back({record, packet_});
    return false;
  }
  reassembly_->settle(record.time, record.number, packet_, whole_);
  return true;
}

std::uint64_t flow_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

void add_reader_problem(const CaptureReader& reader, FlowOutcome& outcome) {
  const auto& problem = reader.problem();
  if (!problem) return;
  ++outcome.problem_count;
  if (outcome.problems.size() == FlowOutcome::most_told) outcome.problems.pop_back();
  outcome.problems.push_back("at byte " + std::to_string(problem->offset) + ": " + problem->what);
}

FlowOutcome follow_flows(const std::string& file, const FlowRequest& request, const WriteLines& write) {
  CaptureReader reader = CaptureReader::open(file);
  write({});
  const FlowLine line(request.format, file);
  FlowOutcome outcome;
  LineBuffer lines;
  ConnectionNumber number(request.number.value_or(0));
  std::map<std::uint64_t, LineBuffer> candidates;  ///< lines of what may be the connection with that number
  const auto write_lines = [&] {
    if (lines.size() > 0) write(lines.text());
    lines.clear();
  };
  const auto sink = [&](const FinishedFlow& finished) {
    ++outcome.connections;
    if (request.number && !candidates.contains(finished.first_frame)) return;
    if (!request.filter.passes(finished)) return;
    if (request.number) {
      line.put(candidates[finished.first_frame], finished);
      return;
    }
    line.put(lines, finished);
    if (lines.size() >= lines_bytes) write_lines();
  };
  FlowTable::Settings settings{.seed = flow_seed(), .memory = huge_pages()};
  if (request.number) {
    settings.number = &number;
    settings.found_candidate = [&](const Endpoint&, const Endpoint&, std::uint64_t frame) { candidates[frame]; };
  }
  FlowTable table(sink, settings);
  Reassembly reassembly;
  SegmentBatch batch(&reassembly);
  while (batch.read(reader, outcome)) {
    table.add(batch.segments());
    if (batch.is_short()) write_lines();
  }
  FlowTable* const tables[] = {&table};
  FlowTable::finish(tables);
  if (const auto found = number.found())
    lines.make_room(candidates[*found].size()), lines.put(candidates[*found].text());
  write_lines();
  add_reader_problem(reader, outcome);
  outcome.unfinished = reassembly.unfinished();
  return outcome;
}

}  // namespace tcplab::cli
