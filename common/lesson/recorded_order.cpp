#include "lesson/recorded_order.hpp"

#include <algorithm>

namespace tcplab {
namespace {

/// When `end` sent or received the row's segment; nothing when it has no part in the row.
std::optional<Timestamp> time_at(const Analysis& analysis, const Row& row, End end) {
  if (!row.segment || !takes_part(row, end)) return std::nullopt;
  const Segment& segment = analysis.connection.segments[*row.segment];
  const auto& seen = segment.from == end ? segment.departed : segment.arrived;
  return seen ? seen->time : segment.sighting().time;
}

std::vector<OwnRow> rows_of(const Analysis& analysis, End end) {
  std::vector<OwnRow> rows;
  for (std::size_t i = 0; i < analysis.ladder.rows.size(); ++i) {
    const Row& row = analysis.ladder.rows[i];
    if (const auto time = time_at(analysis, row, end)) rows.push_back({i, *time, row.from != end});
  }
  return rows;
}

}  // namespace

RecordedOrder::RecordedOrder(const std::vector<Analysis>& connections) : connections_(connections) {
  for (const Analysis& analysis : connections)
    rows_.push_back({rows_of(analysis, End::client), rows_of(analysis, End::server)});
}

std::size_t RecordedOrder::row_after(std::size_t connection, std::optional<End> end, Timestamp time) const {
  std::size_t first = connections_[connection].ladder.rows.size();
  for (const End one : {End::client, End::server}) {
    if (end && one != *end && !rows(connection, *end).empty()) continue;
    const auto& own = rows(connection, one);
    const auto found = std::ranges::find_if(own, [&](const OwnRow& row) { return row.time >= time; });
    if (found != own.end()) first = std::min(first, found->row);
  }
  return first;
}

Timestamp RecordedOrder::began(std::size_t connection, std::optional<End> end) const {
  Timestamp first = Timestamp::max();
  for (const End one : {End::client, End::server}) {
    const auto& own = rows(connection, one);
    if (end.value_or(one) == one && !own.empty()) first = std::min(first, own.front().time);
  }
  return first;
}

/// Of the connections that `fit` the latest.
template <typename Fits>
std::optional<std::size_t> RecordedOrder::latest_of(std::optional<End> end, Timestamp time, Fits fits) const {
  std::optional<std::size_t> latest;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (!fits(connections_[i].connection)) continue;
    const bool is_later =
        latest && began(i, end) <= time && (began(i, end) >= began(*latest, end) || began(*latest, end) > time);
    if (!latest || is_later) latest = i;
  }
  return latest;
}

std::size_t RecordedOrder::latest_at(std::optional<End> end, Timestamp time) const {
  return latest_of(end, time, [](const Connection& /*any*/) { return true; }).value_or(0);
}

std::optional<std::size_t> RecordedOrder::latest_at(End host, Timestamp time, const std::string& local,
                                                    const std::string& remote) const {
  return latest_of(host, time, [&](const Connection& connection) {
    return to_string(connection.address(host)) == local && to_string(connection.address(peer_of(host))) == remote;
  });
}

std::size_t RecordedOrder::next_at(std::size_t connection, End host, Timestamp time) const {
  const Connection& own = connections_[connection].connection;
  std::size_t next = connection;
  Timestamp earliest = Timestamp::max();
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const Connection& other = connections_[i].connection;
    if (other.client != own.client || other.server != own.server) continue;
    for (const OwnRow& row : rows(i, host)) {
      if (row.time < time || row.time >= earliest) continue;
      earliest = row.time;
      next = i;
    }
  }
  return next;
}

std::size_t RecordedOrder::connection_of(const Call& call, std::optional<std::size_t> call_before) const {
  if (call.ended) {
    if (const auto known = latest_at(call.host, *call.ended, call.local, call.remote)) return *known;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (began(i, call.host) >= call.began && began(i, call.host) <= *call.ended) return i;
    }
  }
  return call_before ? *call_before : latest_at(call.host, call.began);
}

}  // namespace tcplab
