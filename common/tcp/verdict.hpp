// What became of a connection, in one value: how it opened, how it ended, and the segments that decide it.
// It says only what the segments prove; the sentences are report/'s. The words and their grounds are flow.hpp's.
// RFC 9293 sections 3.5 and 3.6.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/ending.hpp"
#include "tcp/exchange.hpp"
#include "tcp/flow.hpp"

namespace tcplab {

/// The RST that ended the connection, or, where both directions had ended already, came behind.
struct Reset : Flow::Reset {
  std::size_t segment = 0;
  [[nodiscard]] bool has(ResetEvidence one) const { return (evidence & bit(one)) != 0; }
};

struct Retransmission {
  std::size_t segment = 0;
  SentAgain why = SentAgain::after_timeout;
};

/// Segments are named by their place in Connection::segments.
struct Verdict {
  Opening opening = Opening::before_capture;
  Ending ending = Ending::open;
  Certainty certainty = Certainty::seen;
  std::array<std::optional<std::size_t>, 3> handshake;  ///< the client's SYN, the server's, and who completes it
  std::optional<End> closed_first;                      ///< sent the first FIN, or the RST
  std::array<std::optional<std::size_t>, 2> fins;       ///< the first FIN of who closed first, then the other's
  std::array<std::optional<std::size_t>, 2> fin_acks;   ///< the first segment to acknowledge each of them
  std::optional<std::size_t> lost_final_ack;            ///< acknowledged the second FIN, which came again all the same
  std::optional<Reset> reset;
  std::vector<std::size_t> stray_resets;      ///< RSTs that ended nothing (RFC 5961 section 3)
  std::vector<std::size_t> disproved_resets;  ///< RSTs that might have ended it, and behind which both ends went on
  std::vector<std::size_t> foreign_syns;      ///< SYNs that are not the connection's own (RFC 5961 section 4)
  std::vector<std::size_t> challenges;        ///< the ACKs that answer those
  std::optional<State> client, server;        ///< at the end of the capture
  /// Whether the client, the server went to TIME-WAIT, and for how long the capture went on from there. RFC 9293
  /// section 3.6.1 asks for two maximum segment lifetimes; no capture shows when it is over.
  std::array<std::optional<std::chrono::nanoseconds>, 2> time_wait;
  std::array<std::vector<Retransmission>, 2> retransmissions;  ///< of the client, of the server
  std::vector<Flow::Notes> notes;                              ///< what each segment was, by its place
};

Verdict judge(const Connection& connection, const Exchange& exchange);

}  // namespace tcplab
