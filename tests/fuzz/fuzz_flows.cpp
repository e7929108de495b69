// The streaming table: it tells of each connection once, the same as the table that keeps all segments, however many
// tables share the work; and its lines are fit for a terminal, a JSON reader and a page, whatever the file is called.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "fuzz/captures.hpp"
#include "fuzz/targets.hpp"
#include "packet/reassembly.hpp"
#include "report/flow_line.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/exchange.hpp"
#include "tcp/verdict.hpp"
#include "tcp/zeek_roles.hpp"

namespace tcplab::fuzz {
namespace {

/// What both tables must agree on.
struct Told {
  std::uint64_t first_frame = 0;
  Endpoint client, server;
  Opening opening = Opening::before_capture;
  Ending ending = Ending::open;
  std::uint64_t segments = 0;
  std::string zeek;
  friend auto operator<=>(const Told&, const Told&) = default;
};

/// Some tables that share a capture, and what they tell.
class Tables {
 public:
  explicit Tables(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      tables_.push_back(std::make_unique<FlowTable>([this](const FinishedFlow& one) { tell(one); },
                                                    FlowTable::Settings{.seed = 4711}));
  }

  void add(FlowSegment segment) { tables_[segment.shard % tables_.size()]->add({&segment, 1}); }

  std::vector<Told> finish() {
    std::vector<FlowTable*> tables;
    for (const auto& table : tables_) tables.push_back(table.get());
    FlowTable::finish(tables);
    std::ranges::sort(told_);
    return told_;
  }

 private:
  void tell(const FinishedFlow& one) {
    told_.push_back({one.first_frame, one.client, one.server, one.flow.opening(), one.flow.ending(),
                     one.flow.segments(End::client) + one.flow.segments(End::server), one.zeek.history()});
    check_lines(one);
  }

  static std::string line(FlowFormat format, const FinishedFlow& one) {
    LineBuffer out;
    FlowLine(format, "\x1b[2J\",\n\xff<b>\x9b.pcap").put(out, one);
    require(std::ranges::count(out.text(), '\n') == 1 && out.text().ends_with('\n'),
            "a connection that is not one line");
    require_fit_for_terminal(out.text());
    return std::string(out.text());
  }

  static void check_lines(const FinishedFlow& one) {
    line(FlowFormat::text, one);
    line(FlowFormat::csv, one);
    require(nlohmann::json::accept(line(FlowFormat::json, one)), "a line that is no JSON");
  }

  std::vector<std::unique_ptr<FlowTable>> tables_;
  std::vector<Told> told_;
};

Told told_of(const Connection& connection) {
  const Verdict verdict = judge(connection, exchange_of(connection));
  Told told{connection.segments.front().sighting().frame,
            connection.client,
            connection.server,
            verdict.opening,
            verdict.ending,
            0,
            {}};
  told.segments =
      static_cast<std::uint64_t>(std::ranges::count(connection.segments, Protocol::tcp, &Segment::protocol));
  told.zeek = zeek_record_of(connection).history();
  return told;
}

std::vector<Told> told_of(std::vector<Connection> connections) {
  std::vector<Told> told;
  for (const Connection& connection : connections) {
    if (connection.protocol == Protocol::tcp) told.push_back(told_of(connection));
  }
  std::ranges::sort(told);
  return told;
}

}  // namespace

void fuzz_flows(ByteView input) {
  auto reader = opened(input);
  if (!reader) return;
  Tables one(1), three(3);
  ConnectionTable whole;
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole_packet;
  while (const auto record = reader->next()) {
    reassembly.decode(record->link, record->bytes, record->original_length_bytes, record->time, record->number, packet,
                      whole_packet);
    whole.add(record->time, packet, record->number);
    FlowSegment segment;
    if (!copy_segment(packet, record->time, record->number, segment)) continue;
    one.add(segment);
    three.add(segment);
  }
  const std::vector<Told> told = one.finish();
  require(told == three.finish(), "three tables tell other things than one");
  require(told == told_of(whole.take()), "the streaming table tells other things than the one that keeps all");
}

}  // namespace tcplab::fuzz
