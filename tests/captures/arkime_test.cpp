// How many segments of each kind a session has, held against what Arkime's own tests expect.
#include <algorithm>
#include <array>
#include <chrono>

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

constexpr std::array kinds = {"syn", "syn-ack", "ack", "psh", "fin", "rst", "urg", "ece", "cwr", "ae"};

/// Arkime's session of a four-tuple: it may join what are several connections, or cut one in two.
struct Session {
  std::array<unsigned, kinds.size()> counts{};
  std::array<unsigned, 2> segments{};  ///< from src, from dst
};

std::int64_t milliseconds(const Segment& segment) {
  return std::chrono::floor<std::chrono::milliseconds>(segment.sighting().time).time_since_epoch().count();
}

/// Arkime counts as ACK only what has none of SYN, PSH, FIN and RST, and each other flag whatever else is set.
void count(const Segment& segment, Session& session) {
  const auto has = [&](TcpFlags::Bit bit) { return segment.has(bit); };
  const bool is_bare_ack =
      has(TcpFlags::ack) && !has(TcpFlags::syn) && !has(TcpFlags::psh) && !has(TcpFlags::fin) && !has(TcpFlags::rst);
  const std::array<bool, kinds.size()> is = {is_plain_syn(segment.flags),
                                             has(TcpFlags::syn) && has(TcpFlags::ack),
                                             is_bare_ack,
                                             has(TcpFlags::psh),
                                             has(TcpFlags::fin),
                                             has(TcpFlags::rst),
                                             has(TcpFlags::urg),
                                             has(TcpFlags::ece),
                                             has(TcpFlags::cwr),
                                             has(TcpFlags::ae)};
  for (std::size_t i = 0; i < is.size(); ++i) session.counts[i] += is[i] ? 1 : 0;
}

/// What was seen between the row's two ends in the time of its session.
Session session_of(const Capture& capture, const TableRow& row) {
  const std::string source = row.at("src") + ":" + row.at("sport"), destination = row.at("dst") + ":" + row.at("dport");
  const std::int64_t first = std::stoll(row.at("first_ms")), last = std::stoll(row.at("last_ms"));
  Session session;
  for (const Connection* connection : between(capture, source, destination)) {
    const End from = endpoint_text(connection->client) == source ? End::client : End::server;
    for (const Segment* segment : tcp_segments(*connection)) {
      if (milliseconds(*segment) < first || milliseconds(*segment) > last) continue;
      ++session.segments[segment->from == from ? 0 : 1];
      count(*segment, session);
    }
  }
  return session;
}

/// Whether another of the table's sessions is between the same ends at the same time: which segment is whose, the
/// table does not say.
bool overlaps_another(const std::vector<TableRow>& rows, const TableRow& row) {
  return std::ranges::any_of(rows, [&](const TableRow& other) {
    const auto same = [&](const char* title) { return row.at(title) == other.at(title); };
    return &other != &row && same("id") && same("src") && same("sport") && same("dst") && same("dport") &&
           std::stoll(other.at("first_ms")) <= std::stoll(row.at("last_ms")) &&
           std::stoll(row.at("first_ms")) <= std::stoll(other.at("last_ms"));
  });
}

}  // namespace

TEST_CASE("the segments of each kind are as many as Arkime counts in a session") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"arkime_segments", "arkime_flags"});
  const auto rows = read_table(*folder + "/expected/arkime_tcpflags.tsv");
  for (const TableRow& row : rows) {
    const Capture& capture = shared_capture(*folder, row);
    const std::string source = row.at("src") + ":" + row.at("sport"),
                      destination = row.at("dst") + ":" + row.at("dport");
    if (between(capture, source, destination).empty()) {
      tally.leave_out("no connection of ours has these endpoints");
      continue;
    }
    if (overlaps_another(rows, row)) {
      tally.leave_out("two sessions of the same ends overlap in time");
      continue;
    }
    const Session session = session_of(capture, row);
    std::string theirs, ours;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const std::string name = std::string(theirs.empty() ? "" : " ") + kinds[i] + ":";
      theirs += name + row.at(kinds[i]);
      ours += name + std::to_string(session.counts[i]);
    }
    const std::string name = source + ">" + destination;
    tally.compare({row.at("id"), name, "arkime_segments", row.at("src_pkts") + "+" + row.at("dst_pkts"),
                   std::to_string(session.segments[0]) + "+" + std::to_string(session.segments[1])});
    tally.compare({row.at("id"), name, "arkime_flags", theirs, ours});
  }
  tally.conclude("each session, against Arkime");
}
