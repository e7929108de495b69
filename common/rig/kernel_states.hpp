// Each connection end's state as its own kernel reports it, followed through a recording.
// It reports what it was told, and infers one thing: an end that was there and is no more is CLOSED.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "packet/address.hpp"
#include "rig/events.hpp"
#include "rig/host.hpp"

namespace tcplab::rig {

/// A TCP segment's addresses.
struct Flow {
  Endpoint source, destination;
};

class KernelStates {
 public:
  KernelStates(Both<InetDiag*> hosts, EventLog& events) : hosts_(hosts), events_(events) {}

  /// A host has sent a segment of this flow.
  void sent(End host, const Flow& flow) { look(host, {flow.source, flow.destination}); }
  /// A host is about to be given one: an end never seen may be listening.
  void arriving(End host, const Flow& flow);
  /// A host has been given one.
  void received(End host, const Flow& flow) { look(host, {flow.destination, flow.source}); }

  /// Another host has taken this one's place: the ends that it does not have are CLOSED.
  void replace(End host, InetDiag& connections);
  /// Called when the latest connection that a host was seen to have enters a state.
  std::function<void(End host, State state)> entered{};

  /// Asks for every end seen so far, for changes that no segment goes with: a timer ran out, or the program closed.
  void look_again();
  /// Whether every end seen is in such a state. One that never was more than a listener is in LISTEN.
  [[nodiscard]] bool all_are(bool (*good)(State)) const;

 private:
  using Addresses = std::pair<Endpoint, Endpoint>;  // local, remote

  void look(End host, const Addresses& end);

  Both<InetDiag*> hosts_;
  EventLog& events_;
  Both<std::map<Addresses, State>> last_;
  Both<std::optional<Addresses>> latest_;
};

}  // namespace tcplab::rig
