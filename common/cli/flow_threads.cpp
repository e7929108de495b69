// One capture for several threads: they take turns in reading its chunks, and each follows the connections of its
// shards. Lines come out in the order of one thread: chunk by chunk, and in a chunk by the frame that made them known.
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "cli/command.hpp"
#include "cli/flow_run.hpp"
#include "cli/huge_pages.hpp"
#include "worker/worker.hpp"

namespace tcplab::cli {
namespace {

/// Lines with the frame at which each became known.
struct MarkedLines {
  struct Mark {
    std::uint64_t frame = 0;
    std::size_t end = 0;  ///< of the line, in the text
  };
  LineBuffer text;
  std::vector<Mark> marks;
};

/// A chunk on its way: decoded by one thread, then followed by all, each in the order of the file.
struct Work {
  CaptureChunk chunk;
  FlowOutcome outcome;
  std::vector<SegmentBatch::InFragment> fragments;
  std::vector<std::vector<FlowSegment>> segments;  ///< for each thread
  std::vector<MarkedLines> lines;                  ///< of each thread
  std::size_t threads_done = 0;
  bool is_decoded = false;
};

class Team {
 public:
  Team(const std::string& file, const FlowRequest& request, const WriteLines& write);
  FlowOutcome run();

 private:
  struct Member {
    std::unique_ptr<FlowTable> table;
    MarkedLines* lines = nullptr;  ///< where its table's lines go at present
    std::uint64_t connections = 0;
  };
  void work(std::size_t me);
  void work_or_throw(std::size_t me);
  void fail(std::exception_ptr failure);
  void decode(Work& work) const;
  void settle_decoded();
  void settle(Work& work);
  void follow(Work& work, std::size_t me);
  void conclude(Work& work);
  void finish();

  CaptureReader reader_;
  const FlowRequest& request_;
  const WriteLines& write_;
  FlowLine line_;
  std::vector<Member> members_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Work>> under_way_;  ///< the oldest first
  std::vector<std::unique_ptr<Work>> spare_;
  std::uint64_t first_number_ = 0;  ///< of the oldest
  std::uint64_t settled_ = 0;       ///< the number of the first whose fragments are not put together yet
  Reassembly reassembly_;
  bool is_reading_ = false, is_at_end_ = false;
  std::exception_ptr failure_;
  FlowOutcome outcome_;
};

Team::Team(const std::string& file, const FlowRequest& request, const WriteLines& write)
    : reader_(CaptureReader::open(file)), request_(request), write_(write), line_(request.format, file) {
  members_.resize(std::min<std::size_t>(request.threads, flow_shards));
  const std::uint64_t seed = flow_seed();
  for (Member& member : members_) {
    const auto sink = [this, &member](const FinishedFlow& finished) {
      ++member.connections;
      if (!request_.filter.passes(finished)) return;
      line_.put(member.lines->text, finished);
      member.lines->marks.push_back({finished.at_frame, member.lines->text.size()});
    };
    member.table = std::make_unique<FlowTable>(sink, FlowTable::Settings{.seed = seed, .memory = huge_pages()});
  }
  const std::size_t most_under_way = 2 * members_.size() + 2;
  for (std::size_t i = 0; i < most_under_way; ++i) {
    spare_.push_back(std::make_unique<Work>());
    spare_.back()->segments.resize(members_.size());
    spare_.back()->lines.resize(members_.size());
  }
}

FlowOutcome Team::run() {
  write_({});
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t i = 1; i < members_.size(); ++i) threads.push_back(start_worker([this, i] { work(i); }));
    } catch (const std::system_error& error) {  // each follows a part of the connections, so all are needed
      const std::string count = std::to_string(members_.size());
      fail(std::make_exception_ptr(
          UsageError("cannot start " + count + " threads: " + error.code().message(), "ask for fewer --threads")));
    }
    work(0);
  }
  if (failure_) std::rethrow_exception(failure_);
  finish();
  for (const Member& member : members_) outcome_.connections += member.connections;
  add_reader_problem(reader_, outcome_);
  outcome_.unfinished = reassembly_.unfinished();
  return outcome_;
}

void Team::work(std::size_t me) {
  try {
    work_or_throw(me);
  } catch (...) {
    fail(std::current_exception());
  }
}

/// It ends the work of all.
void Team::fail(std::exception_ptr failure) {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
  changed_.notify_all();
}

void Team::work_or_throw(std::size_t me) {
  std::unique_lock lock(mutex_);
  for (std::uint64_t next = 0;;) {  // the chunk that this thread follows next
    const auto is_there = [&] { return next - first_number_ < under_way_.size(); };
    const auto may_follow = [&] { return next < settled_; };
    const auto may_read = [&] { return !is_reading_ && !is_at_end_ && !spare_.empty(); };
    const auto is_done = [&] { return is_at_end_ && !is_reading_ && !is_there(); };
    changed_.wait(lock, [&] { return failure_ || may_follow() || may_read() || is_done(); });
    if (failure_ || (!may_follow() && !may_read())) return;
    if (may_follow()) {
      Work& work = *under_way_[next - first_number_];
      lock.unlock();
      follow(work, me);
      lock.lock();
      ++next;
      if (++work.threads_done == members_.size()) conclude(work);
    } else {
      is_reading_ = true;
      std::unique_ptr<Work> work = std::move(spare_.back());
      spare_.pop_back();
      lock.unlock();
      const bool has_chunk = reader_.next_chunk(work->chunk);
      lock.lock();
      is_reading_ = false;
      is_at_end_ = !has_chunk;
      Work& mine = *work;
      (has_chunk ? under_way_.emplace_back() : spare_.emplace_back()) = std::move(work);
      changed_.notify_all();
      if (!has_chunk) continue;
      lock.unlock();
      decode(mine);
      lock.lock();
      mine.is_decoded = true;
      settle_decoded();
    }
    changed_.notify_all();
  }
}

void Team::decode(Work& work) const {
  SegmentBatch batch;
  for (auto& segments : work.segments) segments.clear();
  work.outcome = FlowOutcome();
  while (batch.read(work.chunk, work.outcome)) {
    for (const FlowSegment& segment : batch.segments())
      work.segments[segment.shard % members_.size()].push_back(segment);
    work.fragments.insert(work.fragments.end(), batch.fragments().begin(), batch.fragments().end());
  }
}

/// Under the lock, so that fragments are put together in the order of the file. Few captures have any.
void Team::settle_decoded() {
  for (; settled_ - first_number_ < under_way_.size(); ++settled_) {
    Work& work = *under_way_[settled_ - first_number_];
    if (!work.is_decoded) return;
    if (!work.fragments.empty()) settle(work);
  }
}

void Team::settle(Work& work) {
  std::vector<std::size_t> before;
  for (const auto& segments : work.segments) before.push_back(segments.size());
  std::vector<std::uint8_t> whole;
  FlowSegment segment;
  for (auto& [record, packet] : work.fragments) {
    reassembly_.settle(record.time, record.number, packet, whole);
    if (packet.problem) work.outcome.add_problem(record, *packet.problem);
    if (copy_segment(packet, record.time, record.number, segment))
      work.segments[segment.shard % members_.size()].push_back(segment);
  }
  work.fragments.clear();
  for (std::size_t i = 0; i < before.size(); ++i) {
    auto& segments = work.segments[i];
    const auto middle = segments.begin() + static_cast<std::ptrdiff_t>(before[i]);
    std::ranges::inplace_merge(segments, middle, {}, &FlowSegment::frame);
  }
}

void Team::follow(Work& work, std::size_t me) {
  members_[me].lines = &work.lines[me];
  members_[me].table->add(work.segments[me]);
}

/// All threads are done with the oldest chunk: its lines are put together. Under the lock, so that chunks stay in
/// order.
void Team::conclude(Work& work) {
  LineBuffer text;
  std::vector<std::size_t> at(members_.size()), begin(members_.size());
  while (true) {
    const MarkedLines* earliest = nullptr;
    std::size_t who = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const MarkedLines& lines = work.lines[i];
      if (at[i] == lines.marks.size()) continue;
      if (earliest != nullptr && earliest->marks[at[who]].frame <= lines.marks[at[i]].frame) continue;
      earliest = &lines;
      who = i;
    }
    if (earliest == nullptr) break;
    const std::size_t end = earliest->marks[at[who]++].end;
    text.make_room(end - begin[who]);
    text.put(earliest->text.text().substr(begin[who], end - begin[who]));
    begin[who] = end;
  }
  if (text.size() > 0) write_(text.text());
  outcome_.add(work.outcome);
  for (MarkedLines& lines : work.lines) {
    lines.text.clear();
    lines.marks.clear();
  }
  work.threads_done = 0;
  work.is_decoded = false;
  spare_.push_back(std::move(under_way_.front()));
  under_way_.pop_front();
  ++first_number_;
}

/// What is still open at the end, in one order for all tables.
void Team::finish() {
  MarkedLines last;
  const auto write_lines = [&] {
    if (last.text.size() > 0) write_(last.text.text());
    last.text.clear();
    last.marks.clear();
  };
  std::vector<FlowTable*> tables;
  for (Member& member : members_) {
    member.lines = &last;
    tables.push_back(member.table.get());
  }
  FlowTable::finish(tables, [&] {
    if (last.text.size() >= lines_bytes) write_lines();
  });
  write_lines();
}

}  // namespace

FlowOutcome follow_in_threads(const std::string& file, const FlowRequest& request, const WriteLines& write) {
  return Team(file, request, write).run();
}

}  // namespace tcplab::cli
