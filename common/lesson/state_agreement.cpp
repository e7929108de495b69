#include "lesson/state_agreement.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tcplab {
namespace {

/// Adds a state unless it only goes on.
void append(std::vector<State>& states, std::optional<State> state) {
  if (state && (states.empty() || states.back() != *state)) states.push_back(*state);
}

std::vector<State> inferred_states(const Exchange& exchange, End end) {
  std::vector<State> states;
  append(states, end == End::client ? exchange.client : exchange.server);
  for (const Passage& passage : exchange.passages) append(states, end == End::client ? passage.client : passage.server);
  return states;
}

/// The states that the log holds for the end's socket. Each source has its own order, which is sound; between the two
/// there is none, since a program may be interrupted between asking for a state and writing it down.
StateHistory reported_states(const Connection& connection, End end, const std::filesystem::path& events) {
  std::ifstream stream(events);
  if (!stream) throw std::runtime_error("cannot read the recording's events, " + events.string());
  const std::string local = to_string(connection.address(end)), remote = to_string(connection.address(peer_of(end)));
  StateHistory history;
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object())
      throw std::runtime_error(events.string() + ":" + std::to_string(number) + ": no JSON object");
    if (event.value("host", "") != to_string(end) || event.value("local", "") != local ||
        event.value("remote", "") != remote)
      continue;
    append(event.value("kind", "") == "call" ? history.narrated : history.sampled,
           parse_state(event.value("state", "")));
  }
  return history;
}

/// Whether `part` can be got from `whole` by leaving states out.
bool is_subsequence(const std::vector<State>& part, const std::vector<State>& whole) {
  auto next = part.begin();
  for (const State state : whole) {
    if (next != part.end() && *next == state) ++next;
  }
  return next == part.end();
}

StateHistory compare(std::vector<State> inferred, StateHistory history) {
  history.inferred = std::move(inferred);
  history.agrees =
      is_subsequence(history.sampled, history.inferred) && is_subsequence(history.narrated, history.inferred);
  // The state before the first segment is nobody's report: there was no frame yet, and no call.
  for (auto state = history.inferred.begin(); state != history.inferred.end(); ++state) {
    const auto has = [&](const std::vector<State>& states) {
      return std::ranges::find(states, *state) != states.end();
    };
    if (state != history.inferred.begin() && !has(history.sampled) && !has(history.narrated))
      history.unseen.push_back(*state);
  }
  return history;
}

std::string list_text(const std::vector<State>& states) {
  std::string text;
  for (const State state : states) text += (text.empty() ? "" : ", ") + std::string(to_string(state));
  return text.empty() ? "none" : text;
}

}  // namespace

std::array<StateHistory, 2> compare_with_kernels(const Connection& connection, const Exchange& exchange,
                                                 const std::filesystem::path& events) {
  return {compare(inferred_states(exchange, End::client), reported_states(connection, End::client, events)),
          compare(inferred_states(exchange, End::server), reported_states(connection, End::server, events))};
}

std::string kernel_states_text(const std::array<StateHistory, 2>& histories) {
  std::string text;
  for (const End end : {End::client, End::server}) {
    const StateHistory& history = histories[static_cast<std::size_t>(end)];
    if (!history.agrees) {
      text += std::string("The ") + to_string(end) + "'s kernel contradicts: inet_diag reported " +
              list_text(history.sampled) + "; the program " + list_text(history.narrated) + ". ";
    } else if (history.sampled.empty() && history.narrated.empty()) {
      text += std::string("The ") + to_string(end) + "'s kernel never had a socket for it. ";
    } else if (!history.unseen.empty()) {
      text += std::string("The ") + to_string(end) + "'s kernel agrees, but was not asked in time to be seen in " +
              list_text(history.unseen) + ". ";
    }
  }
  if (text.empty()) return "Both kernels reported exactly these states, in this order.";
  text.pop_back();
  return text;
}

}  // namespace tcplab
