// One capture through a FlowTable: read, decode, followed, and a line for each connection that the filter passes.
// Where the lines go is the caller's business.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/reader.hpp"
#include "packet/reassembly.hpp"
#include "report/flow_filter.hpp"
#include "report/flow_line.hpp"

namespace tcplab::cli {

struct FlowRequest {
  FlowFormat format = FlowFormat::text;
  FlowFilter filter;
  std::optional<std::uint64_t> number;  ///< only the connection that is the N-th of its capture, from 1; in one thread
  unsigned threads = 1;                 ///< for one capture
};

/// What came of it, beside the lines.
struct FlowOutcome {
  std::uint64_t frames = 0, connections = 0;
  std::uint64_t problem_count = 0;
  std::vector<std::string> problems;  ///< the first few of them
  Reassembly::Unfinished unfinished;
  static constexpr std::size_t most_told = 5;
  /// In any order, as long as it is of records only.
  void add_problem(const CaptureRecord& record, const Problem& problem);
  /// Of what was read later.
  void add(const FlowOutcome& more);

 private:
  std::vector<std::uint64_t> problem_frames_;
};

/// Takes lines, whole ones, in the order in which they are to be printed; first none, when the capture is open.
using WriteLines = std::function<void(std::string_view)>;

/// Throws what CaptureReader::open() and `write` do. The lines are the same, and in the same order, with any number of
/// threads.
FlowOutcome follow_flows(const std::string& file, const FlowRequest& request, const WriteLines& write);
FlowOutcome follow_in_threads(const std::string& file, const FlowRequest& request, const WriteLines& write);

/// As much as is written at once.
constexpr std::size_t lines_bytes = 256 * std::size_t{1024};

/// Says on standard error what could not be read, and what is not told for no fault of the file.
void tell_damage(const std::string& file, const FlowOutcome& outcome);

/// The segments of a batch of records.
class SegmentBatch {
 public:
  struct InFragment {
    CaptureRecord record;
    Packet packet;
  };
  /// Fragments are put together by `reassembly`; without one, they are left to who knows the order of all batches.
  explicit SegmentBatch(Reassembly* reassembly = nullptr) : reassembly_(reassembly) {}
  /// From a CaptureReader or a CaptureChunk; false at its end.
  template <typename Records>
  bool read(Records& records, FlowOutcome& outcome) {
    record_count_ = records.next(std::span(records_));
    take_segments(outcome);
    return record_count_ != 0;
  }
  [[nodiscard]] std::span<FlowSegment> segments() { return std::span(segments_).first(segment_count_); }
  /// What was left, with views as good as the records'.
  [[nodiscard]] std::span<const InFragment> fragments() const { return fragments_; }
  /// More of the capture will have to be waited for.
  [[nodiscard]] bool is_short() const { return record_count_ < records_.size(); }

 private:
  void take_segments(FlowOutcome& outcome);
  bool is_settled(const CaptureRecord& record);

  static constexpr std::size_t batch = 64;
  std::array<CaptureRecord, batch> records_;
  std::array<FlowSegment, batch> segments_;
  std::size_t record_count_ = 0, segment_count_ = 0;
  Packet packet_;
  Reassembly* reassembly_;
  std::vector<std::uint8_t> whole_;  ///< what `packet_` points into, if it came in fragments
  std::vector<InFragment> fragments_;
};

/// The seed of this run's tables.
std::uint64_t flow_seed();
/// The problem that ended the reading, or was passed over.
void add_reader_problem(const CaptureReader& reader, FlowOutcome& outcome);

}  // namespace tcplab::cli
