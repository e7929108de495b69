#include "ladder/match.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <set>

#include "ladder/print.hpp"
#include "ladder/row_facts.hpp"

namespace tcplab {
namespace {

/// The captured rows that each end has a part in, in its order.
struct Sightings {
  std::vector<std::size_t> client, server;
};

Sightings sightings_of(const Ladder& captured, View view) {
  Sightings sightings;
  for (std::size_t i = 0; i < captured.rows.size(); ++i) {
    if (view != View::server && takes_part(captured.rows[i], End::client)) sightings.client.push_back(i);
    if (view != View::client && takes_part(captured.rows[i], End::server)) sightings.server.push_back(i);
  }
  return sightings;
}

/// How far both have been read: the next expected row, and the next captured row of each end.
struct Position {
  std::size_t row = 0, client = 0, server = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
  [[nodiscard]] std::size_t read() const { return client + server; }
};

std::string or_unknown(std::optional<State> state) {
  return state ? std::string(to_string(*state)) : "unknown";
}

template <typename Value>
std::string differs(const char* field, const Value& expected, const Value& captured) {
  return std::string(field) + ": expected " + expected + ", captured " + captured;
}

/// "TS" is any timestamp option; "no TS", that there is none.
std::optional<std::string> differing_option(const std::string& expected, const std::vector<std::string>& captured) {
  const bool forbidden = expected.starts_with("no ");
  const std::string name = forbidden ? expected.substr(3) : expected;
  const auto found = std::ranges::find_if(
      captured, [&](const std::string& option) { return option == name || option.starts_with(name + " "); });
  if ((found == captured.end()) == forbidden) return std::nullopt;
  return "options: expected " + expected + ", captured " + (forbidden ? *found : "none such");
}

/// What differs of a UDP datagram or an ICMP message.
void add_differing_datagram_fields(const Row& expected, const Row& captured, std::vector<std::string>& fields) {
  if (expected.protocol != captured.protocol)
    fields.push_back(differs<std::string>("protocol", to_string(expected.protocol), to_string(captured.protocol)));
  if (expected.length && expected.length != captured.length) {
    fields.push_back(differs("length", std::to_string(*expected.length),
                             captured.length ? std::to_string(*captured.length) : "none"));
  }
  if (expected.icmp && expected.icmp != captured.icmp)
    fields.push_back(
        differs("ICMP type/code", icmp_text(*expected.icmp), captured.icmp ? icmp_text(*captured.icmp) : "none"));
}

/// Each field that differs at `end`, the most telling first.
std::vector<std::string> differing_fields(const Row& expected, const Row& captured, End end, View view) {
  std::vector<std::string> fields;
  if (expected.from != captured.from)
    fields.push_back(differs<std::string>("sender", to_string(expected.from), to_string(captured.from)));
  add_differing_datagram_fields(expected, captured, fields);
  if (expected.flags != captured.flags)
    fields.push_back(differs("flags", to_string(expected.flags), to_string(captured.flags)));
  if (view == View::both_ends && expected.from == end && (expected.leg == Leg::lost) != (captured.leg == Leg::lost)) {
    fields.push_back(differs<std::string>("arrival", expected.leg == Leg::lost ? "lost" : "arrives",
                                          captured.leg == Leg::lost ? "lost" : "arrives"));
  }
  if (expected.seq && expected.seq != captured.seq) {
    fields.push_back(differs("seq", range_text(*expected.seq), captured.seq ? range_text(*captured.seq) : "none"));
  }
  if (expected.ack && expected.ack != captured.ack) {
    fields.push_back(
        differs("ack", std::to_string(*expected.ack), captured.ack ? std::to_string(*captured.ack) : "none"));
  }
  if (expected.window && expected.window != captured.window) {
    fields.push_back(
        differs("win", std::to_string(*expected.window), captured.window ? std::to_string(*captured.window) : "none"));
  }
  for (const std::string& option : expected.options) {
    if (auto difference = differing_option(option, captured.options)) fields.push_back(std::move(*difference));
  }
  const auto state = end == End::client ? &Row::client : &Row::server;
  if (expected.*state && expected.*state != captured.*state) {
    fields.push_back(std::string(to_string(end)) + "'s state: expected " + or_unknown(expected.*state) + ", captured " +
                     or_unknown(captured.*state));
  }
  return fields;
}

class Matcher {
 public:
  Matcher(const Ladder& expected, const Ladder& captured, View view)
      : expected_(expected), captured_(captured), view_(view), sightings_(sightings_of(captured, view)) {}

  /// Reads both from the start in every way that optional rows allow.
  bool matches() {
    std::vector<Position> open = {Position{}};
    while (!open.empty()) {
      const Position position = open.back();
      open.pop_back();
      if (!seen_.insert(position).second) continue;
      if (is_end(position)) return true;
      if (position.row == expected_.rows.size()) continue;
      const Row& row = expected_.rows[position.row];
      if (row.repeat != Repeat::once) open.push_back({position.row + 1, position.client, position.server});
      if (auto next = consume(row, position)) {
        if (row.repeat != Repeat::any) ++next->row;
        open.push_back(*next);
      }
    }
    return false;
  }

  /// Of the positions that got furthest, the one where least differs.
  [[nodiscard]] Difference difference() const {
    struct Candidate {
      Difference difference;
      std::size_t read, fields;
    };
    std::optional<Candidate> best;
    for (const Position& position : seen_) {
      auto [difference, fields] = difference_at(position);
      const std::size_t read = position.read();
      if (!best || read > best->read || (read == best->read && fields < best->fields))
        best = Candidate{std::move(difference), read, fields};
    }
    return std::move(best->difference);
  }

 private:
  [[nodiscard]] bool is_end(const Position& at) const {
    return at.row == expected_.rows.size() && at.client == sightings_.client.size() &&
           at.server == sightings_.server.size();
  }

  [[nodiscard]] std::optional<std::size_t> next_captured(const Position& at, End end) const {
    const auto& rows = end == End::client ? sightings_.client : sightings_.server;
    const std::size_t next = end == End::client ? at.client : at.server;
    return next < rows.size() ? std::optional(rows[next]) : std::nullopt;
  }

  [[nodiscard]] bool in_view(const Row& row, End end) const {
    if (view_ == View::client && end == End::server) return false;
    if (view_ == View::server && end == End::client) return false;
    return takes_part(row, end);
  }

  /// The position behind `row`, if what each end saw next is what it shows.
  [[nodiscard]] std::optional<Position> consume(const Row& row, Position position) const {
    std::array<std::optional<std::size_t>, 2> taken;
    for (const End end : {End::client, End::server}) {
      if (!in_view(row, end)) continue;
      const auto captured = next_captured(position, end);
      if (!captured || !differing_fields(row, captured_.rows[*captured], end, view_).empty()) return std::nullopt;
      taken[index_of(end)] = captured_.rows[*captured].segment.value_or(*captured);
      ++(end == End::client ? position.client : position.server);
    }
    if (taken[0] && taken[1] && taken[0] != taken[1] && captured_.rows.front().segment) return std::nullopt;
    return position;
  }

  [[nodiscard]] std::pair<Difference, std::size_t> difference_at(const Position& at) const {
    constexpr std::size_t whole_row = 100;
    Difference difference;
    const auto client = next_captured(at, End::client), server = next_captured(at, End::server);
    if (at.row == expected_.rows.size()) {
      difference.captured = client && server ? std::min(*client, *server) : client ? client : server;
      difference.what = "a further segment was captured that the ladder does not have";
      difference.hint = surplus_hint(captured_.rows[*difference.captured]);
      return {difference, whole_row};
    }
    difference.expected = at.row;
    const Row& row = expected_.rows[at.row];
    if (!in_view(row, End::client) && !in_view(row, End::server)) return {difference, 2 * whole_row};
    for (const End end : {End::client, End::server}) {
      if (!in_view(row, end)) continue;
      const auto captured = next_captured(at, end);
      if (!captured) {
        difference.what = "the capture ends before this row";
        difference.hint = "a program still ran when the capture ended, or ended early: look at what the programs said";
        return {difference, whole_row};
      }
      const auto fields = differing_fields(row, captured_.rows[*captured], end, view_);
      if (fields.empty()) continue;
      difference.captured = captured;
      difference.what = fields.front();
      difference.hint = hint(row, captured_.rows[*captured]);
      return {difference, fields.size()};
    }
    difference.captured = client;
    difference.what = "the two ends saw different segments here: they cross on their way";
    return {difference, whole_row};
  }

  [[nodiscard]] std::string surplus_hint(const Row& captured) const {
    if (is_stray(captured_, captured))
      return "nobody sent it then: the wire replayed a copy of an earlier segment, or forged it";
    return is_repeat(captured) ? "it repeats an earlier segment: that one, or its ACK, was lost or late" : "";
  }

  [[nodiscard]] bool is_repeat(const Row& captured) const {
    return captured.seq &&
           (captured.seq->length > 0 || captured.flags.has(TcpFlags::syn) || captured.flags.has(TcpFlags::fin)) &&
           std::ranges::any_of(captured_.rows, [&](const Row& other) {
             return &other < &captured && other.segment != captured.segment && other.from == captured.from &&
                    other.seq == captured.seq && other.flags == captured.flags;
           });
  }

  /// What is expected departed before, and is still on its way when `captured` comes.
  [[nodiscard]] bool is_overtaking(const Row& captured, const Row& expected) const {
    const auto has_arrived = [&](const Row& departed) {
      return std::ranges::any_of(captured_.rows, [&](const Row& other) {
        return &other < &captured && other.leg == Leg::arrival && other.segment == departed.segment;
      });
    };
    return captured.from == expected.from && std::ranges::any_of(captured_.rows, [&](const Row& other) {
             return &other < &captured && other.leg == Leg::departure && other.from == expected.from &&
                    other.flags == expected.flags && (!expected.seq || other.seq == expected.seq) &&
                    (!expected.ack || other.ack == expected.ack) && !has_arrived(other);
           });
  }

  /// The usual cause of a row like `captured` where `expected` should be.
  [[nodiscard]] std::string hint(const Row& expected, const Row& captured) const {
    using enum TcpFlags::Bit;
    if (is_stray(captured_, captured)) return surplus_hint(captured);
    if (expected.flags == captured.flags && (expected.leg == Leg::lost) != (captured.leg == Leg::lost)) {
      return captured.leg == Leg::lost ? "it was lost on its way: by a rule, or because the cable was cut"
                                       : "in the lab it is lost: did the rule that drops it choose another segment?";
    }
    if (captured.flags.has(rst) && captured.flags.has(ack) && expected.flags.has(syn))
      return "nobody listens on that port: is the server running?";
    if (captured.flags.has(rst) && !expected.flags.has(rst)) {
      return "the connection was reset: unread data at close, SO_LINGER 0, or data for a socket that is gone";
    }
    if (expected.flags.has(rst) && captured.flags.has(fin))
      return "the connection was closed in order where it should have been aborted";
    if (is_repeat(captured)) return surplus_hint(captured);
    if (is_overtaking(captured, expected))
      return "it overtook the one that is expected here: a wire that delays, holds or swaps them";
    if (is_bare_ack(expected) && captured.from == expected.from)
      return "the ACK was not sent by itself: it waited for this segment and rode on it (delayed ACK)";
    if (is_bare_ack(captured) && captured.from == expected.from)
      return "the ACK was sent by itself, before the program had anything to send with it";
    if (expected.leg != captured.leg && expected.leg != Leg::lost && captured.leg != Leg::lost) {
      return expected.leg == Leg::whole
                 ? "a segment was still on its way here: the link's delay is another than the lab's"
                 : "in the lab a segment is still on its way here: the link's delay is another than the lab's";
    }
    return "";
  }

  const Ladder& expected_;
  const Ladder& captured_;
  View view_;
  Sightings sightings_;
  std::set<Position> seen_;
};

std::optional<Difference> initial_difference(const Ladder& expected, const Ladder& captured, View view) {
  for (const End end : {End::client, End::server}) {
    if ((view == View::client && end == End::server) || (view == View::server && end == End::client)) continue;
    const auto state = end == End::client ? &Ladder::client : &Ladder::server;
    if (!(expected.*state) || expected.*state == captured.*state) continue;
    return Difference{{},
                      {},
                      std::string("the ") + to_string(end) + "'s state before the first segment: expected " +
                          or_unknown(expected.*state) + ", captured " + or_unknown(captured.*state),
                      ""};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Difference> find_difference(const Ladder& expected, const Ladder& captured, View view) {
  Matcher matcher(expected, captured, view);
  if (!matcher.matches()) return matcher.difference();
  return initial_difference(expected, captured, view);
}

std::string signature(const Ladder& captured) {
  std::string text;
  for (const End end : {End::client, End::server}) {
    text +=
        std::string(to_string(end)) + " " + or_unknown(end == End::client ? captured.client : captured.server) + "\n";
    for (Row row : captured.rows) {
      if (!takes_part(row, end)) continue;
      // Of the row only what this end knows: a loss shows at the sender, a crossing in the order.
      (end == End::client ? row.server : row.client).reset();
      if (row.leg != Leg::lost) row.leg = Leg::whole;
      row.note.clear();
      text += print(row) + "\n";
    }
  }
  return text;
}

}  // namespace tcplab
