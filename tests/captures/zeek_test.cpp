// conn_state and history, held against the logs that Zeek's and TCPRS's own tests expect, connection by connection.
#include "tcp/zeek.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Why a row says nothing about the capture's connections as they are.
std::optional<std::string> unusable(const TableRow& row) {
  const std::string &caveat = row.at("caveat"), &commands = row.at("zeek_commands");
  if (row.at("proto") != "tcp" && !row.at("proto").empty()) return "not TCP";
  if (row.at("several_traces_in_test") == "yes") return "the log is of several captures";
  if (row.at("matched_to_tshark").starts_with("nomatch")) return "no stream of the capture has the row's endpoints";
  if (contains(caveat, "drops/filters") || contains(commands, " -f ")) return "Zeek was told to pass over packets";
  if (contains(caveat, "timer expiry")) return "the test changes Zeek's timers";
  if (contains(caveat, "stop processing")) return "the test lets Zeek stop within the connection";
  if (contains(row.at("history"), "x") || contains(row.at("history"), "X"))
    return "Zeek stopped within the connection (x in its history)";
  return std::nullopt;
}

/// Rows of one log; a test may have several.
std::string log_of(const TableRow& row) {
  return row.at("id") + row.at("zeek_version") + row.at("btest") + row.at("zeek_commands") + row.at("baseline_path");
}

struct Opinion {
  std::string conn_state, history;
};

Opinion opinion(const Capture& capture, const Connection& connection, End originator, bool verifies_checksums) {
  ZeekRecord record(originator);
  for (const Segment* segment : tcp_segments(connection)) {
    const bool is_bad = capture.has_wrong_checksum[segment->sighting().frame];
    record.saw(*segment, verifies_checksums && is_bad);
  }
  return {std::string(record.conn_state()), record.history()};
}

/// Whom the row calls the originator: by name, or, where it names none, by the case of the first letter.
End originator_of(const Connection& connection, const std::string& name, const std::string& history) {
  if (!name.empty()) return endpoint_text(connection.client) == name ? End::client : End::server;
  const End first = connection.segments.front().from;
  return std::isupper(static_cast<unsigned char>(history[0])) != 0 ? first : peer_of(first);
}

/// The version of 2015 wrote no ^, g, t or w.
std::string without_later_letters(std::string history) {
  std::erase_if(history, [](char c) { return contains("^GgTtWw", std::string_view(&c, 1)); });
  return history;
}

}  // namespace

TEST_CASE("conn_state and history are what Zeek says of each connection") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"conn_state", "history"});
  std::map<std::string, std::size_t> rows_before;  ///< of the same log and ends
  for (const TableRow& row : read_table(*folder + "/expected/zeek_conn.tsv")) {
    const std::string originator = row.at("orig_h") + ":" + row.at("orig_p"),
                      responder = row.at("resp_h") + ":" + row.at("resp_p"),
                      ends = std::min(originator, responder) + " " + std::max(originator, responder);
    const std::size_t which = rows_before[log_of(row) + ends]++;
    if (const auto rule = unusable(row)) {
      tally.leave_out(*rule);
      continue;
    }
    const Capture& capture = shared_capture(*folder, row);
    const bool names_ends = !row.at("orig_h").empty() && !row.at("orig_p").empty();
    if (!names_ends && capture.connections.size() != 1) {
      tally.leave_out("the log names no endpoints, and the capture has several connections");
      continue;
    }
    const auto candidates = names_ends ? between(capture, originator, responder)
                                       : std::vector<const Connection*>{&capture.connections.front()};
    Opinion ours{"none", "none"};
    if (which < candidates.size()) {
      const Connection& connection = *candidates[which];
      const End from = originator_of(connection, names_ends ? originator : "", row.at("history"));
      ours = opinion(capture, connection, from, !contains(row.at("zeek_commands"), "-C"));
      if (contains(row.at("zeek_version"), "2015")) ours.history = without_later_letters(ours.history);
      if (ours.history.empty()) ours.history = "-";  // as a log has what is not set
    }
    const auto compare = [&](const std::string& field, const std::string& ours_says) {
      if (!row.at(field).empty())
        tally.compare({row.at("id"), originator + ">" + responder, field, row.at(field), ours_says});
    };
    compare("conn_state", ours.conn_state);
    compare("history", ours.history);
  }
  tally.conclude("conn_state and history, against Zeek");
}
