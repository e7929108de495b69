// A fault rule: what the wire does to which segment, or what happens to a host, and when.
// Causes are other segments, programs and states, never the clock alone: so it comes out the same every time.
// It is a value and does nothing: rig/ obeys it. How it is written: parse.hpp and docs/rules.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "packet/tcp_flags.hpp"
#include "tcp/end.hpp"
#include "tcp/state.hpp"

namespace tcplab {

/// Picks among what one host sends, counted as it departs: "the client's 2nd P. of 5 bytes".
struct Choice {
  enum class Kind : std::uint8_t { segment, datagram };  ///< TCP or UDP

  End from = End::client;
  std::optional<unsigned> ordinal = 1;  ///< from 1, among those that the rest of the choice fits; nothing: every one
  Kind kind = Kind::segment;
  std::optional<TcpFlags> flags{};              ///< exactly these
  std::optional<std::uint32_t> length_bytes{};  ///< of its data
  std::optional<std::string> payload{};         ///< somewhere in its data
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// The segment that was chosen leaves its host, or is given to the other one.
struct SegmentPasses {
  Choice segment;
  bool arrives = false;
  friend bool operator==(const SegmentPasses&, const SegmentPasses&) = default;
};
struct ProgramEnds {
  End host = End::client;
  friend bool operator==(const ProgramEnds&, const ProgramEnds&) = default;
};
/// The kernel has the host's latest connection in this state, and had it in another before.
struct EntersState {
  End host = End::client;
  State state = State::closed;
  friend bool operator==(const EntersState&, const EntersState&) = default;
};

/// When something is to happen.
struct Moment {
  std::variant<SegmentPasses, ProgramEnds, EntersState> cause;
  std::chrono::milliseconds later{0};  ///< so long after its cause
  friend bool operator==(const Moment&, const Moment&) = default;
};

// What the wire does to a segment that departs.
struct Drop {
  Choice segment;
};
struct Delay {
  Choice segment;
  std::chrono::milliseconds by;  ///< beside the wire's own delay
};
/// It arrives no earlier than it would, and not before this moment.
struct Hold {
  Choice segment;
  Moment until;
};
/// It passes as ever, and a copy of it arrives at this moment.
struct Replay {
  Choice segment;
  Moment at;
};
struct Duplicate {
  Choice segment;
};
/// It arrives right behind the next that its host sends.
struct Swap {
  Choice segment;
};
/// Congestion Experienced: the ECN field of its IP header becomes 11. RFC 3168 section 5.
struct MarkCe {
  Choice segment;
};

// What happens to the cable.
/// What departs from now on is lost, both ways.
struct Cut {
  Moment at;
};
struct Mend {
  Moment at;
};
/// A segment that its sender never sent arrives: of the latest connection, with the numbers that this host would use.
struct Forge {
  End from;
  TcpFlags flags;
  std::int64_t seq_offset = 0;  ///< added to the next number that `from` would send
  Moment at;
};

// What happens to a host.
/// SIGKILL for its program; the kernel closes what the program had open.
struct Kill {
  End host;
  Moment at;
};
/// The host is gone with all its connections, without a word; a fresh one has its address.
struct Reboot {
  End host;
  Moment at;
};
/// Its program is started once more.
struct Run {
  End host;
  Moment at;
};
/// Its program's standard input gets a newline.
struct PressEnter {
  End host;
  Moment at;
};

/// The recording ends, whatever still runs.
struct Stop {
  Moment at;
};

using Deed = std::variant<Drop, Delay, Hold, Replay, Duplicate, Swap, MarkCe, Cut, Mend, Forge, Kill, Reboot, Run,
                          PressEnter, Stop>;

struct Rule {
  std::string text;  ///< as it was written
  Deed deed;
};

}  // namespace tcplab
