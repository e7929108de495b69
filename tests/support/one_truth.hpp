// Holds what `tcplab flows` says of a capture against what `tcplab show --json` does: the one follows a stream and
// keeps nothing, the other keeps and looks at everything, and they must never differ.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "capture/reader.hpp"
#include "json/json_text.hpp"
#include "packet/reassembly.hpp"
#include "report/flow_line.hpp"
#include "report/json.hpp"
#include "support/catch.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/flow_table.hpp"

namespace tcplab::test {

struct TwoReports {
  std::vector<nlohmann::json> flows, shown;  ///< a TCP connection each, by first segment
};

inline TwoReports two_reports(const std::string& file) {
  LineBuffer lines;
  std::map<std::uint64_t, nlohmann::json> by_first_packet;
  const FlowLine line(FlowFormat::json, file);
  const auto sink = [&](const FinishedFlow& finished) {
    lines.clear();
    line.put(lines, finished);
    by_first_packet[finished.first_frame] = json_from(lines.text());
  };
  FlowTable::Settings settings;
  settings.lingering = 4096;
  FlowTable flows(sink, settings);
  ConnectionTable connections;
  CaptureReader reader = CaptureReader::open(file);
  Reassembly reassembly;
  Packet packet;
  std::vector<std::uint8_t> whole;
  while (const auto record = reader.next()) {
    reassembly.decode(record->link, record->bytes, record->original_length_bytes, record->time, record->number, packet,
                      whole);
    connections.add(record->time, packet, record->number);
    FlowSegment segment;
    if (copy_segment(packet, record->time, record->number, segment)) flows.add({&segment, 1});
  }
  FlowTable* const tables[] = {&flows};
  FlowTable::finish(tables);
  TwoReports reports;
  for (auto& [first_packet, object] : by_first_packet) reports.flows.push_back(std::move(object));
  for (Connection& connection : connections.take()) {
    if (connection.protocol != Protocol::tcp) continue;
    nlohmann::json& shown = reports.shown.emplace_back(json_from(show_json(analyse(connection))));
    std::map<std::string, unsigned> segments = {{"client", 0}, {"server", 0}};
    for (const Segment& segment : connection.segments)
      segments[to_string(segment.from)] += segment.protocol == Protocol::tcp;
    shown["segments"] = segments;
    shown["first_packet"] = connection.segments.front().sighting().frame;
  }
  return reports;
}

/// Returns how many connections there were.
inline std::size_t check_one_truth(const std::string& file) {
  INFO(file);
  const TwoReports reports = two_reports(file);
  CHECK(reports.flows.size() == reports.shown.size());
  for (std::size_t i = 0; i < std::min(reports.flows.size(), reports.shown.size()); ++i) {
    INFO("connection " << i);
    for (const char* field : {"client", "server", "opening", "ending", "closed_first", "time_wait", "segments",
                              "retransmissions", "certainty", "zeek", "completeness", "first_packet"}) {
      INFO(field);
      CHECK(reports.flows[i].at(field) == reports.shown[i].at(field));
    }
    const auto &reset = reports.flows[i].at("reset"), &shown = reports.shown[i].at("reset");
    CHECK(reset.is_null() == shown.is_null());
    if (!reset.is_null() && !shown.is_null()) CHECK(reset.at("cause") == shown.at("cause"));
  }
  return reports.flows.size();
}

}  // namespace tcplab::test
