// What a recording knows beside its segments: its events.ndjson, as values (docs/events.md).
// It reads and checks; what an event means for a connection is for timeline.hpp and state_agreement.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "tcp/end.hpp"
#include "tcp/segment.hpp"
#include "tcp/state.hpp"

namespace tcplab {

/// A program's call, from its beginning to its end.
struct Call {
  End host = End::client;
  std::string name;  ///< "connect"
  Timestamp began;
  std::optional<Timestamp> ended;  ///< nothing: it was still under way when the program, or the recording, ended
  std::string outcome;             ///< "ok", or the error's text
  std::optional<State> state;      ///< the kernel's after the call, where the socket was still known
  std::string local, remote;       ///< "10.0.0.1:40000"; empty where the socket did not know

  [[nodiscard]] bool failed() const { return ended && outcome != "ok"; }
};

/// The kernel has an end in a state that it was not in before.
struct StateChange {
  Timestamp time;
  End host = End::client;
  State state = State::closed;
  std::string local, remote;
};

/// What identifies a packet on the wire. Only what its protocol has is filled in.
struct WirePacket {
  std::string protocol;             ///< "TCP", "UDP" or "ICMP"
  std::string source, destination;  ///< "10.0.0.1:40000"; without a port for ICMP
  TcpFlags flags;
  SeqNum seq, ack;           ///< absolute
  std::uint32_t length = 0;  ///< of the data, in bytes
  std::uint32_t id = 0;      ///< the identification in the IP header
  std::optional<unsigned> type, code;
};

enum class WireDeed : std::uint8_t {
  departed,
  arrived,
  dropped,
  lost,
  delayed,
  held,
  released,
  swallowed,
  swapped,
  marked,
  duplicated,
  copied,
  replayed,
  forged
};

struct WireEvent {
  Timestamp time;
  End host = End::client;  ///< where it happened
  WireDeed deed = WireDeed::departed;
  std::string rule;  ///< empty for what happened by none
  WirePacket packet;
};

/// What a rule did to a host, to the cable, or to the recording.
struct HostAction {
  enum class Kind : std::uint8_t { killed, rebooted, run, enter, cut, mended, stopped };
  Timestamp time;
  std::optional<End> host;  ///< nothing: the wire
  Kind kind = Kind::killed;
  std::string rule;
};

/// Each kind in the order in which it was written; calls by their beginnings.
struct Events {
  std::vector<Call> calls;
  std::vector<StateChange> states;
  std::vector<WireEvent> wire;
  std::vector<HostAction> actions;
};

/// Throws std::runtime_error: "cannot read ...", or "x/events.ndjson:7: unknown kind 'cal'".
Events read_events(const std::filesystem::path& file);
/// The same from a text; `name` stands for the file in messages. All texts are made printable: anyone may have written
/// the log.
Events read_events(std::istream& stream, const std::string& name);

}  // namespace tcplab
