// One exact lookup after each segment that a host sent or was given; a change becomes an event.
// An end begins as CLOSED, silently. For a server's end, LISTEN is told once, before its first segment arrives.
#include "rig/kernel_states.hpp"

#include <algorithm>

namespace tcplab::rig {

void KernelStates::arriving(End host, const Flow& flow) {
  const Addresses end{flow.destination, flow.source};
  if (!last_[host].contains(end)) look(host, end);
}

void KernelStates::look(End host, const Addresses& end) {
  const auto& [local, remote] = end;
  State now = hosts_[host]->state_of(local, remote);
  const auto [known, is_new] = last_[host].emplace(end, State::closed);
  if (is_new) latest_[host] = end;
  State& last = known->second;
  // A listener answers for every end that is not there: it speaks for one not seen yet, not for one that is gone.
  if (now == State::listen && !is_new && last != State::listen) now = State::closed;
  if (now == last) return;
  last = now;
  events_.state(host, now, local, remote);
  if (latest_[host] == end && entered) entered(host, now);
}

void KernelStates::replace(End host, InetDiag& connections) {
  hosts_[host] = &connections;
  for (const auto& [end, state] : last_[host]) look(host, end);
}

void KernelStates::look_again() {
  for (const End host : {End::client, End::server}) {
    for (const auto& [end, state] : last_[host]) look(host, end);
  }
}

bool KernelStates::all_are(bool (*good)(State)) const {
  const auto is_good = [good](const auto& entry) { return good(entry.second); };
  return std::ranges::all_of(last_.client, is_good) && std::ranges::all_of(last_.server, is_good);
}

}  // namespace tcplab::rig
