#include "lesson/timeline.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "lesson/recorded_order.hpp"
#include "lesson/wire_notes.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

/// An end that went back to LISTEN has no socket of its own any more: its kernel reports it as CLOSED.
bool is_reported_as(State inferred, State reported) {
  return inferred == reported || (inferred == State::listen && reported == State::closed);
}

std::string text_of(const HostAction& action) {
  const std::string host = action.host ? std::string("the ") + to_string(*action.host) : "the host";
  switch (action.kind) {
    case HostAction::Kind::killed:
      return host + " is killed";
    case HostAction::Kind::rebooted:
      return host + " reboots";
    case HostAction::Kind::run:
      return host + " runs again";
    case HostAction::Kind::enter:
      return "Enter is pressed";
    case HostAction::Kind::cut:
      return "the cable is cut";
    case HostAction::Kind::mended:
      return "the cable is mended";
    case HostAction::Kind::stopped:
      return "the recording ends";
  }
  return {};
}

/// Gathers the remarks on all connections of a recording, then hangs them above their rows.
class Timeline {
 public:
  Timeline(std::vector<Analysis>& connections, const Events& events)
      : connections_(connections), events_(events), order_(connections), remarks_(connections.size()) {}

  void annotate() {
    for (const HostAction& action : events_.actions) add_action(action);
    for (const End end : {End::client, End::server}) {
      add_states(end);
      for (const auto& [connection, call] : calls_at(end)) add_call(connection, *call);
    }
    for (std::size_t i = 0; i < connections_.size(); ++i) hang(remarks_[i], connections_[i].ladder);
  }

 private:
  struct Placed {
    std::size_t row;  ///< the remark stands above it
    Remark remark;
  };

  void add(std::size_t connection, std::optional<End> end, Timestamp time, std::string text) {
    remarks_[connection].push_back({order_.row_after(connection, end, time), {end, std::move(text), time}});
  }

  void add_action(const HostAction& action) {
    add(order_.latest_at(action.host, action.time), action.host, action.time, text_of(action));
  }

  /// The host's calls, each with its connection.
  [[nodiscard]] std::vector<std::pair<std::size_t, const Call*>> calls_at(End host) const {
    std::vector<std::pair<std::size_t, const Call*>> calls;
    std::optional<std::size_t> before;
    for (const Call& call : events_.calls) {
      if (call.host != host) continue;
      before = order_.connection_of(call, before);
      calls.emplace_back(*before, &call);
    }
    return calls;
  }

  /// A call that waited for the other end has two remarks, others one: what a send puts on the wire stands below it.
  void add_call(std::size_t connection, const Call& call) {
    const std::string failure = call.failed() ? " fails: " + call.outcome : "";
    if (!has_waited(connection, call)) return add(connection, call.host, call.began, call.name + failure);
    // A connect whose first SYN still meets the old connection begins there.
    add(order_.next_at(connection, call.host, call.began), call.host, call.began, call.name);
    add(connection, call.host, *call.ended, call.name + (call.failed() ? failure : " returns"));
  }

  [[nodiscard]] bool has_waited(std::size_t connection, const Call& call) const {
    if (!call.ended) return false;
    const auto is_within = [&](Timestamp time) { return call.began <= time && time < *call.ended; };
    const auto is_answer = [&](const OwnRow& row) { return is_within(row.time) && (row.arrives || call.failed()); };
    const auto is_change = [&](const StateChange& change) {
      return change.host == call.host && is_within(change.time);
    };
    return std::ranges::any_of(order_.rows(connection, call.host), is_answer) ||
           (call.failed() && std::ranges::any_of(events_.states, is_change));
  }

  void add_states(End end) {
    std::vector<std::size_t> shown(connections_.size(), 0);
    std::vector<std::optional<State>> remarked(connections_.size());
    for (const auto& [connection, change] : changes_at(end)) {
      if (remarked[connection] == change.state || is_shown(connection, change, shown[connection])) continue;
      remarked[connection] = change.state;
      const bool by_timer = change.state == State::closed && is_undisturbed(connection, change);
      add(connection, end, change.time, std::string(to_string(change.state)) + (by_timer ? ", by a timer" : ""));
    }
  }

  /// What the rig sampled; and of what the programs' calls found, that they were CLOSED: the rig asks when a segment
  /// passes, which may not happen any more. Another state could be an older one than the rig had sampled before.
  [[nodiscard]] std::vector<std::pair<std::size_t, StateChange>> changes_at(End end) const {
    std::vector<std::pair<std::size_t, StateChange>> changes;
    for (const StateChange& change : events_.states) {
      if (change.host != end) continue;
      if (const auto connection = order_.latest_at(end, change.time, change.local, change.remote))
        changes.emplace_back(*connection, change);
    }
    for (const auto& [connection, call] : calls_at(end)) {
      if (!call->ended || call->state != State::closed) continue;
      const Timestamp began = order_.began(connection, end);
      const bool was_its_own = call->began <= began && began < *call->ended;  // a failed connect has lost its addresses
      if (!call->remote.empty() || (call->failed() && was_its_own))
        changes.emplace_back(connection, StateChange{*call->ended, end, State::closed, call->local, call->remote});
    }
    std::ranges::stable_sort(changes, {}, [](const auto& entry) { return entry.second.time; });
    return changes;
  }

  /// Whether a row has the end in this state: one of those until now that has not been passed, or the next, if the end
  /// sends there what it does at this moment. `from` is how far its states have been read, the one before the first row
  /// being number 0. That is never a CLOSED: a kernel reports it of a connection that it had.
  [[nodiscard]] bool is_shown(std::size_t connection, const StateChange& change, std::size_t& from) const {
    const auto& own = order_.rows(connection, change.host);
    const Ladder& ladder = connections_[connection].ladder;
    const auto state = change.host == End::client ? &Row::client : &Row::server;
    for (std::size_t i = change.state == State::closed ? std::max<std::size_t>(from, 1) : from; i <= own.size(); ++i) {
      const bool is_next = i > 0 && own[i - 1].time > change.time;
      if (is_next && (own[i - 1].arrives || (i > 1 && own[i - 2].time > change.time))) break;
      const auto inferred = i > 0                        ? ladder.rows[own[i - 1].row].*state
                            : change.host == End::client ? ladder.client
                                                         : ladder.server;
      if (inferred && !is_reported_as(*inferred, change.state)) continue;
      from = i;
      return true;
    }
    return false;
  }

  /// The end's latest segment is too long ago to be the cause, and neither the program nor a rule did anything at the
  /// host since.
  [[nodiscard]] bool is_undisturbed(std::size_t connection, const StateChange& change) const {
    Timestamp since = Timestamp::min();
    for (const OwnRow& row : order_.rows(connection, change.host)) {
      if (row.time <= change.time) since = std::max(since, row.time);
    }
    constexpr auto promptly = std::chrono::milliseconds(50);  // the shortest of TCP's timers runs for 200
    if (since > change.time - promptly) return false;
    const auto is_since = [&](Timestamp time) { return since < time && time < change.time; };
    return std::ranges::none_of(events_.calls,
                                [&](const Call& call) { return call.host == change.host && is_since(call.began); }) &&
           std::ranges::none_of(events_.actions, [&](const HostAction& action) {
             return action.host == change.host && is_since(action.time);
           });
  }

  static void hang(std::vector<Placed>& placed, Ladder& ladder) {
    std::ranges::stable_sort(placed, {}, [](const Placed& one) { return *one.remark.time; });
    for (Placed& one : placed) {
      auto& place = one.row < ladder.rows.size() ? ladder.rows[one.row].remarks : ladder.closing;
      place.push_back(std::move(one.remark));
    }
  }

  std::vector<Analysis>& connections_;
  const Events& events_;
  RecordedOrder order_;
  std::vector<std::vector<Placed>> remarks_;  ///< of each connection
};

}  // namespace

void annotate(std::vector<Analysis>& connections, const Events& events, Annotations which) {
  if (connections.empty()) return;
  add_wire_notes(connections, events.wire);
  if (which == Annotations::everything) Timeline(connections, events).annotate();
}

void annotate(std::vector<Analysis>& connections, const fs::path& directory, Annotations which) {
  const fs::path file = directory / "events.ndjson";
  if (fs::exists(file)) annotate(connections, read_events(file), which);
}

}  // namespace tcplab
