// A connection, or an exchange of datagrams, as one or two captures saw it: its ends, its segments, and where they were
// captured. It is what was seen, without interpretation; exchange.hpp gives the order and the states.
#pragma once

#include <optional>
#include <vector>

#include "packet/address.hpp"
#include "tcp/segment.hpp"

namespace tcplab {

/// Where the captures were made, which decides what is known of order and loss.
enum class Vantage : std::uint8_t {
  one_point,  ///< one capture, at either end or anywhere between: each segment has one time
  both_ends   ///< one capture at each end: departures and arrivals are known
};

struct Connection {
  Protocol protocol = Protocol::tcp;  ///< tcp or udp
  Endpoint client, server;
  bool client_is_guess = false;   ///< no SYN was seen: the client is the end with the higher port
  bool reuses_ports = false;      ///< the one before it on the same ports had begun with another number
  bool ports_used_again = false;  ///< by a later one
  Vantage vantage = Vantage::one_point;
  std::size_t cut_on_way = 0;   ///< from both ends: segments that one capture has whole, and the other in pieces
  std::optional<End> left_out;  ///< from one point: there was a capture at that end too, which lacks some of it
  std::optional<SeqNum> client_iss, server_iss;   ///< numbers of the first SYN of each end, if one was seen
  std::optional<Timestamp> watched_until;         ///< when its ports were used again, or its capture had its last frame
  std::optional<Timestamp> server_watched_until;  ///< from both ends: the same in the server's capture
  std::vector<Segment> segments;                  ///< as captured; from both ends: by departure

  [[nodiscard]] const Endpoint& address(End end) const { return end == End::client ? client : server; }
  [[nodiscard]] std::optional<SeqNum> iss(End end) const { return end == End::client ? client_iss : server_iss; }
  /// What relative numbers of `end` count from: its initial number, or, where no SYN was seen, one less than its first
  /// number known, so that data starts at 1 all the same. Zero if it is not known at all.
  [[nodiscard]] SeqNum base(End end) const;
  /// Whether one socket is both ends: with_itself.hpp. All its segments are the client's.
  [[nodiscard]] bool is_with_itself() const;
  /// Whether it is a SYN without ACK whose number is not the one that its sender's end began with: an old duplicate, a
  /// forged one, or that of an end which has forgotten.
  [[nodiscard]] bool is_foreign_syn(const Segment& segment) const {
    return is_plain_syn(segment.flags) && is_not_own(segment);
  }
  /// Whether it is a SYN,ACK whose number is not the one that the other end took: another host's behind that address,
  /// as of a load balancer.
  [[nodiscard]] bool is_other_answer(const Segment& segment) const {
    return segment.has(TcpFlags::syn) && segment.has(TcpFlags::ack) && is_not_own(segment);
  }
  /// Whether the IP identifications of that end tell its packets from one another: not all are the same, or none.
  [[nodiscard]] bool has_telling_identifications(End end) const;

 private:
  /// Whether that SYN's number is not the one that is known of its sender.
  [[nodiscard]] bool is_not_own(const Segment& syn) const {
    const auto own = iss(syn.from);
    return own && syn.seq != *own;
  }
};

}  // namespace tcplab
