#include "fuzz/analysis_check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "fuzz/targets.hpp"
#include "ladder/match.hpp"
#include "ladder/parse.hpp"
#include "ladder/print.hpp"
#include "report/explain_text.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace tcplab::fuzz {
namespace {

constexpr PrintStyle everything = {.numbers = true, .window = true, .options = true};

void check_segments(const Connection& connection, std::size_t frames) {
  require(!connection.segments.empty(), "a connection without segments");
  require(connection.segments.size() <= frames, "more segments than frames");
  for (const Segment& segment : connection.segments) {
    require(segment.departed || segment.arrived, "a segment that nobody saw");
    require(segment.sighting().frame >= 1 && segment.sighting().frame <= frames,
            "a segment of a frame that is not there");
  }
}

/// Each segment departs once and arrives once at most, in this order.
void check_passages(const Connection& connection, const Exchange& exchange) {
  std::vector<unsigned> departures(connection.segments.size()), arrivals(connection.segments.size());
  for (const Passage& passage : exchange.passages) {
    require(passage.segment < connection.segments.size(), "a passage of no segment");
    if (passage.leg != Leg::arrival) ++departures[passage.segment];
    if (passage.leg == Leg::whole || passage.leg == Leg::arrival) ++arrivals[passage.segment];
  }
  for (std::size_t i = 0; i < departures.size(); ++i) {
    require(departures[i] <= 1 && arrivals[i] <= 1, "a segment that departs or arrives twice");
    require(departures[i] + arrivals[i] > 0, "a segment without a passage");
  }
}

void check_verdict(const Verdict& verdict, std::size_t segments) {
  const auto check_place = [&](std::optional<std::size_t> place) {
    require(!place || *place < segments, "a verdict by a segment that is not there");
  };
  for (const auto& place : verdict.handshake) check_place(place);
  for (const auto& place : verdict.fins) check_place(place);
  for (const auto& place : verdict.fin_acks) check_place(place);
  check_place(verdict.lost_final_ack);
  if (verdict.reset) check_place(verdict.reset->segment);
  for (const auto& places : {verdict.stray_resets, verdict.foreign_syns, verdict.challenges}) {
    for (const std::size_t place : places) check_place(place);
  }
  for (const auto& again : verdict.retransmissions) {
    std::set<std::size_t> places;
    for (const Retransmission& one : again) {
      check_place(one.segment);
      require(places.insert(one.segment).second, "a segment that is a retransmission twice");
    }
  }
}

bool is_same_row(const Row& captured, const Row& read) {
  return captured.from == read.from && captured.leg == read.leg && captured.client == read.client &&
         captured.server == read.server && captured.protocol == read.protocol && captured.length == read.length &&
         captured.icmp == read.icmp && captured.flags == read.flags && captured.seq == read.seq &&
         captured.ack == read.ack && captured.window == read.window && captured.options == read.options &&
         captured.note == read.note;
}

void check_ladder(const Ladder& ladder) {
  const Ladder read = parse_ladder(print(ladder, everything));
  require(read.client == ladder.client && read.server == ladder.server, "initial states do not read back");
  require(std::ranges::equal(ladder.rows, read.rows, is_same_row), "a captured ladder does not read back");
}

}  // namespace

void check_analysis(const Analysis& analysis, std::size_t frames) {
  check_segments(analysis.connection, frames);
  check_passages(analysis.connection, analysis.exchange);
  check_verdict(analysis.verdict, analysis.connection.segments.size());
  require(analysis.ladder.rows.size() == analysis.exchange.passages.size(), "a row is no passage");
  check_ladder(analysis.ladder);
  require_fit_for_terminal(show_text(analysis));
  for (const Language language : {Language::english, Language::chinese})
    require_fit_for_terminal(explain_text(analysis, language));
  const std::string json = show_json(analysis);
  require_fit_for_terminal(json);
  require(json.find('\n') == std::string::npos && nlohmann::json::accept(json), "JSON that is not one line of JSON");
}

}  // namespace tcplab::fuzz
