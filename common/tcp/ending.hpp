// The words of a verdict: how a connection opened, how it ended, why it was reset, and why something was sent again.
// They are words only; flow.hpp decides which of them a connection earns.
// RFC 9293 sections 3.5 and 3.6.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tcplab {

enum class Opening : std::uint8_t {
  three_way,
  simultaneous,   ///< both ends sent a SYN of their own, and each acknowledged the other's
  split,          ///< the server answered the SYN with a SYN of its own, and only the client's SYN,ACK joined the two
  fast_open,      ///< the SYN carried data, and the SYN,ACK acknowledged it (RFC 7413)
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
  vanished,  ///< one end fell silent, and the other sent again at least twice for nothing
  open       ///< it was not over when the capture ended
};

/// Why an RST was sent, as far as the segments tell. RFC 9293 sections 3.5.2, 3.10.4, 3.10.7.
enum class ResetCause : std::uint8_t {
  closed_port,            ///< it answers a SYN: nobody listens
  bad_ack,                ///< it answers an acknowledgment of what its sender, still opening, had not sent
  write_after_close,      ///< it answers what came after its sender had closed
  half_open_peer,         ///< it answers a segment of a connection that its sender does not have
  linger_or_unread_data,  ///< its sender gave up a connection that it had: SO_LINGER 0, or data unread at close
  timed_out,              ///< its sender had sent again and again without an answer
  time_wait_killed,       ///< both directions had ended in order: it meets TIME-WAIT (RFC 1337)
  forged,                 ///< somebody else sent it in the name of an end that went on, or from another distance
  unknown                 ///< what it answers was not captured
};

/// What speaks for the cause of an RST, a bit each.
enum class ResetEvidence : std::uint16_t {
  answers_syn = 1,            ///< the segment before it is the peer's SYN
  answers_syn_ack = 2,        ///< the segment before it is the peer's SYN,ACK
  answers_segment = 4,        ///< no ACK flag, and the number that the peer's latest segment acknowledges
  has_ack = 8,                ///< ACK flag: sent on its sender's own account
  data_had_come = 16,         ///< its sender had been sent data, which it may not have read
  no_data_had_come = 32,      ///< its sender had been sent none
  had_closed = 64,            ///< its sender had sent a FIN
  was_unanswered = 128,       ///< its sender had sent again at least twice since the peer was last heard
  hop_limit_differs = 256,    ///< its TTL is not that of its sender's other segments
  number_not_expected = 512,  ///< not the number that the peer expects next: a challenge ACK is due (RFC 5961)
  sender_went_on = 1024,      ///< its sender sent more of the connection after it
  not_sent = 2048,            ///< the capture of its sender's end does not have it
  in_burst = 4096             ///< more came at once behind it, with numbers beyond all that its sender has sent
};
constexpr std::uint16_t bit(ResetEvidence evidence) {
  return static_cast<std::uint16_t>(evidence);
}

/// What is in bits of it, for a loop.
struct EvidenceIn {
  struct Iterator {
    std::uint16_t left = 0;
    ResetEvidence operator*() const { return static_cast<ResetEvidence>(left & -left); }
    Iterator& operator++() {
      left = static_cast<std::uint16_t>(left & (left - 1));
      return *this;
    }
    bool operator==(const Iterator&) const = default;
  };
  std::uint16_t bits = 0;
  [[nodiscard]] Iterator begin() const { return {bits}; }
  [[nodiscard]] static Iterator end() { return {}; }
};
constexpr EvidenceIn evidence_in(std::uint16_t bits) {
  constexpr unsigned all = 2U * bit(ResetEvidence::in_burst) - 1;
  return {static_cast<std::uint16_t>(bits & all)};
}

/// Why a segment's numbers were seen before, or were overtaken.
enum class SentAgain : std::uint8_t {
  no,
  after_timeout,   ///< a retransmission without a hint from the peer
  fast,            ///< a retransmission after three duplicate acknowledgments (RFC 5681 section 3.2)
  partial_ack,     ///< a retransmission behind that one, when a part of what was outstanding is acknowledged (RFC 6582)
  by_sack,         ///< a retransmission of what selective acknowledgments tell to be lost (RFC 6675, RFC 8985)
  path_mtu,        ///< a retransmission of what ICMP says to have been too big (RFC 1191, RFC 8201)
  syn_came_again,  ///< a retransmission of the SYN,ACK, in answer to the SYN again (RFC 9293 section 3.10.7.4)
  refused_early,   ///< a retransmission of the SYN's data, as the SYN,ACK left it out (RFC 7413 section 4.2.2)
  spurious,        ///< a retransmission of what had been acknowledged already
  out_of_order,    ///< not sent again: overtaken on its way, as it comes within a round trip
  copy,            ///< not sent again: the same packet, captured twice
  keep_alive,      ///< the last number again, to provoke an answer (RFC 9293 section 3.8.4)
  window_probe     ///< one byte beyond a window of zero (RFC 9293 section 3.8.6.1)
};
/// One that the peer's acknowledgments asked for.
constexpr bool is_asked_for(SentAgain again) {
  return again == SentAgain::fast || again == SentAgain::partial_ack || again == SentAgain::by_sack;
}
constexpr bool is_retransmission(SentAgain again) {
  return again == SentAgain::after_timeout || again == SentAgain::spurious || again == SentAgain::path_mtu ||
         again == SentAgain::syn_came_again || again == SentAgain::refused_early || is_asked_for(again);
}
/// What its sender sent for the first time.
constexpr bool is_new(SentAgain again) {
  return again == SentAgain::no || again == SentAgain::out_of_order;
}

/// How much of what decides was seen.
enum class Certainty : std::uint8_t {
  seen,      ///< all of it
  inferred,  ///< not every segment: what others acknowledge or imply stands for it
  guess      ///< not even which end is the client
};

/// The words of the JSON output: "three-way", "four-segment", "closed-port", "after-timeout".
std::string_view to_string(Opening opening);
std::string_view to_string(Ending ending);
std::string_view to_string(ResetCause cause);
std::string_view to_string(ResetEvidence evidence);
std::string_view to_string(Certainty certainty);

/// All of them, in the order of the enumeration: for filters, help and tests.
std::vector<Opening> all_openings();
std::vector<Ending> all_endings();
std::vector<ResetCause> all_reset_causes();

}  // namespace tcplab
