// What became of a connection, in one value: how it opened, how it ended, and the segments that decide it.
// It says only what the segments prove; the sentences are report/'s.
// RFC 9293 sections 3.5 and 3.6.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "tcp/connection.hpp"
#include "tcp/exchange.hpp"

namespace tcplab {

enum class Opening : std::uint8_t {
  three_way,
  simultaneous,   ///< both ends sent a SYN before either had received one
  refused,        ///< the SYN was answered with an RST
  unanswered,     ///< no answer to the SYN was seen
  half_open,      ///< the SYN,ACK was never acknowledged
  before_capture  ///< no SYN was seen
};

enum class Ending : std::uint8_t {
  four_segment,   ///< FIN, ACK, FIN, ACK
  three_segment,  ///< the second FIN is the first to acknowledge the first
  half_close,     ///< data still came from the other end after the first FIN
  fin_with_data,  ///< a FIN rode on data
  simultaneous,   ///< neither FIN acknowledges the other: CLOSING is entered
  abort,          ///< an RST ended it
  refused,
  unanswered,
  open  ///< it was not over when the capture ended
};

/// Why an RST was sent, as far as the segments tell.
enum class ResetCause : std::uint8_t {
  closed_port,        ///< it answers a SYN: nobody listens
  write_after_close,  ///< it answers data that came after its sender had closed
  abort               ///< its sender gave up a connection that worked: SO_LINGER 0, or unread data at close
};

struct Reset {
  End by = End::client;
  ResetCause cause = ResetCause::abort;
  std::size_t segment = 0;
  bool unread_data_possible = false;  ///< its sender had been sent data, which it may not have read
};

struct Verdict {
  Opening opening = Opening::before_capture;
  Ending ending = Ending::open;
  std::optional<End> closed_first;                     ///< sent the first FIN, or the RST
  std::array<std::optional<std::size_t>, 2> fins;      ///< the first FIN of the end that closed first, then the other's
  std::array<std::optional<std::size_t>, 2> fin_acks;  ///< the first segment to acknowledge each of them
  std::optional<Reset> reset;
  std::optional<State> client, server;        ///< at the end of the capture
  std::array<unsigned, 2> retransmissions{};  ///< of the client, of the server
};

/// The words of the JSON output: "three-way", "four-segment".
std::string_view to_string(Opening opening);
std::string_view to_string(Ending ending);
std::string_view to_string(ResetCause cause);

Verdict judge(const Connection& connection, const Exchange& exchange);

}  // namespace tcplab
