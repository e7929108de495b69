// What became of a connection, in one value: how it opened, how it ended, and the segments that decide it.
// It says only what the segments prove; the sentences are report/'s.
// RFC 9293 sections 3.5 and 3.6.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/exchange.hpp"

namespace tcplab {

enum class Opening : std::uint8_t {
  three_way,
  simultaneous,   ///< both ends sent a SYN of their own (from one point, a split handshake looks the same)
  refused,        ///< the SYN was answered with an RST
  unanswered,     ///< nothing but SYNs was seen, and nothing from the server
  half_open,      ///< the SYN,ACK was never acknowledged
  before_capture  ///< the client's SYN was not seen
};

enum class Ending : std::uint8_t {
  four_segment,   ///< FIN, ACK, FIN, ACK
  three_segment,  ///< the second FIN is the first to acknowledge the first
  half_close,     ///< new data still came from the other end after it had acknowledged the first FIN
  fin_with_data,  ///< a FIN rode on data
  simultaneous,   ///< neither FIN acknowledges the other
  abort,          ///< an RST ended it
  refused,
  unanswered,
  open  ///< it was not over when the capture ended
};

/// Why an RST was sent, as far as the segments tell. RFC 9293 section 3.5.2.
enum class ResetCause : std::uint8_t {
  closed_port,        ///< it answers a SYN: nobody listens
  write_after_close,  ///< it answers what came after its sender had closed
  no_connection,      ///< it answers a segment of a connection that its sender does not have
  abort               ///< its sender gave up a connection that it had: SO_LINGER 0, unread data at close, a timeout
};

/// The first RST that moved an end to CLOSED or LISTEN.
struct Reset {
  End by = End::client;
  ResetCause cause = ResetCause::abort;
  std::size_t segment = 0;
  bool unread_data_possible = false;  ///< its sender had been sent data, which it may not have read
  bool after_close = false;           ///< both directions had already ended in order
};

/// Segments are named by their place in Connection::segments.
struct Verdict {
  Opening opening = Opening::before_capture;
  Ending ending = Ending::open;
  std::array<std::optional<std::size_t>, 3> handshake;  ///< the client's SYN, the server's, and who completes it
  std::optional<End> closed_first;                      ///< sent the first FIN, or the RST
  std::array<std::optional<std::size_t>, 2> fins;       ///< the first FIN of who closed first, then the other's
  std::array<std::optional<std::size_t>, 2> fin_acks;   ///< the first segment to acknowledge each of them
  std::optional<Reset> reset;
  std::optional<State> client, server;                      ///< at the end of the capture
  std::array<std::vector<std::size_t>, 2> retransmissions;  ///< of the client, of the server: what brought nothing new
};

/// The words of the JSON output: "three-way", "four-segment".
std::string_view to_string(Opening opening);
std::string_view to_string(Ending ending);
std::string_view to_string(ResetCause cause);

Verdict judge(const Connection& connection, const Exchange& exchange);

}  // namespace tcplab
