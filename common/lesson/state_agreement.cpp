#include "lesson/state_agreement.hpp"

#include <algorithm>

#include "lesson/events.hpp"

namespace tcplab {
namespace {

/// Adds a state unless it only goes on.
void append(std::vector<State>& states, std::optional<State> state) {
  if (state && (states.empty() || states.back() != *state)) states.push_back(*state);
}

bool is_gone(State state) {
  return state == State::closed || state == State::listen;
}

/// What the kernel may report next.
struct Allowed {
  State state;
  bool first = false;           ///< of its connection: nobody reports it, since there was no frame and no call yet
  bool listener = false;        ///< the end is gone, and the kernel tells whether anybody listens
  std::optional<State> left{};  ///< not inferred: from this state to CLOSED with no segment

  [[nodiscard]] bool is(State reported) const {
    return reported == state || (listener && is_gone(reported) && is_gone(state));
  }
};
using Course = std::vector<Allowed>;

/// Adds what one connection's segments tell of the end at `address`.
void add_connection(Course& course, const Analysis& analysis, const Endpoint& address) {
  const bool is_client = analysis.connection.client == address;
  const Exchange& exchange = analysis.exchange;
  std::vector<State> states;
  append(states, is_client ? exchange.client : exchange.server);
  for (const Passage& passage : exchange.passages) append(states, is_client ? passage.client : passage.server);
  if (states.empty()) return;
  const bool passive = states.front() == State::listen;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i > 0 && is_synchronized(states[i - 1]) && states[i] == State::syn_sent)
      course.push_back({.state = State::closed, .left = states[i - 1]});
    course.push_back({.state = states[i], .first = i == 0, .listener = passive && i > 0});
  }
  if (!is_gone(states.back())) course.push_back({.state = State::closed, .listener = passive, .left = states.back()});
}

/// Whether `reported` can be got from the course by leaving states out; notes which state was left with no segment.
bool follows(const std::vector<State>& reported, const Course& course, std::optional<State>& timed_out) {
  auto next = reported.begin();
  for (const Allowed& allowed : course) {
    if (next == reported.end() || !allowed.is(*next)) continue;
    if (allowed.left && *next == State::closed) timed_out = allowed.left;
    ++next;
  }
  return next == reported.end();
}

/// The states that the log holds for an end's socket. Each source has its own order, which is sound; between the two
/// there is none, since a program may be interrupted between asking for a state and writing it down.
StateHistory reported_states(const Events& events, const Endpoint& local, const Endpoint& remote) {
  const std::string local_text = to_string(local), remote_text = to_string(remote);
  const auto is_of_this_end = [&](const auto& event) {
    return event.local == local_text && event.remote == remote_text;
  };
  StateHistory history;
  for (const StateChange& change : events.states) {
    if (is_of_this_end(change)) append(history.sampled, change.state);
  }
  std::vector<Call> calls;
  std::ranges::copy_if(events.calls, std::back_inserter(calls),
                       [&](const Call& call) { return call.ended && is_of_this_end(call); });
  std::ranges::stable_sort(calls, {}, &Call::ended);
  for (const Call& call : calls) append(history.narrated, call.state);
  return history;
}

StateHistory compare(const Course& course, StateHistory history) {
  for (const Allowed& allowed : course) {
    if (!allowed.left) append(history.inferred, allowed.state);
  }
  const bool narration_agrees = follows(history.narrated, course, history.timed_out);
  history.agrees = follows(history.sampled, course, history.timed_out) && narration_agrees;
  for (const Allowed& allowed : course) {
    const auto is_in = [&](const std::vector<State>& states) {
      return std::ranges::any_of(states, [&](State state) { return allowed.is(state); });
    };
    if (!allowed.first && !allowed.left && !is_in(history.sampled) && !is_in(history.narrated))
      append(history.unseen, allowed.state);
  }
  return history;
}

std::string list_text(const std::vector<State>& states) {
  std::string text;
  for (const State state : states) text += (text.empty() ? "" : ", ") + std::string(to_string(state));
  return text.empty() ? "none" : text;
}

std::string history_text(const char* end, const StateHistory& history) {
  const std::string kernel = std::string(end) + "'s kernel ";
  if (!history.agrees) {
    return "The " + kernel + "contradicts: inet_diag reported " + list_text(history.sampled) + "; the program " +
           list_text(history.narrated) + ". ";
  }
  if (history.sampled.empty() && history.narrated.empty()) return "The " + kernel + "never had a socket for it. ";
  std::string text;
  if (!history.unseen.empty()) {
    text = "The " + kernel + "agrees, but was not asked in time to be seen in " + list_text(history.unseen) + ". ";
  }
  if (history.timed_out) {
    text += "From " + std::string(to_string(*history.timed_out)) + " the " + kernel +
            "went to CLOSED with no segment: it gave the connection up, or forgot it. ";
  }
  return text;
}

}  // namespace

std::vector<KernelAgreement> compare_with_kernels(const std::vector<Analysis>& connections,
                                                  const std::filesystem::path& events) {
  const Events log = read_events(events);
  std::vector<KernelAgreement> agreements;
  std::vector<std::array<Course, 2>> courses;
  for (const Analysis& analysis : connections) {
    const Connection& connection = analysis.connection;
    if (connection.protocol != Protocol::tcp) continue;
    const auto is_this = [&](const KernelAgreement& known) {
      return std::minmax(known.client, known.server) == std::minmax(connection.client, connection.server);
    };
    const auto known = std::ranges::find_if(agreements, is_this);
    const auto index = static_cast<std::size_t>(known - agreements.begin());
    if (known == agreements.end()) {
      agreements.push_back({connection.client, connection.server, {}});
      courses.emplace_back();
    }
    add_connection(courses[index][0], analysis, agreements[index].client);
    add_connection(courses[index][1], analysis, agreements[index].server);
  }
  for (std::size_t i = 0; i < agreements.size(); ++i) {
    KernelAgreement& agreement = agreements[i];
    agreement.histories = {compare(courses[i][0], reported_states(log, agreement.client, agreement.server)),
                           compare(courses[i][1], reported_states(log, agreement.server, agreement.client))};
  }
  return agreements;
}

std::string kernel_states_text(const std::array<StateHistory, 2>& histories) {
  const auto is_exact = [](const StateHistory& history) {
    return history.agrees && history.unseen.empty() && (!history.sampled.empty() || !history.narrated.empty());
  };
  std::string text = history_text("client", histories[0]) + history_text("server", histories[1]);
  if (text.empty()) return "Both kernels reported exactly these states, in this order.";
  if (std::ranges::all_of(histories, is_exact)) text.insert(0, "Both kernels reported these states, in this order. ");
  text.pop_back();
  return text;
}

std::string kernel_states_text(const std::vector<KernelAgreement>& agreements) {
  std::string text;
  for (const KernelAgreement& agreement : agreements) {
    if (!text.empty()) text += ' ';
    if (agreements.size() > 1) text += to_string(agreement.client) + " -> " + to_string(agreement.server) + ": ";
    text += kernel_states_text(agreement.histories);
  }
  return text;
}

}  // namespace tcplab
