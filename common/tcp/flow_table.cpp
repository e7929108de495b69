#include "tcp/flow_table.hpp"

#include <algorithm>
#include <utility>

#include "tcp/endpoint_hash.hpp"
#include "tcp/with_itself.hpp"
#include "tcp/zeek_roles.hpp"

namespace tcplab {
namespace {

/// So many segments are sought together: while the memory of one is under way, others are asked for.
constexpr std::size_t batch = 64;
/// A record has 48 bits for the number of a frame.
constexpr std::uint64_t most_frames = (std::uint64_t{1} << 48U) - 1;

void forget_segments(FlowRecord& record) {
  record.flow = Flow();
  record.zeek = ZeekRecord();
  record.completeness = Completeness();
  record.hears_itself = false;
}

inline void take_in(FlowRecord& record, const SegmentHeader& header, Timestamp time) {
  if (record.has_one_address) [[unlikely]] {
    WithItself itself{.has_one_address = true, .hears_itself = record.hears_itself};
    itself.saw(record.flow, header, time, record.latest);
    record.hears_itself = itself.hears_itself;
  } else {
    record.flow.saw(header, time, record.latest);
  }
  record.zeek.saw(header);
  record.completeness.saw(header);
  record.latest = time;
}

}  // namespace

FlowTable::FlowTable(Sink sink, const Settings& settings)
    : sink_(std::move(sink)), settings_(settings), store_(settings.memory) {
  shards_.reserve(flow_shards);
  for (std::size_t i = 0; i < flow_shards; ++i) shards_.push_back({FlowIndex(settings.memory), {}});
}

void FlowTable::add(std::span<FlowSegment> segments) {
  for (; segments.size() > batch; segments = segments.subspan(batch)) add_batch(segments.first(batch));
  add_batch(segments);
}

/// The memory that a segment needs is asked for step by step, while those before it are dealt with: the slots of the
/// index, the record that they name, its IPv6 addresses.
void FlowTable::add_batch(std::span<FlowSegment> segments) {
  constexpr std::size_t ahead = 8, addresses_ahead = 4;
  // Whether a segment has such addresses no processor foresees: it is asked only where they may be far.
  const std::size_t asked_for = store_.has_many_addresses() ? segments.size() : 0;
  for (FlowSegment& segment : segments) {
    segment.hash = hash_between(segment.source, segment.destination, settings_.seed);
    shard_with(segment).index.expect(segment.hash);
  }
  std::array<Candidate, batch> candidates;
  const std::size_t count = segments.size();
  for (std::size_t i = 0; i < count + ahead; ++i) {
    if (i < count) {
      candidates[i].number = shard_with(segments[i]).index.candidate(segments[i].hash);
      candidates[i].record = candidates[i].number != FlowIndex::none ? &expect(candidates[i].number) : nullptr;
    }
    if (const std::size_t at = i - addresses_ahead; at < asked_for && segments[at].source.address.version == 6)
      if (candidates[at].record != nullptr) store_.expect_addresses(*candidates[at].record);
    if (i >= ahead) add_one(segments[i - ahead], candidates[i - ahead]);
  }
}

FlowRecord& FlowTable::expect(std::uint32_t number) {
  FlowRecord& record = store_[number];
  prefetch(&record, FlowRecord::bytes_for_every_segment());
  return record;
}

/// The segment's connection, which begins with it if there is none; then the segment's `from` is set.
FlowTable::Candidate FlowTable::connection_of(FlowSegment& segment) {
  std::uint32_t number = find(segment);
  if (number == FlowIndex::none) number = add_record(segment);
  return {number, &store_[number]};
}

void FlowTable::add_one(FlowSegment& segment, Candidate candidate) {
  if (candidate.record == nullptr || !is_between(*candidate.record, segment)) [[unlikely]]
    candidate = connection_of(segment);
  const std::uint32_t number = candidate.number;
  FlowRecord& record = *candidate.record;
  const SegmentHeader& header = segment.header;
  const bool is_over = record.flow.is_over(), has_syn = header.has(TcpFlags::syn);
  const bool is_telling = is_over | record.awaits_acceptance | has_syn;
  if (is_telling && settle_what_was_before(number, record, segment)) [[unlikely]]
    return;
  const bool crossing = has_syn && crosses(record.flow, header);
  take_in(record, header, segment.time);
  if (crossing) [[unlikely]]
    turn_round(record);
  // Of a connection that was not over, only a FIN or an RST makes one that is.
  if (is_telling | !is_plain_ack(header.flags)) [[unlikely]]
    if (record.flow.is_over() != record.is_lingering) linger(number, record, segment);
}

/// Of a segment that may begin another connection, or accept one: deals with what was before it. True if it is taken in
/// with that.
bool FlowTable::settle_what_was_before(std::uint32_t number, FlowRecord& record, FlowSegment& segment) {
  SegmentHeader& header = segment.header;
  if (begins_another(record.flow, record.latest, record.awaits_acceptance, header, segment.time))
    begin_another(number, record, segment);
  if (may_be_accepted(record.flow, header)) {
    await_acceptance(number, record, segment);
  } else if (record.awaits_acceptance) {
    Waiting& waiting = waiting_.at(number);
    if (accepts(waiting.flow, waiting.since.front().header.seq, header)) {
      split(number, record, segment);
      return true;
    }
    waiting.since.push_back({header, segment.time, segment.frame});
    if (waiting.since.size() > most_before_acceptance) forget_waiting(number, record);
  }
  return false;
}

/// A SYN of the server crosses the client's: who is called the client is told by their ports then.
void FlowTable::turn_round(FlowRecord& record) {
  if (is_client_of_both(store_.client(record), store_.server(record))) return;
  store_.swap_ends(record);
  record.flow.swap_ends();
  record.zeek.swap_ends();
}

/// The record of the connection that the segment belongs to, if there is one; then the segment's `from` is set.
std::uint32_t FlowTable::find(FlowSegment& segment) {
  return shard_with(segment).index.find(segment.hash,
                                        [&](std::uint32_t number) { return is_between(store_[number], segment); });
}

std::uint32_t FlowTable::add_record(FlowSegment& segment) {
  const std::uint32_t number = store_.take();
  shard_with(segment).index.insert(segment.hash, number);
  begin(store_[number], segment);
  return number;
}

void FlowTable::begin_another(std::uint32_t number, FlowRecord& record, FlowSegment& segment) {
  hand_on(record, segment.frame);
  if (record.awaits_acceptance) forget_waiting(number, record);
  if (record.is_lingering) linger_no_more(shard_with(segment), record);
  forget_segments(record);
  begin(record, segment);
}

/// If so, the segment's `from` is set.
inline bool FlowTable::is_between(const FlowRecord& record, FlowSegment& segment) const {
  const auto sender = store_.sender(record, segment.source, segment.destination);
  if (!sender || !record.is_in_use) return false;
  segment.header.from = *sender;
  return true;
}

/// The record knows of no segment yet.
void FlowTable::begin(FlowRecord& record, FlowSegment& segment) {
  const FirstRoles roles = first_roles(segment.header.flags, segment.source.port, segment.destination.port);
  store_.set_ends(record, roles.source_is_client ? segment.source : segment.destination,
                  roles.source_is_client ? segment.destination : segment.source);
  record.has_one_address = segment.source == segment.destination;
  // What is sent to itself is always from the client, as in later segments.
  segment.header.from = roles.source_is_client || record.has_one_address ? End::client : End::server;
  if (roles.is_guess) record.flow.set_client_is_guess();
  record.zeek = ZeekRecord(
      zeek_originator(segment.header.from, segment.header.flags, segment.source.port, segment.destination.port));
  record.first = segment.time;
  record.first_frame = segment.frame & most_frames;
  if (settings_.number != nullptr && settings_.number->begins(segment.frame, waiting_.size()))
    settings_.found_candidate(segment.source, segment.destination, segment.frame);
}

// --- A SYN that may begin another connection -----------------------------------------------------------------------

void FlowTable::await_acceptance(std::uint32_t number, FlowRecord& record, const FlowSegment& segment) {
  if (record.awaits_acceptance) forget_waiting(number, record);
  if (settings_.number != nullptr && settings_.number->may_begin(segment.frame, waiting_.size()))
    settings_.found_candidate(segment.source, segment.destination, segment.frame);
  waiting_[number] = {
      record.flow, record.zeek, record.completeness, record.latest, {{segment.header, segment.time, segment.frame}}};
  record.awaits_acceptance = true;
}

/// The segment accepts that SYN: the old connection ended before it, and a new one began with it.
void FlowTable::split(std::uint32_t number, FlowRecord& record, const FlowSegment& segment) {
  Waiting waiting = std::move(waiting_.at(number));
  if (settings_.number != nullptr) settings_.number->is_accepted(waiting.since.front().frame);
  waiting_.erase(number);
  record.awaits_acceptance = false;
  if (record.is_lingering) linger_no_more(shard_with(segment), record);
  record.flow = std::move(waiting.flow);
  record.zeek = std::move(waiting.zeek);
  record.completeness = waiting.completeness;
  record.latest = waiting.latest;
  hand_on(record, segment.frame);

  waiting.since.push_back({segment.header, segment.time, segment.frame});
  forget_segments(record);
  record.zeek = ZeekRecord(waiting.since.front().header.from);
  record.first = waiting.since.front().time;
  record.first_frame = waiting.since.front().frame & most_frames;
  for (const Waiting::Seen& seen : waiting.since) take_in(record, seen.header, seen.time);
  if (record.flow.is_over()) linger(number, record, segment);
}

void FlowTable::forget_waiting(std::uint32_t number, FlowRecord& record) {
  if (settings_.number != nullptr) settings_.number->is_not_accepted(waiting_.at(number).since.front().frame);
  waiting_.erase(number);
  record.awaits_acceptance = false;
}

// --- What is over --------------------------------------------------------------------------------------------------

/// The connection is over now, or, where later segments take an RST back, is not after all.
void FlowTable::linger(std::uint32_t number, FlowRecord& record, const FlowSegment& segment) {
  Shard& shard = shard_with(segment);
  if (record.is_lingering) return linger_no_more(shard, record);
  if (shard.lingering.size() < settings_.lingering) {
    shard.next = shard.lingering.size();
    shard.lingering.emplace_back();
  }
  const Lingering oldest = std::exchange(shard.lingering[shard.next], {number, segment.hash});
  record.is_lingering = true;
  record.linger_place = shard.next & 0xffff;
  if (++shard.next == settings_.lingering) shard.next = 0;
  expect_next_leaving(shard);
  if (oldest.record == FlowIndex::none) return;
  FlowRecord& leaving = store_[oldest.record];
  hand_on(leaving, segment.frame);
  if (leaving.awaits_acceptance) forget_waiting(oldest.record, leaving);
  shard.index.erase(oldest.hash, oldest.record);
  store_.give_back(oldest.record);
}

/// What leaves next has not been looked at for long: its slot is asked for now, and of the one behind it the record.
void FlowTable::expect_next_leaving(const Shard& shard) {
  if (shard.next + 1 >= shard.lingering.size()) return;  // hardly ever: it begins anew, or is not full yet
  if (const Lingering& next = shard.lingering[shard.next]; next.record != FlowIndex::none)
    shard.index.expect(next.hash);
  if (const Lingering& later = shard.lingering[shard.next + 1]; later.record != FlowIndex::none) expect(later.record);
}

void FlowTable::linger_no_more(Shard& shard, FlowRecord& record) {
  shard.lingering[record.linger_place].record = FlowIndex::none;
  record.is_lingering = false;
}

void FlowTable::hand_on(const FlowRecord& record, std::uint64_t at_frame) {
  sink_({store_.client(record), store_.server(record), record.first, record.latest, record.first_frame, record.flow,
         record.zeek, record.completeness, at_frame});
}

/// Twelve bytes, for there may be a million: as much as the index had, which makes room for it.
struct FlowTable::Left {
  std::uint32_t frame_low, record;
  std::uint16_t frame_high, table;
  [[nodiscard]] std::uint64_t frame() const { return std::uint64_t{frame_high} << 32U | frame_low; }
};

void FlowTable::finish(std::span<FlowTable* const> tables, const std::function<void()>& after_each) {
  std::size_t count = 0;
  for (FlowTable* table : tables) {
    count += table->size();
    table->shards_ = {};
  }
  if (tables.size() == 1 && tables.front()->store_.is_in_order()) {
    FlowTable& table = *tables.front();
    table.store_.for_each([&](std::uint32_t number) {
      table.hand_on(table.store_[number], table.store_[number].first_frame);
      after_each();
    });
    return;
  }
  std::vector<Left> left;
  left.reserve(count);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i]->store_.for_each([&](std::uint32_t number) {
      const std::uint64_t frame = tables[i]->store_[number].first_frame;
      left.push_back({static_cast<std::uint32_t>(frame), number, static_cast<std::uint16_t>(frame >> 32U),
                      static_cast<std::uint16_t>(i)});
    });
  }
  std::ranges::sort(left, [](const Left& one, const Left& other) { return one.frame() < other.frame(); });
  constexpr std::size_t ahead = 8;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i + ahead < left.size()) tables[left[i + ahead].table]->expect(left[i + ahead].record);
    tables[left[i].table]->hand_on(tables[left[i].table]->store_[left[i].record], left[i].frame());
    after_each();
  }
}

std::size_t FlowTable::size() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) sum += shard.index.size();
  return sum;
}

}  // namespace tcplab
