// Follows the connections of a capture of any length: of each that is open, a record of fixed size; of a packet,
// nothing. What is over is handed on, and its room used again. Where the segments are wanted, connection_table.hpp
// keeps them. RFC 9293 sections 3.5 and 3.6; where a connection begins is told by connection_start.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <span>
#include <unordered_map>
#include <vector>

#include "tcp/connection_number.hpp"
#include "tcp/connection_start.hpp"
#include "tcp/flow_index.hpp"
#include "tcp/flow_record.hpp"
#include "tcp/flow_segment.hpp"

namespace tcplab {

/// A connection of which nothing more will be heard. The references are good during the call only.
struct FinishedFlow {
  Endpoint client, server;
  Timestamp first, latest;  ///< when its first and its latest segment were captured
  std::uint64_t first_frame = 0;
  const Flow& flow;
  const ZeekRecord& zeek;
  const Completeness& completeness;
  std::uint64_t at_frame = 0;  ///< the frame that made it known
};

class FlowTable {
 public:
  using Sink = std::function<void(const FinishedFlow&)>;
  struct Settings {
    /// Of a shard's connections that are over, so many are kept for segments that come late; the oldest goes first.
    std::size_t lingering = 1024;  ///< from 1 to 65,536
    std::uint64_t seed = 0;        ///< of the hash, which nobody should know beforehand; no result depends on it
    std::pmr::memory_resource* memory = std::pmr::get_default_resource();
    /// Told what begins, if there is one: of a table that has the capture for itself.
    ConnectionNumber* number = nullptr;
    /// Called for each that may be the one, with its ends and the frame it began with, as soon as it has.
    std::function<void(const Endpoint&, const Endpoint&, std::uint64_t)> found_candidate = {};
  };
  FlowTable(Sink sink, const Settings& settings);

  /// Takes in the next segments of the capture, or, of several tables that share one, those of this table's shards.
  /// Fills in their hash and `from`.
  void add(std::span<FlowSegment> segments);
  /// Hands on what is left, in the order of their first segments, and says so after each. The tables are of no use
  /// then.
  static void finish(
      std::span<FlowTable* const> tables, const std::function<void()>& after_each = [] {});

  [[nodiscard]] std::size_t size() const;

 private:
  struct Lingering {
    std::uint32_t record = FlowIndex::none, hash = 0;
  };
  struct Shard {
    FlowIndex index;
    std::vector<Lingering> lingering;  ///< a ring, the latest before `next`; no record where one has gone
    std::size_t next = 0;
  };
  /// A connection as it was before a SYN that may begin another, and what was seen from that SYN on.
  struct Waiting {
    struct Seen {
      SegmentHeader header;
      Timestamp time;
      std::uint64_t frame = 0;
    };
    Flow flow;
    ZeekRecord zeek;
    Completeness completeness;
    Timestamp latest;
    std::vector<Seen> since;
  };

  struct Left;

  void add_batch(std::span<FlowSegment> segments);
  /// A record, and where it is.
  struct Candidate {
    std::uint32_t number = FlowIndex::none;
    FlowRecord* record = nullptr;
  };
  FlowRecord& expect(std::uint32_t number);
  [[nodiscard]] Candidate connection_of(FlowSegment& segment);
  void add_one(FlowSegment& segment, Candidate candidate);
  bool settle_what_was_before(std::uint32_t number, FlowRecord& record, FlowSegment& segment);
  void turn_round(FlowRecord& record);
  [[nodiscard]] std::uint32_t find(FlowSegment& segment);
  std::uint32_t add_record(FlowSegment& segment);
  void begin_another(std::uint32_t number, FlowRecord& record, FlowSegment& segment);
  bool is_between(const FlowRecord& record, FlowSegment& segment) const;
  void begin(FlowRecord& record, FlowSegment& segment);
  void await_acceptance(std::uint32_t number, FlowRecord& record, const FlowSegment& segment);
  void split(std::uint32_t number, FlowRecord& record, const FlowSegment& segment);
  void forget_waiting(std::uint32_t number, FlowRecord& record);
  void linger(std::uint32_t number, FlowRecord& record, const FlowSegment& segment);
  void expect_next_leaving(const Shard& shard);
  static void linger_no_more(Shard& shard, FlowRecord& record);
  void hand_on(const FlowRecord& record, std::uint64_t at_frame);
  Shard& shard_with(const FlowSegment& segment) { return shards_[segment.shard]; }

  Sink sink_;
  Settings settings_;
  FlowStore store_;
  std::vector<Shard> shards_;
  std::unordered_map<std::uint32_t, Waiting> waiting_;  ///< by record
};

}  // namespace tcplab
