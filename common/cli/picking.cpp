#include "cli/picking.hpp"

#include <algorithm>

#include "cli/huge_pages.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/icmp_error.hpp"

namespace tcplab::cli {
namespace {

/// A batch of frames, decoded.
class Frames {
 public:
  explicit Frames(const std::string& file) : reader_(CaptureReader::open(file)) {}

  /// Calls visit(record, packet) for each frame of the next batch; false at the end.
  template <typename Visit>
  bool next(FlowOutcome& outcome, Visit visit) {
    const std::size_t count = reader_.next(std::span(records_));
    outcome.frames += count;
    for (std::size_t i = 0; i < count; ++i) {
      reassembly_.decode(records_[i].link, records_[i].bytes, records_[i].original_length_bytes, records_[i].time,
                         records_[i].number, packets_[i], wholes_[i]);
      if (packets_[i].problem) outcome.add_problem(records_[i], *packets_[i].problem);
      latest_ = records_[i].time;
      visit(records_[i], packets_[i]);
    }
    if (count == 0) add_reader_problem(reader_, outcome);
    outcome.unfinished = reassembly_.unfinished();
    return count != 0;
  }
  /// What is kept of the capture went on until its end.
  void conclude(ConnectionTable& kept) const { kept.watch_until(latest_); }

 private:
  CaptureReader reader_;
  std::array<CaptureRecord, 64> records_;
  std::array<Packet, 64> packets_;
  std::array<std::vector<std::uint8_t>, 64> wholes_;  ///< what packets that came in fragments point into
  Reassembly reassembly_;
  Timestamp latest_;
};

/// Errors that ICMP reports are sorted out by the table: they are about what it has.
bool may_be_of(const Packet& packet, const EndpointPattern& endpoint) {
  const auto is_of = [&](const auto& transport) {
    return endpoint.matches({packet.ip->source, transport.source_port}) ||
           endpoint.matches({packet.ip->destination, transport.destination_port});
  };
  if (!packet.ip) return false;
  if (const TcpSegment* segment = packet.tcp()) return is_of(*segment);
  if (const auto* datagram = std::get_if<UdpDatagram>(&packet.transport)) return is_of(*datagram);
  return std::holds_alternative<IcmpMessage>(packet.transport);
}

/// What may turn out to be the connection sought: all of a four-tuple, from a frame on. It has a table of its own: what
/// came before may make another connection of the same segments.
struct Candidate {
  Endpoint one, other;
  std::uint64_t frame = 0;
  ConnectionTable kept{};
  /// Of a frame with a segment between these, or with an error about one.
  [[nodiscard]] bool has(std::uint64_t at, const Endpoint& from, const Endpoint& to) const {
    return at >= frame && ((from == one && to == other) || (from == other && to == one));
  }
};

}  // namespace

Picked pick_endpoint(const std::string& file, const EndpointPattern& endpoint) {
  Frames frames(file);
  ConnectionTable kept;
  Picked picked;
  const auto visit = [&](const CaptureRecord& record, const Packet& packet) {
    if (may_be_of(packet, endpoint)) kept.add(record.time, packet, record.number);
  };
  while (frames.next(picked.outcome, visit)) {
  }
  frames.conclude(kept);
  picked.connections = kept.take();
  return picked;
}

Picked pick_number(const std::string& file, std::uint64_t number) {
  Frames frames(file);
  Picked picked;
  ConnectionNumber sought(number);
  std::vector<Candidate> candidates;
  FlowTable::Settings settings;
  settings.seed = flow_seed();
  settings.memory = huge_pages();
  settings.number = &sought;
  settings.found_candidate = [&](const Endpoint& one, const Endpoint& other, std::uint64_t frame) {
    candidates.push_back({.one = one, .other = other, .frame = frame});
  };
  FlowTable flows([&](const FinishedFlow&) { ++picked.outcome.connections; }, settings);

  struct Seen {
    const CaptureRecord* record;
    const Packet* packet;
    Endpoint one, other;
  };
  std::vector<FlowSegment> segments;
  std::vector<Seen> seen;
  const auto visit = [&](const CaptureRecord& record, const Packet& packet) {
    FlowSegment segment;
    if (copy_segment(packet, record.time, record.number, segment)) {
      segments.push_back(segment);
      seen.push_back({&record, &packet, segment.source, segment.destination});
    } else if (const auto* message = std::get_if<IcmpMessage>(&packet.transport); message && packet.ip) {
      if (const auto quoted = quoted_in(*packet.ip, *message))
        seen.push_back({&record, &packet, quoted->source, quoted->destination});
    }
  };
  while (frames.next(picked.outcome, visit)) {
    flows.add(segments);
    std::erase_if(candidates, [&](const Candidate& candidate) { return !sought.may_be(candidate.frame); });
    for (Candidate& candidate : candidates) {
      for (const Seen& frame : seen)
        if (candidate.has(frame.record->number, frame.one, frame.other))
          candidate.kept.add(frame.record->time, *frame.packet, frame.record->number);
    }
    segments.clear();
    seen.clear();
  }
  FlowTable* const tables[] = {&flows};
  FlowTable::finish(tables);
  const auto found = sought.found();
  const auto one = std::ranges::find_if(candidates, [&](const Candidate& each) { return each.frame == found; });
  if (one == candidates.end()) return picked;
  frames.conclude(one->kept);
  for (Connection& connection : one->kept.take())
    if (connection.segments.front().sighting().frame == *found) picked.connections.push_back(std::move(connection));
  return picked;
}

}  // namespace tcplab::cli
